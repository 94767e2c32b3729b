// Bytes on their way into R2: header inspected before a byte is stored, digest checked by R2, row marked afterwards.
// The order is the protocol: intent (row) -> bytes (R2) -> stored (row) -> hub. A crash between any two is repaired.
import {
  deletePhotoObjects,
  metadataOf,
  type ObjectOwner,
  putOriginal,
  sha256Of,
} from "../../shared/adapters/objects.ts";
import { reportPhoto } from "../../shared/adapters/progress.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { FILE_MAX_BYTES, HEADER_PREFIX_BYTES } from "../../shared/contracts/limits.ts";
import { reopenBatches } from "../../shared/db/photos/batch-statements.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import type { PhotoRow } from "../../shared/db/photos/photo-row.ts";
import {
  correctSize,
  type FirstSight,
  findByDigest,
  markStored,
  readRoom,
  recordDigest,
  reviveUpload,
} from "../../shared/db/photos/upload-statements.ts";
import type { GatewayDeps } from "./deps.ts";
import { describeNoRoom } from "./describe-no-room.ts";
import { settleLateBytes } from "./settle-late-bytes.ts";
import { settleRefusal } from "./settle-refusal.ts";

export interface Upload {
  readonly body: ReadableStream<Uint8Array> | Uint8Array;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Bytes the library has already, wanted once more. */
  readonly isCopy?: true;
}

export type ReceiveDeps = Pick<GatewayDeps, "db" | "bucket" | "progress" | "inspect" | "placeholderOf" | "now">;

/** @returns the stored photo; `created` false when exactly these bytes were already there */
export async function receiveUpload(
  deps: ReceiveDeps,
  announced: PhotoRow,
  upload: Upload,
): Promise<{ row: PhotoRow; created: boolean }> {
  checkSize(announced, upload.sizeBytes);
  if (announced.lifecycle === "deleted") throw new AppError("photo-deleted", "The photo is in the trash.");
  if (announced.sha256 !== null && announced.sha256 !== upload.sha256)
    throw new AppError("idempotency-conflict", "This photo was announced with another SHA-256.");
  if (announced.lifecycle === "stored" && announced.sha256 !== null) return { row: announced, created: false };
  const row = await holdRoom(deps, announced);
  const { body, mime, firstSight } = await acceptBody(deps, row, upload);
  const owner: ObjectOwner = { userId: row.userId, photoId: row.id, gen: row.gen };
  const put = await putOriginal(deps.bucket, owner, body, upload.sha256, { filename: row.filename, mime });
  if (put.kind === "exists" && sha256Of(put.object) !== upload.sha256)
    throw new AppError("idempotency-conflict", "Other bytes are already stored for this photo.");
  const current = await recordStored(deps, row, {
    bytes: put.object.size,
    sha256: upload.sha256,
    mime: metadataOf(put.object).mime,
    firstSight,
  });
  await reportPhoto(deps.progress, current);
  return { row: current, created: put.kind === "stored" };
}

/** Not a byte is taken that no room is held for: an abandoned upload takes its room again first. */
async function holdRoom(deps: ReceiveDeps, announced: PhotoRow): Promise<PhotoRow> {
  if (announced.lifecycle !== "abandoned") return announced;
  const { id, userId, bytes } = announced;
  const row = (await reviveUpload(deps.db, id, userId, deps.now())) ?? (await findPhoto(deps.db, id, userId));
  if (row === null || row.lifecycle === "deleted") throw new AppError("photo-deleted", "The photo was deleted.");
  if (row.lifecycle === "abandoned") throw await noRoom(deps, userId, bytes);
  return row;
}

async function noRoom({ db }: ReceiveDeps, userId: string, sizeBytes: number): Promise<AppError> {
  return new AppError("quota-exceeded", describeNoRoom(sizeBytes, await readRoom(db, userId)));
}

async function acceptBody(deps: ReceiveDeps, row: PhotoRow, upload: Upload): ReturnType<typeof inspectBody> {
  try {
    if (row.sha256 === null && upload.isCopy !== true) await refuseKnownContent(deps, row, upload.sha256);
    return await inspectBody(deps, upload);
  } catch (refusal) {
    await settleRefusal(deps, row, refusal);
    throw refusal;
  }
}

/** A digest is bound to a photo only when R2 has verified it: a wrong one must not keep the right bytes out. */
async function refuseKnownContent(deps: ReceiveDeps, row: PhotoRow, sha256: string): Promise<void> {
  const twin = await findByDigest(deps.db, row.userId, sha256);
  // A twin that was only announced may never come; these bytes are here.
  if (twin !== null && twin.id !== row.id && twin.lifecycle === "stored")
    throw new AppError("already-in-library", `The photo ${twin.id} has exactly these bytes.`);
}

