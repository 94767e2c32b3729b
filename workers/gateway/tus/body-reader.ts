// A request's body, read in the portions its reader asks for. May not: hold more than one chunk and what was looked at ahead.

export class BodyReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** Read already and not taken yet, in order. */
  readonly #ahead: Uint8Array[] = [];

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#chunks = body[Symbol.asyncIterator]();
  }

  /** @returns the next bytes, at most `mostBytes`, at least one; null at the end */
  async take(mostBytes: number): Promise<Uint8Array | null> {
    const chunk = this.#ahead.shift() ?? (await this.#read());
    if (chunk === null || chunk.byteLength <= mostBytes) return chunk;
    this.#ahead.unshift(chunk.subarray(mostBytes));
    return chunk.subarray(0, mostBytes);
  }

  /** @returns the first `bytes` bytes, fewer where the body has fewer; they are not taken */
  async peek(bytes: number): Promise<Uint8Array> {
    let held = this.#ahead.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    while (held < bytes) {
      const chunk = await this.#read();
      if (chunk === null) break;
      this.#ahead.push(chunk);
      held += chunk.byteLength;
    }
    const prefix = new Uint8Array(Math.min(held, bytes));
    let position = 0;
    for (const chunk of this.#ahead) {
      if (position === prefix.byteLength) break;
      prefix.set(chunk.subarray(0, prefix.byteLength - position), position);
      position += Math.min(chunk.byteLength, prefix.byteLength - position);
    }
    return prefix;
  }

  async #read(): Promise<Uint8Array | null> {
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return null;
      if (value.byteLength > 0) return value;
    }
  }
}
