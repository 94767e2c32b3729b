// Resizes a picture into another of a given size by Lanczos3, colours weighed by their alpha.
import type { PixelImage, Pixels } from "./pixels.ts";

/**
 * Fills `target` with `source`, stretched to its size. They may not overlap. Needs 32 bytes a source column beside them.
 * Sampled by area: the pictures' outer edges lie on one another. Within 1 level of the exact Lanczos3.
 *
 * @param enlargement given: the target is this many times larger, and the source's last column and row may reach beyond it
 */
export function resizePixels(pixels: Pixels, source: PixelImage, target: PixelImage, enlargement?: number): void {
  if (source.widthPx === target.widthPx && source.heightPx === target.heightPx) {
    pixels.view(target).set(pixels.view(source));
    return;
  }
  pixels.call((kernel) => {
    const start = kernel.mark();
    const axis = (from: number, to: number) =>
      kernel.planResampleAxis(from, to, enlargement === undefined ? from / to : 1 / enlargement, 0);
    const columns = axis(source.widthPx, target.widthPx);
    const rows = axis(source.heightPx, target.heightPx);
    const isOpaque = kernel.isOpaque(source.address, source.widthPx * source.heightPx);
    kernel.resample(source.address, target.address, columns, rows, isOpaque);
    kernel.release(start);
  });
}
