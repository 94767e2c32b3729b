// Pure decisions of the pipeline: what a missed claim means. No clock, no database: `now` and the row are passed in.
import { STAGE_MAX_ATTEMPTS } from "../../contracts/limits.ts";
import { isTerminal, type StageName } from "../../contracts/photos.ts";
import type { PhotoRow } from "./photo-row.ts";

export type MissedClaim =
  /** No such photo: the sweep recovers rows from bytes, a message cannot. */
  | { readonly kind: "unknown" }
  | { readonly kind: "deleted" }
  | { readonly kind: "stale-generation" }
  /** The stage has ended; `forward` when the next stage still waits for its message. */
  | { readonly kind: "ended"; readonly forward: boolean }
  /** Somebody holds it; look again after `retryAt` (ms). */
  | { readonly kind: "leased"; readonly retryAt: number }
  /** Nobody holds it and no attempts are left. */
  | { readonly kind: "exhausted" }
  /** The index message came before the thumbnails: they will send their own. */
  | { readonly kind: "too-early" }
  /** Claimable after all: the row changed between the two statements. */
  | { readonly kind: "again" };

/** Why a conditional claim changed no row, from the row as it is now. */
export function explainMissedClaim(row: PhotoRow | null, gen: number, stage: StageName, now: number): MissedClaim {
  if (row === null) return { kind: "unknown" };
  if (row.gen !== gen) return { kind: "stale-generation" };
  if (row.lifecycle === "deleted") return { kind: "deleted" };
  const { state, attempts, leaseUntil } = stageOf(row, stage);
  if (isTerminal(state)) {
    return { kind: "ended", forward: stage === "thumbnail" && state === "done" && !isTerminal(row.indexState) };
  }
  if (stage === "index" && row.thumbnailState !== "done") return { kind: "too-early" };
  if (leaseUntil > now) return { kind: "leased", retryAt: leaseUntil };
  if (attempts >= STAGE_MAX_ATTEMPTS) return { kind: "exhausted" };
  return { kind: "again" };
}

export function stageOf(
  row: PhotoRow,
  stage: StageName,
): { state: PhotoRow["thumbnailState"]; attempts: number; leaseUntil: number } {
  return stage === "thumbnail"
    ? { state: row.thumbnailState, attempts: row.thumbnailAttempts, leaseUntil: row.thumbnailLeaseUntil }
    : { state: row.indexState, attempts: row.indexAttempts, leaseUntil: row.indexLeaseUntil };
}
