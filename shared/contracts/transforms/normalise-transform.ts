// One picture, one value: options that change nothing are dropped and numbers brought to the decimals addresses carry, so
// that equal pictures have equal values, equal addresses and one place in the cache.
import { DIFFUSION_ALGORITHMS } from "./dither-options.ts";
import { FACTOR_DECIMALS, roundTo, SHARE_DECIMALS } from "./option-values.ts";
import type { CropRect, Dither, Gravity, Transform } from "./transform.ts";
import { sideOfPoint } from "./turn-frame.ts";

/** Where a dither names no more than its algorithm. */
export const DITHER_DEFAULTS = { palette: null, strength: 1, serpentine: true, linear: true } as const;

/** Riemersma walks a curve of its own; ordered maps have no way to walk. */
const SERPENTINE_ALGORITHMS: readonly string[] = DIFFUSION_ALGORITHMS.filter((name) => name !== "riemersma");
/** Formats that have a quality. */
const LOSSY_FORMATS: readonly string[] = ["jpg", "webp", "avif", "auto"];

type Watermark = NonNullable<Transform["watermark"]>;

const toFactor = (value: number) => roundTo(value, FACTOR_DECIMALS);
const toShare = (value: number) => roundTo(value, SHARE_DECIMALS);

/** @returns the same picture's normal form, its keys in one order */
export function normaliseTransform(transform: Transform): Transform {
  const { width, height, background, pad, border, flip, rotate, meta, redactFaces, pixelate } = transform;
  const fit = normalFit(transform);
  // Without any saturation it is grey, by the same arithmetic.
  const isGrey = transform.isGrey ?? (mapped(transform.saturation, toFactor) === 0 ? true : undefined);
  const saturation = isGrey ? 1 : transform.saturation;
  return withoutAbsent({
    width,
    height,
    fit,
    gravity: normalGravity(transform, fit),
    crop: transform.crop && normalCrop(transform.crop),
    trim: mapped(transform.trim, toFactor),
    rotate,
    flip,
    background,
    pad: pad && pad.top + pad.right + pad.bottom + pad.left > 0 ? pad : undefined,
    border,
    blur: mapped(transform.blur, toFactor),
    sharpen: unless(0, mapped(transform.sharpen, toFactor)),
    pixelate,
    brightness: unless(1, mapped(transform.brightness, toFactor)),
    contrast: unless(1, mapped(transform.contrast, toFactor)),
    gamma: unless(1, mapped(transform.gamma, toFactor)),
    saturation: unless(1, mapped(saturation, toFactor)),
    isGrey,
    redactFaces,
    dither: mapped(transform.dither, normalDither),
    watermark: mapped(transform.watermark, normalWatermark),
    meta,
    quality: LOSSY_FORMATS.includes(transform.format) ? transform.quality : undefined,
    format: transform.format,
  });
}

/** A fit says how two sides agree; one side alone only asks whether it may grow. */
function normalFit({ width, height, fit }: Transform): Transform["fit"] {
  if (width === undefined && height === undefined) return undefined;
  if (fit === "scale-down") return undefined;
  if (width !== undefined && height !== undefined) return fit;
  return fit === undefined || fit === "crop" ? undefined : "contain";
}

/** Something must be cut off (or room left beside the picture) for it to matter what stays in view. */
function normalGravity(transform: Transform, fit: Transform["fit"]): Gravity | undefined {
  const gravity = transform.gravity && normalPlace(transform.gravity);
  if (gravity === undefined || (gravity.kind === "side" && gravity.side === "center")) return undefined;
  if (fit === "pad") return gravity.kind === "side" ? gravity : undefined;
  return fit === "cover" || fit === "crop" ? gravity : undefined;
}

/** A point that is on a side is that side. */
function normalPlace(gravity: Gravity): Gravity {
  if (gravity.kind !== "point") return gravity;
  const point = { kind: gravity.kind, x: toShare(gravity.x), y: toShare(gravity.y) };
  const side = sideOfPoint(point.x, point.y);
  return side === null ? point : { kind: "side", side };
}

function normalCrop({ unit, x, y, width, height }: CropRect): CropRect | undefined {
  if (unit === "px")
    return {
      unit,
      x: Math.round(x),
      y: Math.round(y),
      width: Math.max(1, Math.round(width)),
      height: Math.max(1, Math.round(height)),
    };
  const least = 10 ** -SHARE_DECIMALS;
  const crop = {
    unit,
    x: toShare(x),
    y: toShare(y),
    width: Math.max(least, toShare(Math.min(width, 1 - x))),
    height: Math.max(least, toShare(Math.min(height, 1 - y))),
  };
  return crop.x === 0 && crop.y === 0 && crop.width === 1 && crop.height === 1 ? undefined : crop;
}

function normalDither(dither: Dither): Dither {
  const { algorithm, palette } = dither;
  return {
    algorithm,
    palette,
    strength: algorithm === "none" ? DITHER_DEFAULTS.strength : toFactor(dither.strength),
    serpentine: SERPENTINE_ALGORITHMS.includes(algorithm) ? dither.serpentine : DITHER_DEFAULTS.serpentine,
    linear: dither.linear,
  };
}

function normalWatermark({ photoId, position, opacity, scale }: Watermark): Watermark {
  return { photoId, position, opacity: toFactor(opacity), scale: Math.max(10 ** -FACTOR_DECIMALS, toFactor(scale)) };
}

function mapped<T, U>(value: T | undefined, map: (value: T) => U): U | undefined {
  return value === undefined ? undefined : map(value);
}

function unless<T>(neutral: T, value: T | undefined): T | undefined {
  return value === neutral ? undefined : value;
}

function withoutAbsent(
  draft: { [Key in keyof Transform]-?: Transform[Key] | undefined } & { format: Transform["format"] },
) {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) as Transform;
}
