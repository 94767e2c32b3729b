// A new photo of the bytes another one has: its own row, its own bytes, counted like any upload. Two photos never share an object,
// because each is deleted for good by itself. The library knows each content once by its digest, so the copy carries none.
import { originalKey, sha256Of } from "../../../shared/adapters/objects.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { PhotoId, UserId } from "../../../shared/contracts/ids.ts";
import { findPhoto } from "../../../shared/db/photos/library-queries.ts";
import type { PhotoRow } from "../../../shared/db/photos/photo-row.ts";
import { admitUploads, readRoom } from "../../../shared/db/photos/upload-statements.ts";
import type { GatewayDeps } from "../deps.ts";
import { describeNoRoom } from "../describe-no-room.ts";
import { type ReceiveDeps, receiveUpload } from "../receive-upload.ts";

/** @param idempotencyKey names the copy: the same again is the same copy. @throws AppError not-found, quota-exceeded */
export async function copyPhoto(
  deps: ReceiveDeps & Pick<GatewayDeps, "newId">,
  userId: UserId,
  photoId: PhotoId,
  idempotencyKey: string | undefined,
): Promise<PhotoRow> {
  const source = await findPhoto(deps.db, photoId, userId);
  if (source === null || source.lifecycle !== "stored") throw new AppError("not-found", "There is no such photo.");
  const original = await deps.bucket.get(originalKey({ userId, photoId, gen: source.gen }));
  const sha256 = original === null ? null : (sha256Of(original) ?? source.sha256);
  if (original === null || sha256 === null)
    throw new AppError("storage-unavailable", "The photo's bytes could not be read just now.");
  const name = idempotencyKey === undefined ? deps.newId() : `key:${photoId}:${idempotencyKey}`;
  const intent = {
    photoId: deps.newId(),
    uploadKey: `copy:${name}`,
    filename: source.filename,
    mime: source.mime,
    bytes: original.size,
    sha256: null,
  };
  const [row] = await admitUploads(deps.db, userId, [intent], deps.now());
  if (row === undefined) {
    await original.body.cancel();
    throw new AppError("quota-exceeded", describeNoRoom(original.size, await readRoom(deps.db, userId)));
  }
  if (row.lifecycle === "stored") {
    await original.body.cancel();
    return row;
  }
  const upload = { body: original.body, sizeBytes: original.size, sha256, isCopy: true } as const;
  return (await receiveUpload(deps, row, upload)).row;
}
