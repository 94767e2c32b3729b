// The gate in front of every decoder: what may be decoded at all, at which size, and what it costs. Reads headers, never pixels.
import { DECODE_MAX_PIXELS } from "../contracts/limits.ts";
import type { ImageHeader } from "../kernels/image-header.ts";
import { scaledPx, scaleFor } from "./engine/decode-jpeg.ts";
import { ISOLATE_DECODE_BYTES } from "./engine/engine-pool.ts";
import type { PixelSize } from "./engine/resize-planes.ts";

/** Engine memory the renditions need beside the decoded planes, in bytes: two of the tallest shape and the encoder's. */
export const RENDER_RESERVE_BYTES = 16 * 1024 * 1024;
/** Bytes of an engine that no photo changes: code tables, input window, row buffers. */
const ENGINE_BASE_BYTES = 4 * 1024 * 1024;
/** Bytes a decoded pixel takes at most: planes of a photo with full chroma, those of four inks and what they become. */
const PLANE_BYTES_PER_PX = 3;
const FOUR_INK_BYTES_PER_PX = 8;

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
 * Bytes a decode may take at its peak, rendering included, for the pool to admit it by. What the header does not bound tightly
 * (coefficients of progressive JPEGs, boxes of PNGs, libraries) gets the isolate to itself.
 *
 * @param wanted the largest size that will be made of it, as stored
 */
export function decodeCostBytes(header: ImageHeader, wanted: PixelSize): number {
  const { format, jpegCoding } = header;
  if (format !== "jpeg" || jpegCoding === undefined || jpegCoding.process === "progressive")
    return ISOLATE_DECODE_BYTES;
  const scale = scaleFor(header, { minWidthPx: wanted.widthPx, minHeightPx: wanted.heightPx });
  const decodedPx = scaledPx(header.widthPx, scale) * scaledPx(header.heightPx, scale);
  const bytesPerPx = jpegCoding.components > 3 ? FOUR_INK_BYTES_PER_PX : PLANE_BYTES_PER_PX;
  return ENGINE_BASE_BYTES + decodedPx * bytesPerPx + RENDER_RESERVE_BYTES;
}
