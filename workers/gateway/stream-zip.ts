// A ZIP that is written while it is read, stored without compression (pictures have theirs), with its exact length said beforehand.
import { makeZip, predictLength } from "client-zip";

/** Bytes at hand, or somewhere they can be opened when it is their turn. */
export interface ZipEntry {
  /** Path inside the ZIP: safe to unpack anywhere, and each once. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly lastModified: Date;
  readonly open: () => Promise<Uint8Array | ReadableStream<Uint8Array>>;
}

/** @param fileName of ours, in plain ASCII. @param method of the request: HEAD opens nothing */
export function streamZip(fileName: string, entries: readonly ZipEntry[], method: string): Response {
  const length = predictLength(
    entries.map(({ name, sizeBytes, lastModified }) => ({ name, size: sizeBytes, lastModified })),
  );
  const headers = {
    "content-type": "application/zip",
    "content-length": String(length),
    "content-disposition": `attachment; filename="${fileName}"`,
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
  };
  if (method === "HEAD") return new Response(null, { headers });
  const { readable, writable } = new FixedLengthStream(length);
  // Who downloads sees the stream break, and its length; nothing is left to answer then.
  makeZip(opened(entries))
    .pipeTo(writable)
    .catch(() => {});
  return new Response(readable, { headers });
}

/** One at a time: the next is opened when the one before is through. */
async function* opened(entries: readonly ZipEntry[]) {
  for (const { name, sizeBytes, lastModified, open } of entries)
    yield { name, size: sizeBytes, lastModified, input: await open() };
}
