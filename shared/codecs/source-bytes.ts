// Reads an image source once, forward, as far as its reader needs: a refused file is never fetched whole, and a streamed one
// is never held whole.
import { type ByteSource, byteSourceOfStream } from "./engine/byte-source.ts";

/** A stored original, for instance an R2 body. */
export interface ImageSource {
  readonly sizeBytes: number;
  /** Called once. A failure to read is a surprise and is thrown to the caller, who may try again. */
  open(): Promise<ReadableStream<Uint8Array>>;
}

export class SourceBytes {
  readonly #source: ByteSource;
  readonly #sizeBytes: number;
  #buffer = new Uint8Array(0);
  #readBytes = 0;
  #isDone = false;

  private constructor(source: ByteSource, sizeBytes: number) {
    this.#source = source;
    this.#sizeBytes = sizeBytes;
  }

  static async open(source: ImageSource): Promise<SourceBytes> {
    return new SourceBytes(byteSourceOfStream(await source.open()), source.sizeBytes);
  }

  /** True when everything that will come has come. */
  get isComplete(): boolean {
    return this.#isDone;
  }

  /** @returns at least `count` bytes from the start, or all there are. A view: it is overwritten by nobody. */
  async readAtLeast(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (!this.#isDone && this.#readBytes < count) {
      const piece = await this.#source.read();
      if (piece === null) this.#isDone = true;
      else this.#keep(piece, count);
    }
    return this.#buffer.subarray(0, this.#readBytes);
  }

  async readAll(): Promise<Uint8Array<ArrayBuffer>> {
    return await this.readAtLeast(this.#sizeBytes);
  }

  /** The source from its start, what was read of it included, piece by piece. Nothing else may be read afterwards. */
  replay(): ByteSource {
    let held: Uint8Array | null = this.#buffer.subarray(0, this.#readBytes);
    return {
      read: async () => {
        if (held !== null && held.length > 0) {
          const first = held;
          held = null;
          return first;
        }
        return this.#isDone ? null : await this.#source.read();
      },
      close: () => this.#source.close(),
    };
  }

  /** Lets go of the stream. The bytes read stay valid; a source that fails to close has nothing to tell any more. */
  async close(): Promise<void> {
    await this.#source.close();
  }

  #keep(piece: Uint8Array, wanted: number): void {
    // Bytes beyond the declared size are not stored: the size is what quotas and limits were checked against.
    const kept = piece.subarray(0, Math.max(0, this.#sizeBytes - this.#readBytes));
    const needed = this.#readBytes + kept.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(this.#sizeBytes, Math.max(needed, wanted)));
      larger.set(this.#buffer.subarray(0, this.#readBytes));
      this.#buffer = larger;
    }
    this.#buffer.set(kept, this.#readBytes);
    this.#readBytes = needed;
    if (needed >= this.#sizeBytes) this.#isDone = true;
  }
}
