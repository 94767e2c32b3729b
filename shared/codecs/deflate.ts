// zlib streams (RFC 1950) by the platform's own compressor.

/** @param pieces made one after the other, as the compressor takes them */
export async function deflate(pieces: () => Iterable<Uint8Array>): Promise<Uint8Array[]> {
  const compressor = new CompressionStream("deflate");
  const compressed: Uint8Array[] = [];
  const collected = (async () => {
    for await (const chunk of compressor.readable) compressed.push(chunk);
  })();
  const writer = compressor.writable.getWriter();
  const fed = (async () => {
    for (const piece of pieces()) await writer.write(piece as Uint8Array<ArrayBuffer>);
    await writer.close();
  })();
  await Promise.all([collected, fed]);
  return compressed;
}
