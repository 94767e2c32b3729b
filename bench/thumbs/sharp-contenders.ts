// sharp as its users write it (a pipeline per rendition), and as its best users do (one decode that shrinks on load, reused).
import sharp, { type Sharp } from "sharp";
import { type Contender, JPEG_QUALITY, type RenditionSize } from "./contender.ts";

// One thread and no memory of earlier pictures: CPU time per photo is what is compared.
sharp.concurrency(1);
sharp.cache(false);

export const SHARP_BEST = "sharp, one decode";
export const SHARP_IDIOMATIC = "sharp, a pipeline each";

/** Colours are left as they are and the profile copied, as ours does: converting would cost sharp time that we do not spend. */
const INPUT = { ignoreIcc: true, limitInputPixels: false } as const;

/** Four pipelines from the source, for four renditions. */
export const sharpIdiomatic: Contender = {
  name: SHARP_IDIOMATIC,
  async render({ bytes }, sizes) {
    return await inTurn(sizes, async ({ widthPx, heightPx }) => {
      return await onWhite(sharp(bytes, INPUT).autoOrient())
        .resize(widthPx, heightPx, { fit: "fill" })
        .jpeg({ quality: JPEG_QUALITY })
        .toBuffer();
    });
  },
};

/** The largest decoded once, shrunk while loading; the others made from its pixels. */
export const sharpBest: Contender = {
  name: SHARP_BEST,
  async render({ bytes }, sizes) {
    const [largest, ...smaller] = sizes;
    if (largest === undefined) return [];
    const decoding = onWhite(sharp(bytes, INPUT).autoOrient());
    const shrunk = decoding.resize(largest.widthPx, largest.heightPx, { fit: "fill" });
    // Nothing is reused for one rendition, and then the raw copy would only cost.
    if (smaller.length === 0) return [await shrunk.jpeg({ quality: JPEG_QUALITY }).toBuffer()];
    const { data, info } = await shrunk.raw().toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    return await inTurn(sizes, async ({ widthPx, heightPx }) => {
      return await sharp(data, { raw })
        .resize(widthPx, heightPx, { fit: "fill" })
        .jpeg({ quality: JPEG_QUALITY })
        .toBuffer();
    });
  },
};

function onWhite(pipeline: Sharp): Sharp {
  return pipeline.flatten({ background: "white" });
}

async function inTurn(
  sizes: readonly RenditionSize[],
  make: (size: RenditionSize) => Promise<Uint8Array>,
): Promise<Uint8Array[]> {
  const made: Uint8Array[] = [];
  for (const size of sizes) made.push(await make(size));
  return made;
}
