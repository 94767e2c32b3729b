// What a person does to a photo after upload: trash, restore, remove for good, retry. Truth first, then hub and queue.
import { deletePhotoObjects } from "../../shared/adapters/objects.ts";
import { reportPhoto } from "../../shared/adapters/progress.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import type { PhotoRow } from "../../shared/db/photos/photo-row.ts";
import { retryFailed } from "../../shared/db/photos/stage-statements.ts";
import {
  findByDigest,
  purgePhoto,
  readRoom,
  restorePhoto,
  trashPhoto,
} from "../../shared/db/photos/upload-statements.ts";
import type { GatewayDeps } from "./deps.ts";
import { describeNoRoom } from "./describe-no-room.ts";
import { type EnqueueDeps, enqueueStage } from "./enqueue-stage.ts";

export type ChangeDeps = Pick<GatewayDeps, "progress" | "now"> & EnqueueDeps;

export async function toTrash(deps: ChangeDeps, photoId: string, userId: UserId): Promise<void> {
  const row = (await trashPhoto(deps.db, photoId, userId, deps.now())) ?? (await existing(deps, photoId, userId));
  await reportPhoto(deps.progress, row);
}

export async function purgeForGood(deps: ChangeDeps, photoId: string, userId: UserId): Promise<void> {
  const row = (await purgePhoto(deps.db, photoId, userId, deps.now())) ?? (await existing(deps, photoId, userId));
  await reportPhoto(deps.progress, row);
  await deletePhotoObjects(deps.bucket, userId, photoId);
}

export async function restoreFromTrash(deps: ChangeDeps, photoId: string, userId: UserId): Promise<PhotoRow> {
  const restored = await restorePhoto(deps.db, photoId, userId, deps.now());
  if (restored === null) {
    const row = await existing(deps, photoId, userId);
    if (row.purgedAt !== null) throw new AppError("photo-deleted", "The photo was removed for good.");
    if (row.lifecycle !== "deleted") return row;
    const twin = row.sha256 === null ? null : await findByDigest(deps.db, userId, row.sha256);
    if (twin !== null)
      throw new AppError("already-in-library", "The same bytes were uploaded again; that photo is in your library.");
    const room = await readRoom(deps.db, userId);
    const needed = { bytes: row.storedAt === null ? row.bytes : 0, photos: 1 };
    if (needed.bytes > (room.bytes ?? needed.bytes) || needed.photos > (room.photos ?? needed.photos))
      throw new AppError("quota-exceeded", describeNoRoom(row.bytes, room));
    throw new AppError("storage-unavailable", "The photo changed while it was being restored.");
  }
  await reportPhoto(deps.progress, restored);
  await enqueueStage(deps, restored);
  return restored;
}

export async function retryPhoto(deps: ChangeDeps, photoId: string, userId: UserId): Promise<PhotoRow> {
  const retried = await retryFailed(deps.db, photoId, userId, deps.now());
  if (retried === null) {
    const row = await existing(deps, photoId, userId);
    throw new AppError(
      "not-retryable-state",
      `No stage of this photo has failed: thumbnail ${row.thumbnailState}, index ${row.indexState}.`,
    );
  }
  await reportPhoto(deps.progress, retried);
  await enqueueStage(deps, retried);
  return retried;
}

async function existing(deps: ChangeDeps, photoId: string, userId: UserId): Promise<PhotoRow> {
  const row = await findPhoto(deps.db, photoId, userId);
  if (row === null) throw new AppError("not-found", "There is no such photo.");
  return row;
}
