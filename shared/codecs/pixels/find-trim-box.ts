// Finds what a picture shows inside a frame of one colour. Cuts nothing.
import type { PixelRect } from "../../kernels/transform-geometry.ts";
import type { PixelImage, Pixels } from "./pixels.ts";

/** Four 32-bit numbers. */
const BOX_BYTES = 16;

/**
 * The smallest rectangle outside of which everything is the top left pixel's colour.
 *
 * @param threshold by how much (0–100, per cent of the full range) a channel may differ from that colour
 * @returns null where nothing differs: there would be nothing left
 */
export function findTrimBox(pixels: Pixels, image: PixelImage, threshold: number): PixelRect | null {
  const tolerance = Math.floor((Math.min(100, Math.max(0, threshold)) / 100) * 255);
  const start = pixels.mark();
  const box = pixels.call((kernel) => kernel.allocate(BOX_BYTES));
  const isFound = pixels.call((kernel) =>
    kernel.findTrim(image.address, image.widthPx, image.heightPx, tolerance, box),
  );
  const [left = 0, top = 0, right = 0, bottom = 0] = new Int32Array(pixels.bytes().buffer, box, 4);
  pixels.release(start);
  return isFound === 1 ? { leftPx: left, topPx: top, widthPx: right - left, heightPx: bottom - top } : null;
}
