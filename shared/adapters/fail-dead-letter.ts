// A message that no attempt could settle: its photo's stage fails with a reason, so its owner sees it and can retry.
import type { StageName } from "../contracts/photos.ts";
import { findPhoto } from "../db/photos/library-queries.ts";
import { explainMissedClaim } from "../db/photos/stage-decisions.ts";
import { failAbandonedStage, type PhotoKey } from "../db/photos/stage-statements.ts";
import type { Outcome } from "./consume.ts";
import { reportPhoto } from "./progress.ts";
import type { StageDeps } from "./settle-missed-claim.ts";

export async function failDeadLetter(deps: StageDeps, photo: PhotoKey, stage: StageName): Promise<Outcome> {
  const now = deps.now();
  const failed = await failAbandonedStage(deps.db, photo, stage, "internal", now);
  if (failed !== null) {
    await reportPhoto(deps.progress, failed);
    return { kind: "done", reason: `${stage} failed: every delivery of its message did` };
  }
  const missed = explainMissedClaim(await findPhoto(deps.db, photo.photoId, photo.userId), photo.gen, stage, now);
  // A live attempt may still succeed; what it leaves is looked at again.
  if (missed.kind === "leased")
    return {
      kind: "retry",
      reason: "an attempt is still running",
      delaySeconds: Math.ceil((missed.retryAt - now) / 1000),
    };
  return { kind: "done", reason: missed.kind };
}
