// One living instance of a wasm module with an arena: its exports typed, its memory seen, its traps named. Knows nothing about images.

/** What every module with an arena exports. Every address and size is in bytes; every address is in `memory`. */
export interface ArenaExports {
  readonly memory: WebAssembly.Memory;

  // Arena. Throws a trap when the module's maximum memory is exceeded.
  allocate(sizeBytes: number): number;
  mark(): number;
  release(to: number): void;
}

/** "out-of-memory": the module's maximum memory does not hold this photo. "fault": a bug in a kernel. Either way the instance is dead. */
export type EngineTrapReason = "out-of-memory" | "fault";

/** The wasm trapped. Its memory and globals are anyone's guess: discard the instance and create another from the same module. */
export class EngineTrap extends Error {
  override readonly name = "EngineTrap";
  readonly reason: EngineTrapReason;

  constructor(reason: EngineTrapReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

export class KernelInstance<Exports extends ArenaExports> {
  #exports: Exports | null;
  #bytes: Uint8Array<ArrayBuffer>;
  #isAlive = true;

  constructor(exports: Exports) {
    this.#exports = exports;
    this.#bytes = new Uint8Array(exports.memory.buffer);
  }

  get exports(): Exports {
    if (this.#exports === null) throw new EngineTrap("fault", "Expected a living instance. Got a discarded one.");
    return this.#exports;
  }

  /** False after a trap: the owner must drop it. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Wasm memory never shrinks: what the largest photo so far has needed. */
  get memoryBytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  /** All of the instance's memory. Valid until the next call that may allocate: ask again rather than keep it. */
  bytes(): Uint8Array<ArrayBuffer> {
    // Growth detaches the buffer that an older view looked at.
    if (this.#bytes.buffer !== this.exports.memory.buffer) this.#bytes = new Uint8Array(this.exports.memory.buffer);
    return this.#bytes;
  }

  /** Runs `work`, which calls exports. Throws EngineTrap when the wasm traps or the instance is already dead; other errors pass through. */
  call<Result>(work: (exports: Exports) => Result): Result {
    if (!this.#isAlive) throw new EngineTrap("fault", "Expected a living instance. Got one that trapped before.");
    try {
      return work(this.exports);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      this.#isAlive = false;
      // The kernels are compiled without assertions: `unreachable` is only ever the arena's refusal to grow.
      throw new EngineTrap(error.message.includes("unreachable") ? "out-of-memory" : "fault", error.message);
    }
  }

  /** Lets go of the memory for good, whoever still holds this: it cannot shrink otherwise. Dead afterwards. */
  discard(): void {
    this.#isAlive = false;
    this.#exports = null;
    this.#bytes = new Uint8Array(0);
  }
}
