// The pixel module's instances of one isolate: one at rest is reused, unless a large picture has been in it.
import { createPixels, type Pixels } from "./pixels.ts";

/** Bytes worth keeping warm: a 1200 px picture with room to work. A larger memory is dropped, since it never shrinks. */
const KEEP_BYTES = 12 * 1024 * 1024;

export class PixelsPool {
  readonly #module: WebAssembly.Module;
  #idle: Pixels | null = null;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** Runs `work` with an instance of its own, whose memory is given back afterwards. */
  async use<Result>(work: (pixels: Pixels) => Promise<Result>): Promise<Result> {
    const pixels = this.#idle ?? createPixels(this.#module);
    this.#idle = null;
    const start = pixels.mark();
    try {
      return await work(pixels);
    } finally {
      if (pixels.isAlive && pixels.memoryBytes <= KEEP_BYTES) {
        pixels.release(start);
        this.#idle = pixels;
      }
    }
  }
}
