// Writes a transform as the options of a canonical address: one order, one form of each number, nothing that changes nothing.

import type { PaletteSpec } from "./dither-options.ts";
import { DITHER_DEFAULTS, normaliseTransform } from "./normalise-transform.ts";
import { printNumber as number } from "./option-values.ts";
import type { CropRect, Gravity, Transform } from "./transform.ts";

/** @returns what stands between the photo's id and the file's name; "" for a photo as it is, only in the format */
export function printOps(transform: Transform): string {
  const normal = normaliseTransform(transform);
  const { dither, pad, border, watermark, crop, gravity } = normal;
  const values: Readonly<Record<string, string | number | undefined>> = {
    w: normal.width,
    h: normal.height,
    fit: normal.fit,
    g: gravity && printGravity(gravity),
    crop: crop && printCrop(crop),
    trim: optional(normal.trim),
    rot: normal.rotate,
    flip: normal.flip,
    bg: normal.background,
    pad: pad && printPad(pad),
    border: border && `${border.widthPx}:${border.colour}`,
    blur: optional(normal.blur),
    sharpen: optional(normal.sharpen),
    pixelate: normal.pixelate,
    brightness: optional(normal.brightness),
    contrast: optional(normal.contrast),
    gamma: optional(normal.gamma),
    saturation: optional(normal.saturation),
    grayscale: normal.isGrey && 1,
    redact: normal.redactFaces && `faces:${normal.redactFaces}`,
    dither: dither?.algorithm,
    pal: dither?.palette ? printPalette(dither.palette) : undefined,
    strength: dither && dither.strength !== DITHER_DEFAULTS.strength ? number(dither.strength) : undefined,
    serpentine: dither && !dither.serpentine ? 0 : undefined,
    linear: dither && !dither.linear ? 0 : undefined,
    wm:
      watermark && `${watermark.photoId}:${watermark.position}:${number(watermark.opacity)}:${number(watermark.scale)}`,
    meta: normal.meta,
    q: normal.quality,
    f: normal.format === "auto" ? "auto" : undefined,
  };
  return Object.entries(values)
    .flatMap(([option, value]) => (value === undefined ? [] : [`${option}_${value}`]))
    .join(",");
}

/** @returns the path after the photo's id: `ops/name.ext`, or `name.ext` alone */
export function printTail(transform: Transform, name: string): string {
  const ops = printOps(transform);
  const extension = transform.format === "auto" ? "jpg" : transform.format;
  const file = `${encodeURIComponent(name.toWellFormed())}.${extension}`;
  return ops === "" ? file : `${ops}/${file}`;
}

function printGravity(gravity: Gravity): string {
  if (gravity.kind === "side") return gravity.side;
  if (gravity.kind === "point") return `${number(gravity.x)}x${number(gravity.y)}`;
  return gravity.kind === "person" ? `person:${gravity.personId}` : gravity.kind;
}

function printCrop({ unit, x, y, width, height }: CropRect): string {
  if (unit === "px") return [x, y, width, height].join(":");
  return `pct:${[x, y, width, height].map((share) => number(share * 100)).join(":")}`;
}

function printPad({ top, right, bottom, left }: NonNullable<Transform["pad"]>): string {
  if (top !== bottom || right !== left) return [top, right, bottom, left].join(":");
  return top === right ? `${top}` : `${top}:${right}`;
}

function printPalette(palette: PaletteSpec): string {
  if (palette.kind === "named") return palette.name;
  if (palette.kind === "colours") return palette.colours.join(":");
  return `${palette.kind}:${palette.kind === "adaptive" ? palette.colours : palette.levels}`;
}

function optional(value: number | undefined): string | undefined {
  return value === undefined ? undefined : number(value);
}
