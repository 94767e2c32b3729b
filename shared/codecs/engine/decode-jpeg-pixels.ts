// A whole JPEG of ours to pixels in full size, by an engine of the pool.
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { byteSourceOfBytes } from "./byte-source.ts";
import { decodeJpeg } from "./decode-jpeg.ts";
import { type EnginePool, ISOLATE_DECODE_BYTES } from "./engine-pool.ts";
import { toRgba } from "./render-planes.ts";

/** Throws for anything but a whole JPEG, and beyond the engine's memory. */
export function decodeJpegPixels(engines: EnginePool, bytes: Uint8Array): Promise<RgbaImage> {
  return engines.use(ISOLATE_DECODE_BYTES, async (engine) => {
    const outcome = await decodeJpeg(engine, byteSourceOfBytes(bytes), { scale: 8 });
    if (outcome.kind === "refused") throw new Error(`Expected a JPEG. Got one that is ${outcome.reason}.`);
    if (outcome.isTruncated) throw new Error("Expected a whole JPEG. Got a truncated one.");
    const { widthPx, heightPx } = outcome.image;
    return toRgba(engine, outcome.image, Math.max(widthPx, heightPx));
  });
}
