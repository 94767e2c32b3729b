// Two engines that must agree: the real one, as it is, and one with red zones and dirty memory. Both are used again and again.
import { readFileSync } from "node:fs";
import { ENGINE_WASM } from "../../../local/build-kernels.ts";
import { createEngine, type Engine, EngineTrap } from "../../../shared/codecs/engine/engine.ts";
import type { PlanarImage } from "../../../shared/codecs/engine/planes.ts";
import { compileWasm } from "../../fixtures/compile-wasm.ts";
import { Violation } from "../fuzz-target.ts";
import { buildGuardedEngine } from "../guarded/build-guarded-engine.ts";

interface GuardExports {
  setDirt(byte: number): void;
  guardViolations(): number;
  firstGuardViolation(): number;
}

/** What became of an input: comparable, and short enough for a message. */
export type Answer = string;
/** Runs one input to the end on an engine. An answer of OUT_OF_MEMORY is allowed to differ: red zones take memory. */
export type RunOnEngine = (engine: Engine) => Promise<Answer>;

export const OUT_OF_MEMORY = "too-large";
/** The most memory (bytes) the engine may ever have. */
const MEMORY_MAX_BYTES = 64 * 1024 * 1024;

export class EnginePair {
  readonly #module: WebAssembly.Module;
  readonly #guardedModule: WebAssembly.Module;
  #engine: Engine;
  #guarded: Engine;

  static async create(): Promise<EnginePair> {
    const module = compileWasm(new Uint8Array(readFileSync(ENGINE_WASM)));
    return new EnginePair(module, compileWasm(await buildGuardedEngine()));
  }

  private constructor(module: WebAssembly.Module, guardedModule: WebAssembly.Module) {
    this.#module = module;
    this.#guardedModule = guardedModule;
    this.#engine = createEngine(module);
    this.#guarded = createEngine(guardedModule);
  }

  /** @param dirt what fresh memory holds in the guarded engine. Throws a Violation. @returns the real engine's answer. */
  async compare(run: RunOnEngine, guardedRun: RunOnEngine, dirt: number): Promise<Answer> {
    if (!this.#engine.isAlive) this.#engine = createEngine(this.#module);
    if (!this.#guarded.isAlive) this.#guarded = createEngine(this.#guardedModule);
    const answer = await runAndRelease(this.#engine, run);
    if (this.#engine.memoryBytes > MEMORY_MAX_BYTES) {
      throw new Violation("takes too much memory", `${this.#engine.memoryBytes} bytes`);
    }
    const guards = this.#guarded.exports as unknown as GuardExports;
    guards.setDirt(dirt);
    let guardedAnswer: Answer;
    try {
      guardedAnswer = await runAndRelease(this.#guarded, guardedRun, guards);
    } catch (error) {
      // Its memory is not worth anything any more.
      this.#guarded = createEngine(this.#guardedModule);
      throw error;
    }
    if (answer !== guardedAnswer && answer !== OUT_OF_MEMORY && guardedAnswer !== OUT_OF_MEMORY) {
      throw new Violation("answers vary", `${answer}, and in other pieces with dirty memory ${guardedAnswer}`);
    }
    return answer;
  }

  /** The real engine, for a check of its own. What it allocates is given back. */
  async use(check: (engine: Engine) => Promise<void>): Promise<void> {
    if (!this.#engine.isAlive) this.#engine = createEngine(this.#module);
    await runAndRelease(this.#engine, async (engine) => {
      await check(engine);
      return "";
    });
  }

  /** A used engine against a fresh one: nothing of earlier inputs may be left. */
  async compareWithFresh(run: RunOnEngine): Promise<void> {
    if (!this.#engine.isAlive) return;
    const used = await runAndRelease(this.#engine, run);
    const fresh = await runAndRelease(createEngine(this.#module), run);
    if (used === fresh) return;
    this.#engine = createEngine(this.#module);
    throw new Violation("a used engine answers otherwise", `${used}, a fresh one ${fresh}`);
  }
}

async function runAndRelease(engine: Engine, run: RunOnEngine, guards?: GuardExports): Promise<Answer> {
  const start = engine.call((kernel) => kernel.mark());
  try {
    const answer = await run(engine);
    if (guards !== undefined && engine.isAlive && guards.guardViolations() > 0) {
      const place = guards.firstGuardViolation().toString(16);
      throw new Violation("writes out of bounds", `${guards.guardViolations()} bytes, first at 0x${place}, ${answer}`);
    }
    return answer;
  } catch (error) {
    if (!(error instanceof EngineTrap)) throw error;
    if (error.reason === "out-of-memory") return OUT_OF_MEMORY;
    throw new Violation(`traps: ${error.message}`, error.stack ?? "");
  } finally {
    if (engine.isAlive) engine.call((kernel) => kernel.release(start));
  }
}

/** FNV-1a over what can be seen of the planes: sizes and samples, no padding. */
export function hashPlanes(engine: Engine, { widthPx, heightPx, planes }: PlanarImage): string {
  const memory = engine.bytes();
  let hash = 0x811c9dc5;
  for (const plane of planes) {
    if (plane.address + plane.strideBytes * plane.heightPx > memory.length) {
      throw new Violation("a plane beyond memory", JSON.stringify(plane));
    }
    for (let y = 0; y < plane.heightPx; y++) {
      const row = plane.address + y * plane.strideBytes;
      for (let at = row; at < row + plane.widthPx; at++) hash = Math.imul(hash ^ (memory[at] as number), 0x01000193);
    }
  }
  const sizes = planes.map((plane) => `${plane.widthPx}x${plane.heightPx}`);
  return `${widthPx}x${heightPx} (${sizes}) ${(hash >>> 0).toString(16)}`;
}
