// The sweep's law: a total, pure function over (row × original × derivatives). Every pair of facts has a rule, and no
// photo that is unfinished, unheld and old is ever told to keep waiting.
import {
  STAGE_MAX_ATTEMPTS,
  TOMBSTONE_KEEP_MS,
  TRASH_KEEP_MS,
  UPLOAD_ABANDON_AFTER_MS,
} from "../../contracts/limits.ts";
import { isTerminal } from "../../contracts/photos.ts";
import type { PhotoRow } from "./photo-row.ts";

export type RepairRow = Pick<
  PhotoRow,
  | "lifecycle"
  | "purgedAt"
  | "deletedAt"
  | "storedAt"
  | "changedAt"
  | "nudgedAt"
  | "thumbnailState"
  | "thumbnailAttempts"
  | "thumbnailLeaseUntil"
  | "indexState"
  | "indexAttempts"
  | "indexLeaseUntil"
>;

export interface Evidence {
  readonly row: RepairRow | null;
  /** The original of the row's generation is in R2. */
  readonly original: boolean;
  /** All renditions, some or none, or this pass did not look. */
  readonly derivatives: "complete" | "incomplete" | "unknown";
  readonly now: number;
  /** Age (ms) after which a message is presumed lost. */
  readonly staleAfterMs: number;
}

export type Repair =
  /** Consistent. */
  | "none"
  /** Somebody is at it, or it is too young to doubt. */
  | "wait"
  /** Bytes without a row: make the row again from the object's metadata. */
  | "recover"
  /** Bytes that must not exist. */
  | "delete-objects"
  /** A tombstone has served its time. */
  | "forget"
  /** In the trash for too long. */
  | "purge"
  /** The bytes came, the row does not know: store it and queue it. */
  | "revive"
  /** The bytes came for a photo that was in the trash by then: they count, or go. */
  | "count-trashed"
  /** The bytes never came. */
  | "abandon"
  | "enqueue-thumbnail"
  | "enqueue-index"
  | "redo-thumbnail"
  | "fail-thumbnail-exhausted"
  | "fail-thumbnail-missing"
  | "fail-index-exhausted"
  /** A finished photo lost its original: nothing to repair it from; an operator must know. */
  | "alarm-original-missing";

export function decideRepair(evidence: Evidence): Repair {
  const { row, original, derivatives, now } = evidence;
  if (row === null) return original ? "recover" : derivatives === "unknown" ? "none" : "delete-objects";
  if (row.purgedAt !== null) {
    if (original || derivatives !== "unknown") return "delete-objects";
    return now - row.purgedAt >= TOMBSTONE_KEEP_MS ? "forget" : "none";
  }
  switch (row.lifecycle) {
    case "deleted":
      if (now - (row.deletedAt ?? row.changedAt) >= TRASH_KEEP_MS) return "purge";
      if (row.storedAt !== null || !original) return "none";
      return isStale(row, evidence) ? "count-trashed" : "wait";
    case "uploading":
      if (original) return isStale(row, evidence) ? "revive" : "wait";
      // It may have been announced again since it was made.
      return now - row.changedAt >= UPLOAD_ABANDON_AFTER_MS ? "abandon" : "wait";
    case "abandoned":
      return original ? "revive" : "none";
    case "stored":
      return decideStored(row, evidence);
  }
}

function decideStored(row: RepairRow, evidence: Evidence): Repair {
  const { original, derivatives, now } = evidence;
  if (!isTerminal(row.thumbnailState)) {
    if (row.thumbnailLeaseUntil > now || !isStale(row, evidence)) return "wait";
    if (row.thumbnailAttempts >= STAGE_MAX_ATTEMPTS) return "fail-thumbnail-exhausted";
    return original ? "enqueue-thumbnail" : "fail-thumbnail-missing";
  }
  if (row.thumbnailState === "done" && derivatives === "incomplete") {
    if (!original) return "alarm-original-missing";
    return isStale(row, evidence) ? "redo-thumbnail" : "wait";
  }
  if (!isTerminal(row.indexState)) {
    if (row.indexLeaseUntil > now || !isStale(row, evidence)) return "wait";
    // A terminal thumbnail stage ends the index stage in the same statement; should a row say otherwise, it ends here.
    if (row.thumbnailState !== "done" || row.indexAttempts >= STAGE_MAX_ATTEMPTS) return "fail-index-exhausted";
    return "enqueue-index";
  }
  return original ? "none" : "alarm-original-missing";
}

function isStale(row: RepairRow, { now, staleAfterMs }: Evidence): boolean {
  return now - Math.max(row.changedAt, row.nudgedAt) >= staleAfterMs;
}
