// How far a PNG is shrunk while it is decoded, and what that takes of the engine's memory. Decodes nothing.
import type { PngImageHeader } from "./png-image-header.ts";

/**
 * A box in front of Lanczos costs nothing visible while twice the wanted size is left (libvips' "gap" is the same).
 * From half as much again, small text loses 0.4 dB.
 */
const SPARE_SCALE = 2;
/** With the renditions and their encoder 32 MB in all. Beyond it boxes grow as far as the wanted size lets them. */
const PREFERRED_BYTES = 20 * 1024 * 1024;
/** Of the module's 64 MiB: what is left are two renditions of the tallest shape and the encoder. */
const MAX_BYTES = 40 * 1024 * 1024;
/** The kernels' sums are 16 bits wide: 257 bytes of a column, or 16x16 of a whole box. */
const BOX_MAX_PX = 257;
const INTERLACED_BOX_MAX_PX = 16;
/** The kernels' buffers that no size changes. */
const FIXED_BYTES = 512 * 1024;

/**
 * @param wanted The largest size that will be made of the planes, as stored.
 * @returns Pixels, each way, that become one; planes are never smaller than wanted, unless the image is. Null: it does
 * not fit.
 */
export function choosePngBox(
  header: PngImageHeader,
  wanted: { readonly widthPx: number; readonly heightPx: number },
): number | null {
  const scale = Math.min(header.widthPx / wanted.widthPx, header.heightPx / wanted.heightPx);
  const most = header.isInterlaced ? INTERLACED_BOX_MAX_PX : BOX_MAX_PX;
  const clamp = (box: number) => Math.max(1, Math.min(most, Math.floor(box)));
  const largest = clamp(scale);
  let box = clamp(scale / SPARE_SCALE);
  while (box < largest && pngMemoryBytes(header, box) > PREFERRED_BYTES) box++;
  return pngMemoryBytes(header, box) <= MAX_BYTES ? box : null;
}

/** Bytes the kernels allocate for an image, planes included; a little more than they do. */
export function pngMemoryBytes({ widthPx, heightPx, bitsPerPixel, isInterlaced }: PngImageHeader, box: number): number {
  const rowBytes = Math.ceil((widthPx * bitsPerPixel) / 8) + 256;
  const planesPx = Math.ceil(widthPx / box) * Math.ceil(heightPx / box);
  // Window (four rows), row buffers (five), expanded rows and column sums (four of 4 bytes a pixel), averages.
  const rows = 9 * rowBytes + 24 * (widthPx + 64);
  // Strides are rounded up.
  const planes = 1.5 * planesPx + 32 * Math.ceil(heightPx / box);
  const boxes = isInterlaced ? (box === 1 ? 4 : 8) * planesPx : 0;
  return FIXED_BYTES + rows + planes + boxes;
}
