// What a photo looks like before anything was made of it: the thumbnail its camera left in the first kilobytes, as a thumbhash.
// A courtesy: it never fails, and never reads more than it is given.
import { parseImageHeader } from "../kernels/image-header.ts";
import { orientImage } from "../kernels/orient.ts";
import { findEmbeddedJpeg } from "./embedded-jpeg.ts";
import { byteSourceOfBytes } from "./engine/byte-source.ts";
import { decodeJpeg } from "./engine/decode-jpeg.ts";
import { engineModule } from "./engine/engine-module.ts";
import { EnginePool } from "./engine/engine-pool.ts";
import { toRgba } from "./engine/render-planes.ts";
import { readMetadata } from "./photo-facts.ts";
import { hashImage } from "./thumbhash.ts";

/** ThumbHash keeps at most 7x7 frequencies: this many pixels a side show them all. */
const HASHED_PX = 32;
/** Engine memory an embedded thumbnail takes: it is at most 64 KB of JPEG. */
const THUMBNAIL_DECODE_BYTES = 8 * 1024 * 1024;

/** @returns the thumbhash (base64) of a file's own thumbnail, upright; null where it has none that shows the whole picture */
export type PlaceholderOf = (prefix: Uint8Array) => Promise<string | null>;

export function createPlaceholders(module: WebAssembly.Module = engineModule): PlaceholderOf {
  const engines = new EnginePool(module);
  return async function placeholderOf(prefix) {
    try {
      const header = parseImageHeader(prefix);
      if (typeof header === "string") return null;
      const embedded = findEmbeddedJpeg(header, prefix, readMetadata(header, prefix).thumbnail);
      if (embedded === null) return null;
      return await engines.use(THUMBNAIL_DECODE_BYTES, async (engine) => {
        const scale = { minWidthPx: HASHED_PX, minHeightPx: HASHED_PX };
        const outcome = await decodeJpeg(engine, byteSourceOfBytes(embedded.bytes), { scale });
        if (outcome.kind === "refused" || outcome.isTruncated) return null;
        const stored = toRgba(engine, outcome.image, HASHED_PX);
        return hashImage(orientImage(stored, embedded.header.orientation ?? 1));
      });
    } catch {
      // Whatever is wrong with the file, the thumbnail stage will say it.
      return null;
    }
  };
}
