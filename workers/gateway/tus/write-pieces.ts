// The body of one request becomes pieces in R2. A piece counts when it is in storage and the upload's object says so: before that
// nobody knows of it, and a crash leaves nothing but an object that goes with the upload.
import { hex } from "../../../shared/adapters/objects.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { HEADER_PREFIX_BYTES, TUS_PART_BYTES } from "../../../shared/contracts/limits.ts";
import { BodyReader } from "./body-reader.ts";
import type { TusPiece } from "./tus-namespace.ts";
import type { UploadChecksum } from "./upload-checksum.ts";

export interface PieceTarget {
  readonly bucket: R2Bucket;
  readonly keyOf: (startBytes: number) => string;
  /** The file's first bytes, before any is stored; throws what it refuses. */
  readonly inspect: (prefix: Uint8Array) => Promise<void>;
  /** Throws where the upload does not stand there any more. */
  readonly commit: (pieces: readonly TusPiece[]) => Promise<void>;
  /** Called with every chunk that comes: the writer is alive. */
  readonly onBytes: () => Promise<void>;
}

export interface PieceBody {
  readonly body: AsyncIterable<Uint8Array>;
  /** Offset of its first byte in the file. */
  readonly startBytes: number;
  /** As Content-Length says. */
  readonly bodyBytes: number;
  /** With one, nothing counts before all of it has come and fits. */
  readonly checksum: UploadChecksum | null;
}

/**
 * @returns the new offset
 * @throws AppError checksum-mismatch, body-truncated, storage-unavailable, and what the target throws; pieces committed by then stay
 */
export async function writePieces(target: PieceTarget, upload: PieceBody): Promise<number> {
  const { startBytes, bodyBytes, checksum } = upload;
  const reader = new BodyReader(upload.body);
  const digest = checksum === null ? null : new crypto.DigestStream(checksum.algorithm);
  const digestWriter = digest?.getWriter();
  const end = startBytes + bodyBytes;
  const uncommitted: TusPiece[] = [];
  try {
    if (startBytes === 0 && bodyBytes > 0)
      await target.inspect(await reader.peek(Math.min(HEADER_PREFIX_BYTES, bodyBytes)));
    for (let start = startBytes; start < end; ) {
      const piece = { start, bytes: Math.min(TUS_PART_BYTES, end - start), key: target.keyOf(start) };
      await writePiece(target, piece, reader, digestWriter);
      uncommitted.push(piece);
      start += piece.bytes;
      if (checksum !== null && start < end) continue;
      if (checksum !== null && digest !== null) {
        await digestWriter?.close();
        if (hex(new Uint8Array(await digest.digest)) !== checksum.digest)
          throw new AppError(
            "checksum-mismatch",
            "The body's checksum is not the one declared; nothing of it was kept.",
          );
      }
      // From here on they may count, even where the answer is lost: whoever deleted them then would take them from the upload.
      await target.commit(uncommitted.splice(0));
    }
    return end;
  } catch (cause) {
    digest?.digest.catch(() => {});
    await digestWriter?.abort(cause).catch(() => {});
    // What is not deleted here goes with the upload.
    if (uncommitted.length > 0) await target.bucket.delete(uncommitted.map(({ key }) => key)).catch(() => {});
    throw cause;
  }
}

async function writePiece(
  { bucket, onBytes }: PieceTarget,
  { bytes, key }: TusPiece,
  reader: BodyReader,
  digest: WritableStreamDefaultWriter<Uint8Array | ArrayBuffer> | undefined,
): Promise<void> {
  // R2 wants a known length, and stores nothing of a body that turns out shorter.
  const { readable, writable } = new FixedLengthStream(bytes);
  const writer = writable.getWriter();
  const put: { error: unknown } = { error: null };
  // Whoever fails to store reads no more: a write into its stream would wait for ever.
  const stored = bucket.put(key, readable).catch((cause: unknown) => {
    put.error ??= new AppError("storage-unavailable", "The bytes could not be written just now.", { cause });
    throw put.error;
  });
  stored.catch(() => {});
  const write = async (): Promise<void> => {
    for (let left = bytes; left > 0; ) {
      const chunk = await reader.take(left);
      if (chunk === null) throw new AppError("body-truncated", "The body was shorter than Content-Length said.");
      await Promise.all([writer.write(chunk), digest?.write(chunk), onBytes()]);
      left -= chunk.byteLength;
    }
    await writer.close();
  };
  try {
    await Promise.all([write(), stored]);
  } catch (cause) {
    // The first failure is the reason; the other end fails because of it.
    put.error ??= cause;
    writer.abort(cause).catch(() => {});
    throw cause;
  }
}
