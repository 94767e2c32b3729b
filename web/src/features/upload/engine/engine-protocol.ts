// What the page and the upload Worker say to each other.
import type { Activity, UploadRecord } from "./upload-record.ts";

export interface PickedFile {
  readonly file: File;
  /** Path inside what was dropped; the bare name for single files. */
  readonly path: string;
}

export type BatchState = "active" | "paused" | "cancelled";

export interface BatchMeta {
  readonly id: string;
  readonly title: string;
  readonly createdAt: number;
  readonly state: BatchState;
  /** The server's id, once it answered. */
  readonly batchId: string | null;
  /** Names of files left out because they are not photos; at most a thousand are kept. */
  readonly ignored: readonly string[];
  readonly ignoredCount: number;
}

/** A record and what it is doing now. */
export interface RowUpdate extends UploadRecord {
  readonly activity: Activity;
  readonly sentBytes: number;
  /** False after a reload, when the browser no longer has the file. */
  readonly hasBytes: boolean;
}

export interface EngineStatus {
  readonly isLeader: boolean;
  readonly isOnline: boolean;
  readonly isSignedOut: boolean;
  readonly bytesPerSecond: number;
  readonly lanes: number;
}

export type ToEngine =
  | { readonly kind: "start"; readonly userId: string; readonly maxLanes: number }
  | { readonly kind: "add"; readonly files: readonly PickedFile[]; readonly ignored: readonly string[] }
  | { readonly kind: "pause" | "resume" | "cancel" | "forget"; readonly batch: string }
  | { readonly kind: "retry"; readonly batch: string; readonly indexes: readonly number[] }
  | { readonly kind: "signed-in" };

export type FromEngine =
  | { readonly kind: "batch"; readonly meta: BatchMeta; readonly isNew: boolean }
  | { readonly kind: "rows"; readonly batch: string; readonly rows: readonly RowUpdate[] }
  | { readonly kind: "forgotten"; readonly batch: string }
  | { readonly kind: "status"; readonly status: EngineStatus }
  | {
      readonly kind: "added";
      readonly fresh: number;
      readonly resumed: number;
      readonly alreadySafe: number;
      readonly ignored: number;
    }
  | { readonly kind: "welcome-back"; readonly batch: string; readonly waiting: number; readonly missing: number };
