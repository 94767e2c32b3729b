// Gaussian blur and sharpening of a picture in place, colours weighed by alpha. Beside the picture they need a few of its rows.
import type { PixelExports } from "./pixel-exports.ts";
import type { PixelImage, Pixels } from "./pixels.ts";
import { resizePixels } from "./resize-pixels.ts";

/**
 * Standard deviation (px) that a blurred picture must have for a smaller one to hold it: twice the samples' distance, where a
 * Gaussian's spectrum has nothing left at half their frequency.
 */
const SMALLEST_SAMPLED_SIGMA_PX = 2;
/** A picture is made smaller only as far as this many samples across remain: its edges are repeated, not smoothed away. */
const SMALLEST_SAMPLED_SIDE = 16;
const LARGEST_BLOCK_PX = 256;
/** Units of the amount of sharpening: an eighth of a level at its full range. */
const AMOUNT_UNITS = 256;
/** Standard deviation (px) of the blur that sharpening adds the difference to. */
const SHARPEN_SIGMA_PX = 1;

/**
 * In place. Wide blurs are done on averages of blocks and enlarged again: a Gaussian leaves nothing that they could not hold, so
 * the cost per pixel falls with the width. Within 3 levels of the exact Gaussian, picture edges apart.
 *
 * @param sigmaPx standard deviation, above 0
 */
export function blurPixels(pixels: Pixels, image: PixelImage, sigmaPx: number): void {
  const { address, widthPx, heightPx } = image;
  const sides = Math.floor(Math.min(widthPx, heightPx) / SMALLEST_SAMPLED_SIDE);
  const blockPx = Math.min(Math.floor(sigmaPx / SMALLEST_SAMPLED_SIGMA_PX), sides, LARGEST_BLOCK_PX);
  if (blockPx < 2) {
    pixels.call((kernel) => {
      withGaussian(kernel, image, sigmaPx, (columns, rows) => {
        kernel.blur(address, columns, rows, kernel.isOpaque(address, widthPx * heightPx));
      });
    });
    return;
  }
  const start = pixels.mark();
  const small = pixels.allocate(Math.ceil(widthPx / blockPx), Math.ceil(heightPx / blockPx));
  pixels.call((kernel) => kernel.shrinkBlocks(address, widthPx, heightPx, blockPx, small.address));
  // The blocks have blurred already: the variance of blockPx pixels in a row.
  const blocksVariance = (blockPx ** 2 - 1) / 12;
  blurPixels(pixels, small, Math.sqrt(sigmaPx ** 2 - blocksVariance) / blockPx);
  resizePixels(pixels, small, image, blockPx);
  pixels.release(start);
}

/**
 * In place: an unsharp mask of 1 px. Alpha stays.
 *
 * @param amount 0–10: how much of the difference to its blur is added to the picture
 */
export function sharpenPixels(pixels: Pixels, image: PixelImage, amount: number): void {
  const { address, widthPx, heightPx } = image;
  const units = Math.round(amount * AMOUNT_UNITS);
  if (units < 1) return;
  pixels.call((kernel) => {
    withGaussian(kernel, image, SHARPEN_SIGMA_PX, (columns, rows) => {
      kernel.sharpen(address, columns, rows, kernel.isOpaque(address, widthPx * heightPx), units);
    });
  });
}

function withGaussian(
  kernel: PixelExports,
  { widthPx, heightPx }: PixelImage,
  sigmaPx: number,
  work: (columnsAxis: number, rowsAxis: number) => void,
): void {
  const start = kernel.mark();
  work(kernel.planGaussianAxis(widthPx, sigmaPx), kernel.planGaussianAxis(heightPx, sigmaPx));
  kernel.release(start);
}
