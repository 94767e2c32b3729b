// All that the engine needs from outside, so that tests can give it a fake server, disk and clock.
import type { BatchCreated, CreateBatch } from "../../../../../shared/contracts/batches.ts";
import type { FromEngine } from "./engine-protocol.ts";
import type { ReportStore } from "./engine-reports.ts";
import type { SendOutcome, SendRequest } from "./send-bytes.ts";
import type { UploadStore } from "./upload-store.ts";

export type EngineStore = ReportStore &
  Pick<UploadStore, "load" | "knownHashes" | "forgetHash" | "copy" | "copyOf" | "forgetBatch" | "copyRoomBytes">;

export interface EngineDeps {
  readonly store: EngineStore;
  readonly createBatch: (body: CreateBatch, signal?: AbortSignal) => Promise<BatchCreated>;
  readonly sendBytes: (request: SendRequest) => Promise<SendOutcome>;
  readonly hash: (file: Blob) => Promise<string>;
  readonly post: (message: FromEngine) => void;
  readonly now: () => number;
  readonly random: () => number;
  readonly newId: () => string;
  readonly maxLanes?: number;
}
