// Makes what lies in boxes unrecognisable, in place. What is left of a box is a few averages: no filter brings back the rest.
import type { PixelRect } from "../../kernels/transform-geometry.ts";
import { blurPixels } from "./blur-pixels.ts";
import { fillRect } from "./fill-rect.ts";
import { copyRect, pasteRect } from "./pixel-rects.ts";
import type { PixelImage, Pixels } from "./pixels.ts";

export type RedactMethod = "blur" | "pixelate" | "fill";

/** Blocks along a box's longer side. Faces are told apart from about 16 of them (L. Harmon and B. Julesz, Science 180, 1973). */
const BLOCKS_ACROSS = 8;
/** A side (px) whose blocks the kernel still averages at once. */
const SIDE_AT_ONCE_PX = 1024;
const SHRINK_BY = 8;
/** Standard deviation of the blur over the blocks, in blocks: no edge of them is left to see. */
const BLUR_BLOCKS = 0.6;
const BLACK = { red: 0, green: 0, blue: 0, alpha: 255 };

/**
 * Redacts every box; one after the other where they overlap. Fractions of pixels count as whole ones, parts outside are left out.
 *
 * @param boxes in pixels of the picture
 */
export function redactPixels(
  pixels: Pixels,
  image: PixelImage,
  boxes: readonly PixelRect[],
  method: RedactMethod,
): void {
  for (const box of boxes) {
    const rect = coverWholePixels(image, box);
    if (rect === null) continue;
    if (method === "fill") fillRect(pixels, image, rect, BLACK);
    else redactRect(pixels, image, rect, method);
  }
}

function redactRect(pixels: Pixels, image: PixelImage, rect: PixelRect, method: "blur" | "pixelate"): void {
  const start = pixels.mark();
  const part = copyRect(pixels, image, rect);
  const blockPx = averageBlocks(pixels, part);
  if (method === "blur") blurPixels(pixels, part, Math.max(1, blockPx * BLUR_BLOCKS));
  pasteRect(pixels, image, rect, part);
  pixels.release(start);
}

/** @returns the side (px) of the blocks */
function averageBlocks(pixels: Pixels, part: PixelImage): number {
  const { address, widthPx, heightPx } = part;
  const side = Math.max(widthPx, heightPx);
  const isLarge = side > SIDE_AT_ONCE_PX;
  const blockPx = isLarge ? SHRINK_BY : Math.max(2, Math.ceil(side / BLOCKS_ACROSS));
  const start = pixels.mark();
  const blocks = pixels.allocate(Math.ceil(widthPx / blockPx), Math.ceil(heightPx / blockPx));
  pixels.call((kernel) => kernel.shrinkBlocks(address, widthPx, heightPx, blockPx, blocks.address));
  const wholePx = isLarge ? averageBlocks(pixels, blocks) * blockPx : blockPx;
  pixels.call((kernel) => kernel.expandBlocks(blocks.address, address, widthPx, heightPx, blockPx));
  pixels.release(start);
  return wholePx;
}

/** Null: nothing of the box is in the picture. */
function coverWholePixels(image: PixelImage, { leftPx, topPx, widthPx, heightPx }: PixelRect): PixelRect | null {
  const left = Math.max(0, Math.floor(leftPx));
  const top = Math.max(0, Math.floor(topPx));
  const right = Math.min(image.widthPx, Math.ceil(leftPx + widthPx));
  const bottom = Math.min(image.heightPx, Math.ceil(topPx + heightPx));
  if (!(right > left && bottom > top)) return null;
  return { leftPx: left, topPx: top, widthPx: right - left, heightPx: bottom - top };
}