/** The upload event may have marked the photo stored before us; then only its digest is missing. */
async function recordStored(
  deps: ReceiveDeps,
  row: PhotoRow,
  stored: { bytes: number; sha256: string; mime: string; firstSight: FirstSight },
): Promise<PhotoRow> {
  const marked = await markStored(deps.db, row.id, row.userId, stored, deps.now());
  const current =
    marked ??
    (await recordDigest(deps.db, row.id, row.userId, stored.sha256, deps.now())) ??
    (await findPhoto(deps.db, row.id, row.userId));
  if (current === null) throw new AppError("photo-deleted", "The photo was deleted while its bytes were on the way.");
  if (current.purgedAt !== null) await deletePhotoObjects(deps.bucket, row.userId, row.id);
  else if (current.storedAt === null) await settleLateBytes(deps, current, stored.bytes);
  if (current.lifecycle === "deleted")
    throw new AppError("photo-deleted", "The photo was deleted while its bytes were on the way.");
  // The upload was abandoned while its bytes were on the way, and others took the room.
  if (current.storedAt === null) throw await noRoom(deps, row.userId, stored.bytes);
  if (current.bytes > stored.bytes) await correctSize(deps.db, row.id, row.userId, stored.bytes, deps.now());
  if (marked !== null) {
    const batches = await reopenBatches(deps.db, row.id, row.userId, deps.now());
    await deps.progress.report({ userId: row.userId as UserId, photos: [], batches });
  }
  return current;
}

function checkSize(row: PhotoRow, sizeBytes: number): void {
  if (sizeBytes === 0) throw new AppError("empty-file", "The body has no bytes.");
  if (sizeBytes > FILE_MAX_BYTES)
    throw new AppError("file-too-large", `The file has ${sizeBytes} bytes; the limit is ${FILE_MAX_BYTES}.`);
  // The announced size is the room held. With a digest, which says which file it is, it may have been announced too large.
  if (row.sha256 === null || row.lifecycle === "stored" ? sizeBytes !== row.bytes : sizeBytes > row.bytes)
    throw new AppError("size-mismatch", `The manifest said ${row.bytes} bytes; Content-Length is ${sizeBytes}.`);
}

/** Reads the prefix, refuses what is not an image or is a pixel bomb, and hands on a body with every byte in it. */
async function inspectBody(
  deps: ReceiveDeps,
  upload: Upload,
): Promise<{ body: ReadableStream<Uint8Array> | Uint8Array; mime: string; firstSight: FirstSight }> {
  const { prefix, rest } = await readPrefix(upload);
  const inspection = deps.inspect(prefix);
  if (inspection.kind === "refused") {
    await rest?.cancel().catch(() => {});
    throw new AppError(inspection.code, inspection.detail);
  }
  const thumbhash = await deps.placeholderOf(prefix.subarray(0, HEADER_PREFIX_BYTES));
  const { widthPx = null, heightPx = null } = inspection.seen ?? {};
  const body = rest === null ? prefix : rejoin(prefix, rest, upload.sizeBytes);
  return { body, mime: inspection.mime, firstSight: { thumbhash, widthPx, heightPx } };
}

async function readPrefix(upload: Upload): Promise<{ prefix: Uint8Array; rest: ReadableStream<Uint8Array> | null }> {
  if (upload.body instanceof Uint8Array) return { prefix: upload.body, rest: null };
  const wanted = Math.min(HEADER_PREFIX_BYTES, upload.sizeBytes);
  const reader = upload.body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    while (bytes < wanted) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      bytes += value.byteLength;
    }
  } catch (cause) {
    throw new AppError("body-truncated", "The connection ended before the body did; nothing was stored.", { cause });
  }
  if (bytes < wanted)
    throw new AppError(
      "body-truncated",
      `The body had ${bytes} bytes; Content-Length said ${upload.sizeBytes}. Nothing was stored.`,
    );
  reader.releaseLock();
  const prefix = new Uint8Array(bytes);
  let position = 0;
  for (const chunk of chunks) {
    prefix.set(chunk, position);
    position += chunk.byteLength;
  }
  return { prefix, rest: bytes === upload.sizeBytes ? null : upload.body };
}

/** R2 wants a known length; a body shorter than promised makes the put fail and leaves nothing. */
function rejoin(prefix: Uint8Array, rest: ReadableStream<Uint8Array>, sizeBytes: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(sizeBytes);
  const pump = async (): Promise<void> => {
    const writer = writable.getWriter();
    await writer.write(prefix);
    writer.releaseLock();
    await rest.pipeTo(writable);
  };
  // The put sees the same failure through `readable`; here it only must not become an unhandled rejection.
  pump().catch(() => {});
  return readable;
}
