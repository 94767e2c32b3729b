// Which part of a photo a render shows, at what size, on what canvas. Pure arithmetic: looks at no pixel, so that sizes can be told
// before anything is decoded.

import { type Fit, fitBox, type Gravity, placeWindow, type ShareRect } from "./fit-box.ts";

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface PixelRect extends Size {
  readonly leftPx: number;
  readonly topPx: number;
}

/** The options that decide about sizes: a Transform of the contracts is one. */
export interface GeometryOptions {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fit?: Fit | undefined;
  readonly gravity?: Gravity | undefined;
  readonly crop?: (ShareRect & { readonly unit: "px" | "fraction" }) | undefined;
  readonly trim?: number | undefined;
  readonly rotate?: 90 | 180 | 270 | undefined;
  readonly flip?: "h" | "v" | "hv" | undefined;
  readonly pad?:
    | { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }
    | undefined;
  readonly border?: { readonly widthPx: number } | undefined;
}

export interface GeometryLimits {
  readonly maxSidePx: number;
  readonly maxPixels: number;
}

export interface TransformGeometry {
  /** "crop-outside": nothing of the photo is in the crop. "too-large": the size asked for is beyond the limits. */
  readonly problem: "crop-outside" | "too-large" | null;
  /** Of the upright photo, in its whole pixels: what the result shows. */
  readonly crop: PixelRect;
  /** What the crop is resized to. */
  readonly resized: Size;
  /** The same, rotated. */
  readonly turned: Size;
  /** What the turned picture lies on, and where; its own size where nothing is added. Without the border. */
  readonly canvas: PixelRect;
  /** The whole result, border included. */
  readonly output: Size;
  /** False: pixels decide too (`trim`, or gravity without a focus), and the crop is what holds if they say nothing. */
  readonly isDecided: boolean;
}

const NO_LIMITS: GeometryLimits = { maxSidePx: Number.POSITIVE_INFINITY, maxPixels: Number.POSITIVE_INFINITY };

/**
 * Crop, then the fit into the box, then rotation (clockwise) and flip, then padding and border around it.
 *
 * @param source the photo as seen, at least 1 px each way
 * @param focus what gravity "auto", "face" and "person" keep in view, as shares (0 to 1) of the photo; none: its middle
 * @param limits of the result. A size nobody asked for is made to fit in, one that somebody did is a problem.
 */
export function planGeometry(
  source: Size,
  options: GeometryOptions,
  focus: readonly ShareRect[] = [],
  limits: GeometryLimits = NO_LIMITS,
): TransformGeometry {
  const given = clipCrop(source, options.crop);
  const part = given ?? { leftPx: 0, topPx: 0, ...source };
  const box = { widthPx: options.width, heightPx: options.height };
  const fitted = fitBox(part, box, options.fit ?? "scale-down");
  const around = surroundings(options);
  const isSized = options.width !== undefined || options.height !== undefined;
  const scale = isSized ? 1 : shrinkInto(fitted.resized, around, limits);
  const resized = scaled(fitted.resized, scale);
  const frame = scaled(fitted.frame, scale);

  const crop = placeWindow(part, fitted.window, source, options.gravity, focus);
  const isOnSide = options.rotate === 90 || options.rotate === 270;
  const turned = isOnSide ? swapped(resized) : resized;
  const canvas = placeOnCanvas(turned, isOnSide ? swapped(frame) : frame, options);
  const borderPx = (options.border?.widthPx ?? 0) * 2;
  const output = { widthPx: canvas.widthPx + borderPx, heightPx: canvas.heightPx + borderPx };
  const isTooLarge =
    Math.max(output.widthPx, output.heightPx) > limits.maxSidePx || output.widthPx * output.heightPx > limits.maxPixels;
  const isCut = crop.widthPx < part.widthPx || crop.heightPx < part.heightPx;
  const kind = options.gravity?.kind ?? "side";
  const looks = isCut && kind !== "side" && kind !== "point" && focus.length === 0;
  return {
    problem: given === null ? "crop-outside" : isTooLarge ? "too-large" : null,
    crop,
    resized,
    turned,
    canvas,
    output,
    isDecided: options.trim === undefined && !looks,
  };
}

/** In whole pixels of the photo, at least one each way; null: all of it is outside. */
function clipCrop(source: Size, crop: GeometryOptions["crop"]): PixelRect | null {
  if (crop === undefined) return { leftPx: 0, topPx: 0, ...source };
  const across = crop.unit === "fraction" ? source.widthPx : 1;
  const down = crop.unit === "fraction" ? source.heightPx : 1;
  const x = clipSpan(crop.x * across, crop.width * across, source.widthPx);
  const y = clipSpan(crop.y * down, crop.height * down, source.heightPx);
  if (x === null || y === null) return null;
  return { leftPx: x.start, topPx: y.start, widthPx: x.length, heightPx: y.length };
}

function clipSpan(start: number, length: number, sidePx: number): { start: number; length: number } | null {
  const first = Math.round(start);
  const end = Math.min(sidePx, Math.max(first + 1, Math.round(start + length)));
  return first >= sidePx ? null : { start: first, length: end - first };
}

/** Pixels that padding and border add to each axis. */
function surroundings({ pad, border, rotate }: GeometryOptions): Size {
  const borderPx = (border?.widthPx ?? 0) * 2;
  const widthPx = (pad?.left ?? 0) + (pad?.right ?? 0) + borderPx;
  const heightPx = (pad?.top ?? 0) + (pad?.bottom ?? 0) + borderPx;
  // They are added after turning, the resized picture is measured before.
  return rotate === 90 || rotate === 270 ? { widthPx: heightPx, heightPx: widthPx } : { widthPx, heightPx };
}

/** The largest scale (at most 1) at which a picture and what surrounds it keep within the limits. */
function shrinkInto(size: Size, around: Size, { maxSidePx, maxPixels }: GeometryLimits): number {
  const sides = Math.min(
    1,
    Math.max(1, maxSidePx - around.widthPx) / size.widthPx,
    Math.max(1, maxSidePx - around.heightPx) / size.heightPx,
  );
  const fits = (scale: number): boolean => {
    const { widthPx, heightPx } = scaled(size, scale);
    return (widthPx + around.widthPx) * (heightPx + around.heightPx) <= maxPixels;
  };
  if (fits(sides)) return sides;
  let [low, high] = [0, sides];
  for (let halving = 0; halving < 40; halving++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function scaled({ widthPx, heightPx }: Size, scale: number): Size {
  return { widthPx: Math.max(1, Math.round(widthPx * scale)), heightPx: Math.max(1, Math.round(heightPx * scale)) };
}

function swapped({ widthPx, heightPx }: Size): Size {
  return { widthPx: heightPx, heightPx: widthPx };
}

/** Gravity names the side of the result that the picture keeps to; the middle for everything else. */
function placeOnCanvas(picture: Size, frame: Size, { fit, gravity, pad }: GeometryOptions): PixelRect {
  const side = fit === "pad" && gravity?.kind === "side" ? gravity.side : "center";
  const across = side.includes("west") ? 0 : side.includes("east") ? 1 : 0.5;
  const down = side.includes("north") ? 0 : side.includes("south") ? 1 : 0.5;
  return {
    leftPx: (pad?.left ?? 0) + Math.floor((frame.widthPx - picture.widthPx) * across),
    topPx: (pad?.top ?? 0) + Math.floor((frame.heightPx - picture.heightPx) * down),
    widthPx: frame.widthPx + (pad?.left ?? 0) + (pad?.right ?? 0),
    heightPx: frame.heightPx + (pad?.top ?? 0) + (pad?.bottom ?? 0),
  };
}
