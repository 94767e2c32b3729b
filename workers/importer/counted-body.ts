// A body that ends with an error when it is too long or takes too long. Bytes are counted after decompression, as they pass.

/**
 * @param most bytes
 * @param endsAt when it must have ended (ms)
 */
export function countedBody(
  body: ReadableStream<Uint8Array>,
  most: number,
  endsAt: number,
  now: () => number,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream({
    // Only streams of bytes travel between Workers.
    type: "bytes",
    async pull(controller: ReadableByteStreamController) {
      const { done, value } = await readBefore(reader, endsAt - now());
      if (done) {
        controller.close();
        // A reader that waits with a buffer of its own is told through it.
        controller.byobRequest?.respond(0);
        return;
      }
      bytes += value.byteLength;
      if (bytes > most) {
        await reader.cancel().catch(() => {});
        throw new Error(`the body has more than ${most} bytes`);
      }
      if (value.byteLength > 0) controller.enqueue(value);
    },
    async cancel() {
      await reader.cancel();
    },
  });
}

async function readBefore(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  withinMs: number,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the body took too long")), Math.max(0, withinMs));
  });
  try {
    return await Promise.race([reader.read(), late]);
  } catch (cause) {
    await reader.cancel().catch(() => {});
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}
