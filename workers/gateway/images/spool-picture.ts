// A picture too large to be held whole, whose digest nobody knows: its bytes go to storage beside the photo first and are counted
// and digested on the way, then they are stored as any upload's. What a crash leaves is the photo's, and goes with it or by the sweep.
import { hex, uploadPieceKey } from "../../../shared/adapters/objects.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { UserId } from "../../../shared/contracts/ids.ts";
import { FILENAME_MAX_CHARS, HEADER_PREFIX_BYTES } from "../../../shared/contracts/limits.ts";
import { bindIdempotencyKey } from "../../../shared/db/photos/idempotency-keys.ts";
import type { PhotoRow } from "../../../shared/db/photos/photo-row.ts";
import { admitUploads, findByDigest, readRoom } from "../../../shared/db/photos/upload-statements.ts";
import type { GatewayDeps } from "../deps.ts";
import { describeNoRoom } from "../describe-no-room.ts";
import { type ReceiveDeps, receiveUpload } from "../receive-upload.ts";
import { BodyReader } from "../tus/body-reader.ts";
import { discardPieces, endUpload } from "../tus/finish-upload.ts";

export interface StreamedPicture {
  readonly body: ReadableStream<Uint8Array>;
  readonly sizeBytes: number;
  readonly filename: string;
  readonly idempotencyKey: string | undefined;
}

/** @throws AppError unsupported-type, too-many-pixels, quota-exceeded, idempotency-conflict, body-truncated or storage-unavailable */
export async function spoolPicture(
  deps: ReceiveDeps & Pick<GatewayDeps, "newId">,
  userId: UserId,
  { body, sizeBytes, filename, idempotencyKey: name }: StreamedPicture,
): Promise<PhotoRow> {
  const reader = new BodyReader(body);
  const inspection = deps.inspect(await reader.peek(HEADER_PREFIX_BYTES));
  if (inspection.kind === "refused") throw new AppError(inspection.code, inspection.detail);
  const intent = {
    photoId: deps.newId(),
    uploadKey: `import:${deps.newId()}`,
    filename: filename.slice(0, FILENAME_MAX_CHARS) || "photo",
    mime: inspection.mime,
    bytes: sizeBytes,
    sha256: null,
  };
  const [row] = await admitUploads(deps.db, userId, [intent], deps.now());
  if (row === undefined)
    throw new AppError("quota-exceeded", describeNoRoom(sizeBytes, await readRoom(deps.db, userId)));
  const key = uploadPieceKey({ userId, photoId: row.id, gen: row.gen }, 0, intent.photoId);
  let sha256: string | null = null;
  try {
    sha256 = await putDigested(deps.bucket, key, reader, sizeBytes);
    if (name !== undefined && (await bindIdempotencyKey(deps.db, userId, name, sha256, deps.now())) !== sha256)
      throw new AppError("idempotency-conflict", "This Idempotency-Key was used for other bytes.");
    const spooled = await deps.bucket.get(key);
    if (spooled === null) throw new AppError("storage-unavailable", "The bytes could not be read back just now.");
    const stored = await receiveUpload(deps, row, { body: spooled.body, sizeBytes, sha256 });
    await discardPieces(deps, row);
    return stored.row;
  } catch (cause) {
    await endUpload(deps, row);
    const isKnown = sha256 !== null && cause instanceof AppError && cause.code === "already-in-library";
    const twin = isKnown && sha256 !== null ? await findByDigest(deps.db, userId, sha256) : null;
    if (twin === null) throw cause;
    return twin;
  }
}

/** @returns SHA-256 (hex) of what is stored under the key. @throws AppError body-truncated or storage-unavailable; nothing is stored then */
async function putDigested(bucket: R2Bucket, key: string, reader: BodyReader, sizeBytes: number): Promise<string> {
  // R2 wants a known length, and stores nothing of a body that turns out shorter.
  const { readable, writable } = new FixedLengthStream(sizeBytes);
  const digest = new crypto.DigestStream("SHA-256");
  digest.digest.catch(() => {});
  const writers = [writable.getWriter(), digest.getWriter()];
  const pump = async (): Promise<void> => {
    try {
      for (let chunk = await reader.take(sizeBytes); chunk !== null; chunk = await reader.take(sizeBytes))
        for (const writer of writers) await writer.write(chunk);
      for (const writer of writers) await writer.close();
    } catch (cause) {
      for (const writer of writers) await writer.abort(cause).catch(() => {});
      throw new AppError("body-truncated", "The picture was not as long as it was said to be.", { cause });
    }
  };
  const stored = bucket.put(key, readable).catch((cause: unknown) => {
    throw new AppError("storage-unavailable", "The bytes could not be written just now.", { cause });
  });
  const [pumped, put] = await Promise.allSettled([pump(), stored]);
  if (pumped.status === "rejected") throw pumped.reason;
  if (put.status === "rejected") throw put.reason;
  return hex(new Uint8Array(await digest.digest));
}
