// One picture that is in memory whole, into the library: what forms, base64 and addresses have in common.
import { AppError } from "../../../shared/contracts/errors.ts";
import type { UserId } from "../../../shared/contracts/ids.ts";
import { FILENAME_MAX_CHARS } from "../../../shared/contracts/limits.ts";
import { bindIdempotencyKey } from "../../../shared/db/photos/idempotency-keys.ts";
import type { PhotoRow } from "../../../shared/db/photos/photo-row.ts";
import { admitUploads, readRoom } from "../../../shared/db/photos/upload-statements.ts";
import type { GatewayDeps } from "../deps.ts";
import { describeNoRoom } from "../describe-no-room.ts";
import { type ReceiveDeps, receiveUpload } from "../receive-upload.ts";

export interface GivenPicture {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly idempotencyKey: string | undefined;
}

/** @returns the stored photo; `created` false when exactly these bytes were in the library already */
export async function storePicture(
  deps: ReceiveDeps & Pick<GatewayDeps, "digest" | "newId">,
  userId: UserId,
  { bytes, filename, idempotencyKey }: GivenPicture,
): Promise<{ row: PhotoRow; created: boolean }> {
  if (bytes.byteLength === 0) throw new AppError("empty-file", "The picture has no bytes.");
  // Refused before a row exists: nothing was announced that would be worth keeping when its bytes are not an image.
  const inspection = deps.inspect(bytes);
  if (inspection.kind === "refused") throw new AppError(inspection.code, inspection.detail);
  const sha256 = await deps.digest(bytes);
  if (
    idempotencyKey !== undefined &&
    (await bindIdempotencyKey(deps.db, userId, idempotencyKey, sha256, deps.now())) !== sha256
  )
    throw new AppError("idempotency-conflict", "This Idempotency-Key was used for other bytes.");
  const intent = {
    photoId: deps.newId(),
    uploadKey: `form:${deps.newId()}`,
    filename: filename.slice(0, FILENAME_MAX_CHARS) || "photo",
    mime: inspection.mime,
    bytes: bytes.byteLength,
    sha256,
  };
  const [row] = await admitUploads(deps.db, userId, [intent], deps.now());
  if (row === undefined)
    throw new AppError("quota-exceeded", describeNoRoom(bytes.byteLength, await readRoom(deps.db, userId)));
  if (row.sha256 !== sha256)
    throw new AppError("idempotency-conflict", "This Idempotency-Key was used for other bytes.");
  return await receiveUpload(deps, row, { body: bytes, sizeBytes: bytes.byteLength, sha256 });
}
