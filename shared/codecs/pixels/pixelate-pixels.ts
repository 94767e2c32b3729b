// Makes a picture of square blocks of one colour each, in place.
import type { PixelImage, Pixels } from "./pixels.ts";

/** Largest side (px) of a block: the kernel's sums of one just fit 32 bits. */
const BLOCK_MAX_PX = 256;

/**
 * Every block becomes its average, colours weighed by alpha. Blocks begin at the top left; those at the other edges are smaller.
 *
 * @param blockPx side of a block, 2 to 256. Throws RangeError for anything else.
 */
export function pixelatePixels(pixels: Pixels, image: PixelImage, blockPx: number): void {
  if (!Number.isInteger(blockPx) || blockPx < 2 || blockPx > BLOCK_MAX_PX) {
    throw new RangeError(`Expected blocks of 2 to ${BLOCK_MAX_PX} whole pixels. Got ${blockPx}.`);
  }
  const { address, widthPx, heightPx } = image;
  const start = pixels.mark();
  const blocks = pixels.allocate(Math.ceil(widthPx / blockPx), Math.ceil(heightPx / blockPx));
  pixels.call((kernel) => {
    kernel.shrinkBlocks(address, widthPx, heightPx, blockPx, blocks.address);
    kernel.expandBlocks(blocks.address, address, widthPx, heightPx, blockPx);
  });
  pixels.release(start);
}
