// The pieces of a file, read as one stream or through one digest. May not: open a piece before it is asked for.
import { hex } from "../../../shared/adapters/objects.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { TusPiece } from "./tus-namespace.ts";

/**
 * A stream that opens each piece when the one before it ends; nothing is read of a stream nobody reads.
 * @param onMissing whoever reads a stream that fails seldom learns why
 */
export function joinPieces(
  bucket: R2Bucket,
  pieces: readonly TusPiece[],
  onMissing: (missing: PieceMissing) => void,
): ReadableStream<Uint8Array> {
  let next = 0;
  let reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const piece = pieces[next];
          if (reader === null && piece === undefined) return controller.close();
          if (reader === null && piece !== undefined) {
            next += 1;
            const opened = openPiece(bucket, piece);
            opened.catch((cause: unknown) => cause instanceof PieceMissing && onMissing(cause));
            reader = (await opened).getReader();
          }
          const chunk = await reader?.read();
          if (chunk?.done === false) return controller.enqueue(chunk.value);
          reader = null;
        }
      },
      async cancel(cause) {
        await reader?.cancel(cause);
      },
    },
    { highWaterMark: 0 },
  );
}

/** SHA-256 of the whole file, in hexadecimal. */
export async function digestPieces(bucket: R2Bucket, pieces: readonly TusPiece[]): Promise<string> {
  const digest = new crypto.DigestStream("SHA-256");
  for (const piece of pieces) await (await openPiece(bucket, piece)).pipeTo(digest, { preventClose: true });
  await digest.getWriter().close();
  return hex(new Uint8Array(await digest.digest));
}

/** A piece that was committed and is not there: somebody else finished or ended the upload, or storage lost it. */
export class PieceMissing extends AppError {
  constructor(key: string) {
    super("storage-unavailable", "A part of the file could not be read just now.", { facts: { key } });
  }
}

async function openPiece(bucket: R2Bucket, { key, bytes }: TusPiece): Promise<ReadableStream<Uint8Array>> {
  const object = await bucket.get(key);
  if (object === null || object.size !== bytes) throw new PieceMissing(key);
  return object.body;
}
