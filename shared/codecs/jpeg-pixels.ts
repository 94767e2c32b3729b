// One of our renditions to pixels: for whoever looks at a photo, not for making anything of it. Holds an engine and no library.
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { byteSourceOfBytes } from "./engine/byte-source.ts";
import { decodeJpeg } from "./engine/decode-jpeg.ts";
import { engineModule } from "./engine/engine-module.ts";
import { EnginePool, ISOLATE_DECODE_BYTES } from "./engine/engine-pool.ts";
import { toRgba } from "./engine/render-planes.ts";

export interface JpegPixels {
  /** Pixels of a JPEG as stored, in full size. Throws for anything else, for damaged ones, and beyond the engine's memory. */
  decodeJpeg(bytes: Uint8Array): Promise<RgbaImage>;
}

/** One per isolate: it keeps a warm engine. */
export function createJpegPixels(module: WebAssembly.Module = engineModule): JpegPixels {
  const engines = new EnginePool(module);
  return {
    decodeJpeg: (bytes) =>
      engines.use(ISOLATE_DECODE_BYTES, async (engine) => {
        const outcome = await decodeJpeg(engine, byteSourceOfBytes(bytes), { scale: 8 });
        if (outcome.kind === "refused") throw new Error(`Expected a JPEG. Got one that is ${outcome.reason}.`);
        if (outcome.isTruncated) throw new Error("Expected a whole JPEG. Got a truncated one.");
        const { widthPx, heightPx } = outcome.image;
        return toRgba(engine, outcome.image, Math.max(widthPx, heightPx));
      }),
  };
}
