// The engines of one isolate and the memory they may use together. Work waits for its memory in order of arrival, so that a
// batch of photos is handled at once only as far as memory allows, and one large decode has the isolate to itself.
import { createEngine, type Engine } from "./engine.ts";

/** Bytes all decodes of an isolate may take together: half of its 128 MB; the other half is the runtime's, buffers' and garbage's. */
export const ISOLATE_DECODE_BYTES = 64 * 1024 * 1024;
/** Bytes of an engine worth keeping warm: what nearly every JPEG takes. A larger one is dropped, since wasm memory never shrinks. */
const KEEP_ENGINE_BYTES = 24 * 1024 * 1024;

/**
 * How long (ms) work may keep its memory before others take it for dead: twice a stage's lease. A runtime that drops a request
 * drops its promises, so that nothing behind them ever runs, not even a `finally`.
 */
const GRANT_MAX_MS = 120_000;
/** How often (ms) whoever waits looks again, and after how much silence the others pass it by. */
const LOOK_AGAIN_MS = 250;
const WAITER_DEAD_AFTER_MS = 5_000;

interface Grant {
  readonly bytes: number;
  readonly since: number;
}

interface Waiter {
  readonly bytes: number;
  seenAt: number;
  wake: () => void;
}

export class EnginePool {
  readonly #module: WebAssembly.Module;
  readonly #now: () => number;
  readonly #idle: Engine[] = [];
  readonly #grants = new Set<Grant>();
  #waiting: Waiter[] = [];

  constructor(module: WebAssembly.Module, now: () => number = Date.now) {
    this.#module = module;
    this.#now = now;
  }

  /**
   * Runs `work` with an engine of its own, whose arena is given back afterwards.
   *
   * @param bytes what the work takes at most, libraries beside the engine included; more than the budget counts as all of it
   */
  async use<Result>(bytes: number, work: (engine: Engine) => Promise<Result>): Promise<Result> {
    const grant = await this.#acquire(Math.min(bytes, ISOLATE_DECODE_BYTES));
    try {
      const engine = this.#idle.pop() ?? createEngine(this.#module);
      // Who leaves no room for another photo cannot have resting engines beside it.
      if (grant.bytes > ISOLATE_DECODE_BYTES / 2) this.#idle.length = 0;
      const start = engine.call((kernel) => kernel.mark());
      try {
        return await work(engine);
      } finally {
        this.#rest(engine, start, grant);
      }
    } finally {
      this.#grants.delete(grant);
      this.#waiting[0]?.wake();
    }
  }

  #rest(engine: Engine, start: number, grant: Grant): void {
    // Memory that was taken for dead has been promised to others: the engine must not come back beside theirs.
    const isLate = !this.#grants.has(grant);
    if (isLate || !engine.isAlive || engine.memoryBytes > KEEP_ENGINE_BYTES) return;
    engine.call((kernel) => kernel.release(start));
    this.#idle.push(engine);
  }

  /** Who waits takes its turn itself: a turn given to somebody who is gone would be lost with it. */
  async #acquire(bytes: number): Promise<Grant> {
    const waiter: Waiter = { bytes, seenAt: this.#now(), wake: () => {} };
    while (true) {
      waiter.seenAt = this.#now();
      // A busy thread can make the living look dead.
      if (!this.#waiting.includes(waiter)) this.#waiting.push(waiter);
      this.#forgetTheDead();
      if (this.#waiting[0] === waiter && bytes <= this.#freeBytes()) {
        this.#waiting.shift();
        const grant = { bytes, since: this.#now() };
        this.#grants.add(grant);
        this.#waiting[0]?.wake();
        return grant;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_AGAIN_MS);
        waiter.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  #forgetTheDead(): void {
    const now = this.#now();
    for (const grant of this.#grants) if (now - grant.since > GRANT_MAX_MS) this.#grants.delete(grant);
    this.#waiting = this.#waiting.filter(({ seenAt }) => now - seenAt <= WAITER_DEAD_AFTER_MS);
  }

  #freeBytes(): number {
    return [...this.#grants].reduce((free, { bytes }) => free - bytes, ISOLATE_DECODE_BYTES);
  }
}
