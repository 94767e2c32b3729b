// A body read into memory, as far as it is short.

/** @throws Error as soon as the body has more bytes than `most` */
export async function readUpTo(response: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > most) throw new Error(`the body has more than ${most} bytes`);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(bytes);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.byteLength;
  }
  return whole;
}
