// What a stage does when its claim or its finish changed no row: somebody else was first, and the row says who and how.
import type { StageName } from "../contracts/photos.ts";
import { findPhoto } from "../db/photos/library-queries.ts";
import { explainMissedClaim } from "../db/photos/stage-decisions.ts";
import { failAbandonedStage, type PhotoKey } from "../db/photos/stage-statements.ts";
import type { Outcome } from "./consume.ts";
import { type ProgressReporter, reportPhoto } from "./progress.ts";

export interface StageDeps {
  readonly db: D1Database;
  readonly progress: ProgressReporter;
  readonly now: () => number;
}

/** @param forward starts the next stage, for when this one ended but its message to the next was lost */
export async function settleMissedClaim(
  deps: StageDeps,
  photo: PhotoKey,
  stage: StageName,
  forward: () => Promise<void>,
): Promise<Outcome> {
  const now = deps.now();
  const row = await findPhoto(deps.db, photo.photoId, photo.userId);
  const missed = explainMissedClaim(row, photo.gen, stage, now);
  switch (missed.kind) {
    case "unknown":
    case "deleted":
    case "stale-generation":
      return { kind: "drop", reason: missed.kind };
    case "too-early":
      return { kind: "drop", reason: "the stage before has not ended; it sends its own message" };
    case "ended":
      if (missed.forward) await forward();
      return { kind: "done", reason: "already ended" };
    case "exhausted": {
      const failed = await failAbandonedStage(deps.db, photo, stage, "attempts-exhausted", now);
      if (failed !== null) await reportPhoto(deps.progress, failed);
      return { kind: "done", reason: "attempts exhausted" };
    }
    case "leased":
      return {
        kind: "retry",
        reason: "another attempt holds the lease",
        delaySeconds: Math.ceil((missed.retryAt - now) / 1000),
      };
    case "again":
      return { kind: "retry", reason: "the photo changed meanwhile" };
  }
}
