// What an upload's alarm does: finishes a whole file whose client went away, holds the room of one that is under way, and ends what
// nobody goes on with. The object calls it; it needs no request.
import { errorText, log } from "../../../shared/adapters/log.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { TUS_FINISH_AFTER_MS, TUS_ROOM_RENEW_MS } from "../../../shared/contracts/limits.ts";
import { findPhoto } from "../../../shared/db/photos/library-queries.ts";
import { keepRoom } from "../../../shared/db/photos/upload-statements.ts";
import type { ReceiveDeps } from "../receive-upload.ts";
import { discardPieces, endUpload, finishUpload } from "./finish-upload.ts";
import type { TusUploadRpc } from "./tus-namespace.ts";

/** @returns when to come again (ms since 1970); null when the upload is over and forgotten */
export async function tendUpload(deps: ReceiveDeps, upload: TusUploadRpc, lifeMs: number): Promise<number | null> {
  const standing = await upload.standing();
  const row = standing === null ? null : await findPhoto(deps.db, standing.photoId, standing.userId);
  if (standing === null || row === null || row.lifecycle === "deleted" || row.lifecycle === "stored") {
    // Forgotten last: an object that knows nothing could not do the rest again.
    if (row !== null) await discardPieces(deps, row);
    await upload.forget();
    return null;
  }
  const now = deps.now();
  const endsAt = standing.touchedAt + lifeMs;
  if (now >= endsAt || (standing.twinId === null && (await keepRoom(deps.db, row.id, row.userId, now)) === null)) {
    await endUpload(deps, row);
    await upload.forget();
    return null;
  }
  if (standing.twinId === null && standing.offset === row.bytes) {
    if (await finishForClient(deps, upload, row.id, row.userId)) return null;
    return Math.min(endsAt, deps.now() + TUS_FINISH_AFTER_MS);
  }
  return Math.min(endsAt, now + TUS_ROOM_RENEW_MS);
}

/** @returns whether the upload is over */
async function finishForClient(
  deps: ReceiveDeps,
  upload: TusUploadRpc,
  photoId: string,
  userId: string,
): Promise<boolean> {
  const token = crypto.randomUUID();
  if (!(await upload.lease(token, deps.now()))) return false;
  try {
    const row = await findPhoto(deps.db, photoId, userId);
    if (row !== null) await finishUpload(deps, upload, row);
  } catch (cause) {
    const isOver = (await upload.standing()) === null;
    log(isOver ? "info" : "warn", "tus-upload-not-finished", {
      photo: photoId,
      cause: cause instanceof AppError ? cause.code : errorText(cause),
    });
    return isOver;
  } finally {
    await upload.release(token);
  }
  return (await upload.standing()) === null;
}
