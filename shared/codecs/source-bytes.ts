// Reads an image source once, forward, as far as its reader needs: a refused file is never fetched whole.

/** A stored original, for instance an R2 body. */
export interface ImageSource {
  readonly sizeBytes: number;
  /** Called once. A failure to read is a surprise and is thrown to the caller, who may try again. */
  open(): Promise<ReadableStream<Uint8Array>>;
}

export class SourceBytes {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  #readBytes = 0;
  #isDone = false;

  private constructor(reader: ReadableStreamDefaultReader<Uint8Array>, sizeBytes: number) {
    this.#reader = reader;
    this.#buffer = new Uint8Array(sizeBytes);
  }

  static async open(source: ImageSource): Promise<SourceBytes> {
    const stream = await source.open();
    return new SourceBytes(stream.getReader(), source.sizeBytes);
  }

  /** True when everything that will come has come. */
  get isComplete(): boolean {
    return this.#isDone;
  }

  /** @returns at least `count` bytes from the start, or all there are. A view: it is overwritten by nobody, but extended by later reads. */
  async readAtLeast(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (!this.#isDone && this.#readBytes < count) {
      const { done, value } = await this.#reader.read();
      if (done) {
        this.#isDone = true;
        break;
      }
      // Bytes beyond the declared size are not stored: the size is what quotas and limits were checked against.
      const room = this.#buffer.length - this.#readBytes;
      this.#buffer.set(value.length > room ? value.subarray(0, room) : value, this.#readBytes);
      this.#readBytes += Math.min(value.length, room);
      if (this.#readBytes === this.#buffer.length) this.#isDone = true;
    }
    return this.#buffer.subarray(0, this.#readBytes);
  }

  async readAll(): Promise<Uint8Array<ArrayBuffer>> {
    return await this.readAtLeast(Number.POSITIVE_INFINITY);
  }

  /** Lets go of the stream. The bytes read stay valid; a source that fails to close has nothing to tell any more. */
  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}
