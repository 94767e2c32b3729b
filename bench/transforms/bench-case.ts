// What the bench renders, and what a practised user of sharp would write for the same.
import sharp, { type Sharp } from "sharp";
import type { RenderTransform } from "../../workers/transformer/render-state.ts";
import type { BenchPhoto } from "../thumbs/bench-photos.ts";

// One thread and no memory of earlier pictures: CPU time per render is what is compared.
sharp.concurrency(1);
sharp.cache(false);

/** Colours are left as they are and the profile copied, as ours does: converting would cost sharp time that we do not spend. */
const INPUT = { ignoreIcc: true, limitInputPixels: false } as const;
/** libaom's speed 8, as ours; libheif says 9 less its effort. */
const AVIF_EFFORT = 1;
const WEBP_EFFORT = 2;

export type BenchFormat = "jpg" | "png" | "webp" | "avif";

export interface BenchCase {
  readonly name: string;
  readonly transform: RenderTransform;
  readonly hasWatermark: boolean;
  /** Whether ours starts where the product does: from a rendition that is twice as wide. Else, as sharp, from the photo itself. */
  readonly isServed: boolean;
  /** At most this many times sharp's CPU time; null: only told. */
  readonly mustBeAtMost: number | null;
  /** @param quality sharp's own, for the same SSIM as ours */
  readonly bySharp: (photo: BenchPhoto, watermark: Uint8Array, quality: number) => Promise<Uint8Array>;
}

/** Our defaults: where sharp's search for the same SSIM begins. */
export const START_QUALITY: Readonly<Record<BenchFormat, number>> = { jpg: 80, png: 100, webp: 80, avif: 60 };

function encode(picture: Sharp, format: BenchFormat, quality: number): Promise<Uint8Array> {
  switch (format) {
    case "jpg":
      return picture.jpeg({ quality }).toBuffer();
    case "png":
      return picture.png().toBuffer();
    case "webp":
      return picture.webp({ quality, effort: WEBP_EFFORT }).toBuffer();
    case "avif":
      return picture.avif({ quality, effort: AVIF_EFFORT, chromaSubsampling: "4:2:0" }).toBuffer();
  }
}

const MUST: Readonly<Record<string, number>> = { "jpg 512": 0.6, "webp 512": 1.3, "avif 512": 2.5 };

/** The size alone: what most requests ask for. */
export function resizeCases(photo: BenchPhoto): BenchCase[] {
  const isPhone = Math.round(photo.megapixels) === 12;
  const sizes = [
    { width: 512, isServed: false },
    { width: 512, isServed: true },
    { width: 1200, isServed: false },
  ];
  return sizes.flatMap(({ width, isServed }) =>
    (["jpg", "png", "webp", "avif"] as const).map((format): BenchCase => {
      const name = `${format} ${width}`;
      return {
        name: isServed ? `${name} as served` : name,
        transform: { format, width },
        hasWatermark: false,
        isServed,
        mustBeAtMost: isPhone && !isServed ? (MUST[name] ?? null) : null,
        bySharp: ({ bytes }, _, quality) => encode(sharp(bytes, INPUT).autoOrient().resize(width), format, quality),
      };
    }),
  );
}

/** A square of the middle, blurred, with a watermark in its corner. */
export const CHAIN: BenchCase = {
  name: "crop + blur + watermark",
  transform: {
    format: "jpg",
    width: 800,
    height: 800,
    fit: "cover",
    blur: 3,
    watermark: {
      photoId: "00000000-0000-7000-8000-000000000000" as never,
      position: "southeast",
      opacity: 1,
      scale: 0.25,
    },
  },
  hasWatermark: true,
  isServed: false,
  mustBeAtMost: null,
  bySharp: async ({ bytes }, watermark, quality) => {
    const mark = await sharp(watermark).resize(200).png({ compressionLevel: 0 }).toBuffer();
    return await sharp(bytes, INPUT)
      .autoOrient()
      .resize(800, 800)
      .blur(3)
      .composite([{ input: mark, gravity: "southeast" }])
      .jpeg({ quality })
      .toBuffer();
  },
};
