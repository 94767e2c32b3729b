// The engines of one isolate and the memory they may use together. Work waits for its memory in order of arrival, so that a
// batch of photos is handled at once only as far as memory allows, and one large decode has the isolate to itself.
import { createEngine, type Engine } from "./engine.ts";

/** Bytes all decodes of an isolate may take together: half of its 128 MB; the other half is the runtime's, buffers' and garbage's. */
export const ISOLATE_DECODE_BYTES = 64 * 1024 * 1024;
/** Bytes of an engine worth keeping warm: what nearly every JPEG takes. A larger one is dropped, since wasm memory never shrinks. */
const KEEP_ENGINE_BYTES = 24 * 1024 * 1024;

interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

export class EnginePool {
  readonly #module: WebAssembly.Module;
  readonly #idle: Engine[] = [];
  readonly #waiting: Waiting[] = [];
  #freeBytes = ISOLATE_DECODE_BYTES;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /**
   * Runs `work` with an engine of its own, whose arena is given back afterwards.
   *
   * @param bytes what the work takes at most, libraries beside the engine included; more than the budget counts as all of it
   */
  async use<Result>(bytes: number, work: (engine: Engine) => Promise<Result>): Promise<Result> {
    const share = Math.min(bytes, ISOLATE_DECODE_BYTES);
    await this.#acquire(share);
    try {
      const engine = this.#idle.pop() ?? createEngine(this.#module);
      // Who needs more than an ordinary photo does cannot have resting engines beside it.
      if (share > KEEP_ENGINE_BYTES) this.#idle.length = 0;
      const start = engine.call((kernel) => kernel.mark());
      try {
        return await work(engine);
      } finally {
        this.#rest(engine, start);
      }
    } finally {
      this.#release(share);
    }
  }

  #rest(engine: Engine, start: number): void {
    if (!engine.isAlive || engine.memoryBytes > KEEP_ENGINE_BYTES) return;
    engine.call((kernel) => kernel.release(start));
    this.#idle.push(engine);
  }

  async #acquire(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && bytes <= this.#freeBytes) {
      this.#freeBytes -= bytes;
      return;
    }
    await new Promise<void>((start) => this.#waiting.push({ bytes, start }));
  }

  #release(bytes: number): void {
    this.#freeBytes += bytes;
    for (let next = this.#waiting[0]; next !== undefined && next.bytes <= this.#freeBytes; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#freeBytes -= next.bytes;
      next.start();
    }
  }
}
