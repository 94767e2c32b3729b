// From pieces to a photo: exactly the path a PUT takes, once every byte is in storage. Repeatable at any point: whoever comes
// second finds the photo stored. An upload whose bytes can never become this photo ends here.
import { deleteKeys, listKeys, uploadPiecesPrefix } from "../../../shared/adapters/objects.ts";
import { reportPhoto } from "../../../shared/adapters/progress.ts";
import { AppError, type ErrorCode } from "../../../shared/contracts/errors.ts";
import { findPhoto } from "../../../shared/db/photos/library-queries.ts";
import type { PhotoRow } from "../../../shared/db/photos/photo-row.ts";
import { abandonUpload, findByDigest } from "../../../shared/db/photos/upload-statements.ts";
import { type ReceiveDeps, receiveUpload } from "../receive-upload.ts";
import { digestPieces, joinPieces, PieceMissing } from "./join-pieces.ts";
import type { TusUploadRpc } from "./tus-namespace.ts";

/** The bytes are of no use; the same photo still takes the right ones, from the start. */
const STARTS_AGAIN: ReadonlySet<ErrorCode> = new Set([
  "digest-mismatch",
  "idempotency-conflict",
  "photo-deleted",
  "quota-exceeded",
  "size-mismatch",
]);
/** These bytes will never be a photo. */
const ENDS_UPLOAD: ReadonlySet<ErrorCode> = new Set(["too-many-pixels", "unsupported-type"]);

/**
 * @returns the id of the photo that has the bytes: this one, or the twin that had them already
 * @throws AppError as receiveUpload does
 */
export async function finishUpload(deps: ReceiveDeps, upload: TusUploadRpc, announced: PhotoRow): Promise<string> {
  const row = (await findPhoto(deps.db, announced.id, announced.userId)) ?? announced;
  const pieces = await upload.pieces();
  const sizeBytes = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  let sha256 = row.sha256;
  let missing: PieceMissing | null = null;
  const onMissing = (piece: PieceMissing) => {
    missing = piece;
  };
  try {
    if (row.lifecycle !== "stored") {
      sha256 ??= await digestPieces(deps.bucket, pieces);
      await receiveUpload(deps, row, { body: joinPieces(deps.bucket, pieces, onMissing), sizeBytes, sha256 });
    }
  } catch (cause) {
    // Somebody else may have finished it, and taken the pieces away, while this was at it.
    if ((await findPhoto(deps.db, row.id, row.userId))?.lifecycle !== "stored") {
      const twin = await twinOf(deps, row, sha256, cause);
      if (twin === null) return await failToFinish(deps, upload, row, missing ?? cause);
      await upload.becomeTwin(twin.id, deps.now());
      await endUpload(deps, row);
      return twin.id;
    }
  }
  await discardPieces(deps, row);
  await upload.forget();
  return row.id;
}

/** The photo whose bytes these are. What a manifest with a digest would have said is no failure at the end of the way either. */
async function twinOf(
  deps: ReceiveDeps,
  row: PhotoRow,
  sha256: string | null,
  cause: unknown,
): Promise<PhotoRow | null> {
  if (sha256 === null || !(cause instanceof AppError) || cause.code !== "already-in-library") return null;
  return await findByDigest(deps.db, row.userId, sha256);
}

async function failToFinish(deps: ReceiveDeps, upload: TusUploadRpc, row: PhotoRow, cause: unknown): Promise<never> {
  const code = cause instanceof AppError ? cause.code : "internal";
  if (cause instanceof PieceMissing || STARTS_AGAIN.has(code) || ENDS_UPLOAD.has(code)) {
    // Forgotten last: until then its alarm does the rest, and whoever counts on pieces that are gone begins again (PieceMissing).
    await (ENDS_UPLOAD.has(code) ? endUpload(deps, row) : discardPieces(deps, row));
    await upload.forget();
  }
  throw cause;
}

/** The room of an upload that ended without bytes is free again. */
export async function endUpload(deps: ReceiveDeps, row: PhotoRow): Promise<void> {
  await discardPieces(deps, row);
  const abandoned = await abandonUpload(deps.db, row.id, row.userId, deps.now());
  if (abandoned !== null) await reportPhoto(deps.progress, abandoned);
}

/** Those nobody names, too: of writers that were cut off between storing and saying so. */
export async function discardPieces(
  { bucket }: Pick<ReceiveDeps, "bucket">,
  { userId, id: photoId, gen }: PhotoRow,
): Promise<void> {
  await deleteKeys(bucket, await listKeys(bucket, uploadPiecesPrefix({ userId, photoId, gen })));
}
