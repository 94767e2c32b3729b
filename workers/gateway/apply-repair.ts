// Carries out one repair. Every effect is a conditional statement or a repeatable message, so a repair that came too
// late, twice, or at the same time as the real thing changes nothing.
import { log } from "../../shared/adapters/log.ts";
import { deletePhotoObjects, metadataOf, ownerOfKey, sha256Of } from "../../shared/adapters/objects.ts";
import { reportPhoto } from "../../shared/adapters/progress.ts";
import { isForgotten } from "../../shared/db/account/closing-statements.ts";
import type { PhotoRow } from "../../shared/db/photos/photo-row.ts";
import type { Repair } from "../../shared/db/photos/repair-decisions.ts";
import { failAbandonedStage, redoThumbnail } from "../../shared/db/photos/stage-statements.ts";
import { abandonUpload, markStored, purgeTrashed, recoverPhoto } from "../../shared/db/photos/upload-statements.ts";
import type { GatewayDeps } from "./deps.ts";
import { type EnqueueDeps, enqueueStage } from "./enqueue-stage.ts";
import { settleLateBytes } from "./settle-late-bytes.ts";

export interface RepairDeps extends EnqueueDeps, Pick<GatewayDeps, "progress"> {
  /** Photos put back into a queue; the caller marks them together, because a run has only so many statements. */
  readonly nudged: string[];
}

/** @returns false when there was nothing left to repair */
export async function applyRepair(
  deps: RepairDeps,
  decision: Repair,
  row: PhotoRow | null,
  object: R2Object | null,
): Promise<boolean> {
  if (decision === "recover") return object !== null && (await recoverOrDelete(deps, object));
  if (row === null) return false;
  const photo = { photoId: row.id, userId: row.userId, gen: row.gen };
  const now = deps.now();
  switch (decision) {
    case "none":
    case "wait":
    case "forget":
      return false;
    case "delete-objects":
      return (await deletePhotoObjects(deps.bucket, row.userId, row.id)) > 0;
    case "purge": {
      const purged = await purgeTrashed(deps.db, row.id, row.userId, now);
      // Restored since it was looked at: its bytes are somebody's photo.
      if (purged === null) return false;
      await deletePhotoObjects(deps.bucket, row.userId, row.id);
      return await told(deps, purged);
    }
    case "revive": {
      const bytes = object?.size ?? row.bytes;
      const stored = { bytes, sha256: row.sha256, mime: row.mime, firstSight: null };
      const revived = await markStored(deps.db, row.id, row.userId, stored, now);
      // Nothing changed where an abandoned upload finds no room any more.
      return revived === null ? await settleLateBytes(deps, row, bytes) : await moved(deps, revived);
    }
    case "count-trashed":
      return await settleLateBytes(deps, row, object?.size ?? row.bytes);
    case "abandon":
      return await told(deps, await abandonUpload(deps.db, row.id, row.userId, now));
    case "enqueue-thumbnail":
    case "enqueue-index":
      return await nudge(deps, row);
    case "redo-thumbnail":
      return await moved(deps, await redoThumbnail(deps.db, photo, now));
    case "fail-thumbnail-exhausted":
      return await told(deps, await failAbandonedStage(deps.db, photo, "thumbnail", "attempts-exhausted", now));
    case "fail-thumbnail-missing":
      return await told(deps, await failAbandonedStage(deps.db, photo, "thumbnail", "original-missing", now));
    case "fail-index-exhausted":
      return await told(deps, await failAbandonedStage(deps.db, photo, "index", "attempts-exhausted", now));
    case "alarm-original-missing":
      log("error", "original-missing", { photo: row.id, user: row.userId });
      return false;
  }
}

/** Bytes that came after their account was deleted for good are nobody's. */
async function recoverOrDelete(deps: RepairDeps, object: R2Object): Promise<boolean> {
  const recovered = await recover(deps, object);
  const owner = ownerOfKey(object.key);
  if (recovered !== null || owner === null || !(await isForgotten(deps.db, owner.userId)))
    return await moved(deps, recovered);
  return (await deletePhotoObjects(deps.bucket, owner.userId, owner.photoId)) > 0;
}

/**
 * The listing is a moment old: bytes that were removed since, and their tombstone after them, must not come back. A row
 * that was missing before this look at the bytes was not forgotten with bytes behind it.
 */
async function recover(deps: RepairDeps, listed: R2Object): Promise<PhotoRow | null> {
  const owner = ownerOfKey(listed.key);
  const object = await deps.bucket.head(listed.key);
  if (owner === null || object === null) return null;
  const { filename, mime } = metadataOf(object);
  return await recoverPhoto(
    deps.db,
    {
      ...owner,
      filename,
      mime,
      bytes: object.size,
      sha256: sha256Of(object),
      uploadedAt: object.uploaded.getTime(),
    },
    deps.now(),
  );
}

/** The row changed: tell the hub, and give its stage a message. */
async function moved(deps: RepairDeps, row: PhotoRow | null): Promise<boolean> {
  if (!(await told(deps, row)) || row === null) return false;
  await nudge(deps, row);
  return true;
}

async function nudge(deps: RepairDeps, row: PhotoRow): Promise<boolean> {
  const sent = await enqueueStage(deps, row);
  if (sent) deps.nudged.push(row.id);
  return sent;
}

async function told(deps: RepairDeps, row: PhotoRow | null): Promise<boolean> {
  if (row === null) return false;
  await reportPhoto(deps.progress, row);
  return true;
}
