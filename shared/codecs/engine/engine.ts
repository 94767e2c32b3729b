// The engine: the wasm module that decodes, resizes and encodes planes. What it exports is declared beside the code that calls it.
import { type ArenaExports, KernelInstance } from "./kernel-instance.ts";

export { EngineTrap } from "./kernel-instance.ts";

/** What index.ts of the kernels exports: extended by jpeg-decode-exports.ts, png-exports.ts and render-exports.ts. */
export interface EngineExports extends ArenaExports {}

/** Bytes by which a kernel may read beyond the last byte of a plane. */
export const VECTOR_OVERRUN_BYTES = 16;

export class Engine extends KernelInstance<EngineExports> {}

export function createEngine(module: WebAssembly.Module): Engine {
  const instance = new WebAssembly.Instance(module, {});
  return new Engine(instance.exports as unknown as EngineExports);
}
