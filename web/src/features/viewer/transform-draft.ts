// What somebody has chosen in the Transform tab, and the transform it stands for. Pure.
import { RENDER_MAX_SIDE_PX } from "../../../../shared/contracts/limits.ts";
import { renderLimits } from "../../../../shared/contracts/transforms/render-limits.ts";
import type { RenderFormat, Transform } from "../../../../shared/contracts/transforms/transform.ts";
import { planGeometry, type TransformGeometry } from "../../../../shared/kernels/transform-geometry.ts";
import { type CropBox, largestCrop } from "./crop-box.ts";
import { type Orientation, orientationOptions, UPRIGHT } from "./orientation.ts";

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Shapes of a crop by name: width / height of what is kept. */
export const SHAPES = {
  square: { label: "Square (1:1)", ratio: 1 },
  "4:3": { label: "4:3", ratio: 4 / 3 },
  "3:2": { label: "3:2", ratio: 3 / 2 },
  "16:9": { label: "16:9", ratio: 16 / 9 },
  "3:4": { label: "3:4 (upright)", ratio: 3 / 4 },
  "2:3": { label: "2:3 (upright)", ratio: 2 / 3 },
  "9:16": { label: "9:16 (upright)", ratio: 9 / 16 },
} as const;
export type Shape = "whole" | "free" | keyof typeof SHAPES;

export interface TransformDraft {
  readonly shape: Shape;
  /** What is kept; the whole photo while the shape is "whole". */
  readonly crop: CropBox;
  readonly orientation: Orientation;
  /** Longest side of the result, px; nothing is enlarged. */
  readonly longestPx: number;
  readonly format: RenderFormat;
  /** null: the format's own. */
  readonly quality: number | null;
}

/** Sizes many addresses ask for alike: what is made of them is kept, and is there at once the next time. */
export const LONGEST_SIDES = [512, 800, 1200, 1600, 2048, 3200] as const;
const FIRST_LONGEST_PX = 1600;
const WHOLE: CropBox = { x: 0, y: 0, width: 1, height: 1 };

export const FIRST_DRAFT: TransformDraft = {
  shape: "whole",
  crop: WHOLE,
  orientation: UPRIGHT,
  longestPx: FIRST_LONGEST_PX,
  format: "jpg",
  quality: null,
};

export const hasQuality = (format: RenderFormat): boolean => format !== "png" && format !== "gif";

/** The longest side there can be of a photo. */
export const fullSizePx = ({ widthPx, heightPx }: Size): number =>
  Math.min(RENDER_MAX_SIDE_PX, Math.max(widthPx, heightPx));

/** width / height of the crop's fractions in a shape; null where any will do. */
export function shapeShare(shape: Shape, source: Size): number | null {
  if (shape === "whole" || shape === "free") return null;
  return SHAPES[shape].ratio / (source.widthPx / source.heightPx);
}

/** A new shape begins as the largest crop of it; "free" begins with what there is. */
export function withShape(draft: TransformDraft, shape: Shape, source: Size): TransformDraft {
  const share = shapeShare(shape, source);
  if (share !== null) return { ...draft, shape, crop: largestCrop(share) };
  if (shape === "whole") return { ...draft, shape, crop: WHOLE };
  const isWhole = draft.shape === "whole";
  return { ...draft, shape, crop: isWhole ? { x: 0.1, y: 0.1, width: 0.8, height: 0.8 } : draft.crop };
}

export function transformOf(draft: TransformDraft): Transform & { readonly format: RenderFormat } {
  const { crop, orientation, longestPx, format, quality } = draft;
  return {
    ...(draft.shape === "whole" ? {} : { crop: { unit: "fraction", ...crop } }),
    // Both sides: the result lies within a square, however it is turned.
    width: longestPx,
    height: longestPx,
    ...orientationOptions(orientation),
    ...(quality !== null && hasQuality(format) ? { quality } : {}),
    format,
  };
}

/** The size of the result, or why there is none. */
export function planOf(transform: Transform & { readonly format: RenderFormat }, source: Size): TransformGeometry {
  return planGeometry(source, transform, [], renderLimits(transform));
}

const NAME_MAX_CHARS = 60;

/** The photo's own name as part of an address: letters, digits, dots and dashes alone. */
export function addressName(filename: string): string {
  const stem = (filename.split("/").at(-1) ?? "").replace(/\.[^.]*$/, "");
  const safe = stem
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replaceAll(/^[-.]+|[-.]+$/g, "")
    .slice(0, NAME_MAX_CHARS);
  return safe === "" ? "photo" : safe;
}

/** "92 % smaller", "about as large", "12 % larger": of the original. */
export function sayAgainst(bytes: number, originalBytes: number): string {
  const percent = Math.round((bytes / originalBytes - 1) * 100);
  if (percent === 0) return "about as large as the original";
  return percent < 0 ? `${-percent} % smaller than the original` : `${percent} % larger than the original`;
}
