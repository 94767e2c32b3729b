// One of our renditions to pixels: for whoever looks at a photo, not for making anything of it. Holds an engine and no library.
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { decodeJpegPixels } from "./engine/decode-jpeg-pixels.ts";
import { engineModule } from "./engine/engine-module.ts";
import { EnginePool } from "./engine/engine-pool.ts";

export interface JpegPixels {
  /** Pixels of a JPEG as stored, in full size. Throws for anything else, for damaged ones, and beyond the engine's memory. */
  decodeJpeg(bytes: Uint8Array): Promise<RgbaImage>;
}

/** One per isolate: it keeps a warm engine. */
export function createJpegPixels(module: WebAssembly.Module = engineModule): JpegPixels {
  const engines = new EnginePool(module);
  return { decodeJpeg: (bytes) => decodeJpegPixels(engines, bytes) };
}
