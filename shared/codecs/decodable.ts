// The gate in front of every decoder: what may be decoded at all, at which size, and what it costs. Reads headers, never pixels.
import { DECODE_MAX_PIXELS } from "../contracts/limits.ts";
import type { ImageHeader } from "../kernels/image-header.ts";
import { ISOLATE_DECODE_BYTES } from "./engine/engine-pool.ts";

/** Peak of an engine over any baseline JPEG from 2 to 100 MP (npm run bench:thumbs). */
const BASELINE_JPEG_BYTES = 24 * 1024 * 1024;

/** Why no decoder here reads a file whose header is sound; null when one does. */
export function whyUndecodable({ format, jpegCoding }: ImageHeader): string | null {
  if (format === "heic") return "HEIC has no decoder here";
  if (jpegCoding === undefined) return null;
  const { process, isArithmetic, precisionBits, components } = jpegCoding;
  if (process === "lossless" || process === "hierarchical") return `${process} JPEG`;
  if (precisionBits !== 8) return `${precisionBits}-bit JPEG`;
  if (isArithmetic) return "arithmetic-coded JPEG";
  return components === 1 || components === 3 || components === 4 ? null : `JPEG of ${components} components`;
}

export function isTooLarge({
  format,
  widthPx,
  heightPx,
}: Pick<ImageHeader, "format" | "widthPx" | "heightPx">): boolean {
  return widthPx * heightPx > DECODE_MAX_PIXELS[format];
}

/**
 * Bytes a decode may take at its peak, for the pool to admit it by. What the header does not bound tightly (coefficients of
 * progressive JPEGs, boxes of PNGs, libraries) gets the isolate to itself.
 */
export function decodeCostBytes({ format, jpegCoding }: ImageHeader): number {
  return format === "jpeg" && jpegCoding?.process !== "progressive" ? BASELINE_JPEG_BYTES : ISOLATE_DECODE_BYTES;
}
