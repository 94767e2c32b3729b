// What a IIIF image says of itself (info.json): its size, the sizes and tiles worth asking for, and what is drawn beyond level 2.
import { z } from "zod";
import { RENDER_MAX_SIDE_PX } from "../limits.ts";
import { IIIF_MAX_AREA, type SourceSize } from "./iiif.ts";

/** Side (px) of a tile: a screen needs a dozen, and each is a render. */
const TILE_SIDE_PX = 512;
/** Longest side (px) of the smallest size named. */
const SMALLEST_SIZE_PX = 100;

/** Image API 3.0, §5. */
export const IiifInfo = z
  .object({
    "@context": z.literal("http://iiif.io/api/image/3/context.json"),
    id: z.url(),
    type: z.literal("ImageService3"),
    protocol: z.literal("http://iiif.io/api/image"),
    profile: z.literal("level2"),
    width: z.int(),
    height: z.int(),
    maxWidth: z.int(),
    maxHeight: z.int(),
    maxArea: z.int(),
    sizes: z.array(z.object({ type: z.literal("Size"), width: z.int(), height: z.int() })),
    tiles: z.array(
      z.object({ type: z.literal("Tile"), width: z.int(), height: z.int(), scaleFactors: z.array(z.int()) }),
    ),
    preferredFormats: z.array(z.string()),
    extraQualities: z.array(z.string()),
    extraFormats: z.array(z.string()),
    extraFeatures: z.array(z.string()),
  })
  .meta({ id: "IiifInfo" });
export type IiifInfo = z.infer<typeof IiifInfo>;

/** @param id the photo's base URI, without a trailing slash */
export function iiifInfo(id: string, { widthPx, heightPx }: SourceSize): IiifInfo {
  const longest = Math.max(widthPx, heightPx);
  const scaleFactors: number[] = [1];
  for (let factor = 2; longest / factor >= SMALLEST_SIZE_PX; factor *= 2) scaleFactors.push(factor);
  const sizes = scaleFactors
    .map((factor) => ({
      type: "Size" as const,
      width: Math.ceil(widthPx / factor),
      height: Math.ceil(heightPx / factor),
    }))
    .filter(({ width, height }) => Math.max(width, height) <= RENDER_MAX_SIDE_PX && width * height <= IIIF_MAX_AREA)
    .reverse();
  return {
    "@context": "http://iiif.io/api/image/3/context.json",
    id,
    type: "ImageService3",
    protocol: "http://iiif.io/api/image",
    profile: "level2",
    width: widthPx,
    height: heightPx,
    maxWidth: RENDER_MAX_SIDE_PX,
    maxHeight: RENDER_MAX_SIDE_PX,
    maxArea: IIIF_MAX_AREA,
    sizes,
    tiles: [{ type: "Tile", width: TILE_SIDE_PX, height: TILE_SIDE_PX, scaleFactors }],
    preferredFormats: ["jpg"],
    extraQualities: ["color", "gray", "bitonal"],
    extraFormats: ["webp", "avif", "gif"],
    extraFeatures: ["canonicalLinkHeader", "mirroring", "profileLinkHeader", "sizeUpscaling"],
  };
}
