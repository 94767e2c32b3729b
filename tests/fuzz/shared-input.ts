// The input a thread is running, in memory that another thread can still read when the first one no longer answers.

/** Bytes of the largest input the loop runs. */
const INPUT_MAX_BYTES = 256 * 1024;
const HEADER_WORDS = 2;

export class SharedInput {
  /** How many inputs have been started, and how long (bytes) the current one is. */
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(HEADER_WORDS * 4 + INPUT_MAX_BYTES);
  }

  constructor(shared: SharedArrayBuffer) {
    this.#words = new Int32Array(shared, 0, HEADER_WORDS);
    this.#bytes = new Uint8Array(shared, HEADER_WORDS * 4);
  }

  /** Runs started so far. */
  get started(): number {
    return Atomics.load(this.#words, 0);
  }

  write(input: Uint8Array): void {
    this.#bytes.set(input);
    Atomics.store(this.#words, 1, input.length);
    Atomics.add(this.#words, 0, 1);
  }

  read(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.subarray(0, Atomics.load(this.#words, 1)));
  }
}
