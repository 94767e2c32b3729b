// One file on its way: a row that only moves forward. What the row is doing right now is activity, not state.
import type { Cause } from "../../../plain-words.ts";
import type { HowToSend } from "./send-bytes.ts";

/**
 * `waiting` not fingerprinted · `checked` its SHA-256 is known · `assigned` the server said where to send it ·
 * then one end: `stored` · `duplicate` (already in the library) · `cancelled`.
 */
export const STEPS = ["waiting", "checked", "assigned", "stored", "duplicate", "cancelled"] as const;
export type Step = (typeof STEPS)[number];

const RANK = { waiting: 0, checked: 1, assigned: 2, stored: 3, duplicate: 3, cancelled: 3 } as const satisfies Record<
  Step,
  number
>;

export interface Trouble {
  readonly cause: Cause;
  readonly detail: string;
}

export interface UploadRecord {
  readonly batch: string;
  readonly index: number;
  readonly path: string;
  readonly sizeBytes: number;
  /** Last change, milliseconds since 1970. */
  readonly mtime: number;
  readonly type: string;
  readonly step: Step;
  readonly sha256: string | null;
  readonly photoId: string | null;
  readonly url: string | null;
  /** Absent in rows kept by earlier releases, which knew one way. */
  readonly how?: HowToSend;
  /** Times its bytes started to travel. From the second on, "the server has it" means that we sent it. */
  readonly sends: number;
  /** Why it stopped, until somebody retries. */
  readonly trouble: Trouble | null;
}

export type Activity = "checking" | "uploading" | null;

export function isFinal(record: Pick<UploadRecord, "step">): boolean {
  return RANK[record.step] === 3;
}

/** The only way a record changes. A change that would go back is a mistake of ours, or an old row read late: refused. */
export function advance(record: UploadRecord, change: Partial<Omit<UploadRecord, "batch" | "index">>): UploadRecord {
  const next = { ...record, ...change };
  const isBackward = RANK[next.step] < RANK[record.step] || (isFinal(record) && next.step !== record.step);
  return isBackward ? record : next;
}

/** A door back: a person's retry of a file whose bytes or place turned out wrong. Starts it from nothing. */
export function restart(record: UploadRecord): UploadRecord {
  if (isFinal(record)) return record;
  return { ...record, step: "waiting", sha256: null, photoId: null, url: null, trouble: null };
}

/** The other: the place the server named is gone, and the server will name another. Nothing about the file is in doubt. */
export function announceAgain(record: UploadRecord): UploadRecord {
  if (record.step !== "assigned") return record;
  return { ...record, step: "checked", photoId: null, url: null };
}

/** How a file is recognised when the same folder is dropped again, without reading it. */
export function fingerprint(file: { path: string; sizeBytes: number; mtime: number }): string {
  return `${file.path}|${file.sizeBytes}|${file.mtime}`;
}
