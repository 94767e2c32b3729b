// Bytes of a stored original as they come, forward only, never more than one piece at a time. Knows no format.

/** Bytes asked for at once. R2's default pieces of 4 KB cost a fifth to two fifths more time than these. */
const PIECE_BYTES = 64 * 1024;

export interface ByteSource {
  /** @returns the next bytes, at least one; null at the end. Throws when the source cannot be read. */
  read(): Promise<Uint8Array | null>;
  /** Lets go of the source, read to its end or not. */
  close(): Promise<void>;
}

export function byteSourceOfStream(stream: ReadableStream<Uint8Array>): ByteSource {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    return pieceByPiece(stream.getReader());
  }
  // Only workerd has it: one answer, filled as far as asked, instead of what happens to have arrived.
  const canReadAtLeast: boolean = "readAtLeast" in reader;
  let buffer = new ArrayBuffer(PIECE_BYTES);
  return {
    read: async () => {
      const view = new Uint8Array(buffer);
      const { value } = await (canReadAtLeast ? reader.readAtLeast(PIECE_BYTES, view) : reader.read(view));
      if (value === undefined || value.byteLength === 0) return null;
      // The buffer travelled with the view; it is used again when the caller asks for more.
      buffer = value.buffer as ArrayBuffer;
      return new Uint8Array(buffer, value.byteOffset, value.byteLength);
    },
    close: async () => await reader.cancel().catch(() => {}),
  };
}

/** @param bytes For tests, and for what is in memory anyway. @param pieceBytes Size of the pieces it is handed out in. */
export function byteSourceOfBytes(bytes: Uint8Array, pieceBytes = PIECE_BYTES): ByteSource {
  let pos = 0;
  return {
    read: async () => {
      if (pos >= bytes.length) return null;
      const piece = bytes.subarray(pos, pos + pieceBytes);
      pos += piece.length;
      return piece;
    },
    close: async () => {},
  };
}

function pieceByPiece(reader: ReadableStreamDefaultReader<Uint8Array>): ByteSource {
  return {
    read: async () => {
      while (true) {
        const { done, value } = await reader.read();
        if (done) return null;
        if (value.length > 0) return value;
      }
    },
    close: async () => await reader.cancel().catch(() => {}),
  };
}

/** Takes counted bytes out of a source, across its pieces. */
export class ByteReader {
  readonly #source: ByteSource;
  #piece: Uint8Array = new Uint8Array(0);
  #pos = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Whether `take` has something to give without waiting. */
  get hasBytes(): boolean {
    return this.#pos < this.#piece.length;
  }

  /** Waits for the next piece. @returns false at the end of the source. */
  async fill(): Promise<boolean> {
    if (this.hasBytes) return true;
    const piece = await this.#source.read();
    if (piece === null) return false;
    this.#piece = piece;
    this.#pos = 0;
    return true;
  }

  /** @returns at most `maxBytes`, whatever the current piece has: a view that is valid until the next `fill`. */
  take(maxBytes: number): Uint8Array {
    const taken = this.#piece.subarray(this.#pos, this.#pos + maxBytes);
    this.#pos += taken.length;
    return taken;
  }

  /** @returns a copy of exactly `count` bytes, or fewer when the source ends. */
  async read(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    let filled = 0;
    while (filled < count && (this.hasBytes || (await this.fill()))) {
      const taken = this.take(count - filled);
      bytes.set(taken, filled);
      filled += taken.length;
    }
    return bytes.subarray(0, filled);
  }

  /** @returns false when the source ends before. */
  async skip(count: number): Promise<boolean> {
    let left = count;
    while (left > 0) {
      if (!this.hasBytes && !(await this.fill())) return false;
      left -= this.take(left).length;
    }
    return true;
  }
}
