// Puts a picture on a larger canvas of one colour: padding and borders. Blends nothing.
import type { PixelRect } from "../../kernels/transform-geometry.ts";
import { fillRect } from "./fill-rect.ts";
import type { PixelColour } from "./pixel-colour.ts";
import { assertInside } from "./pixel-rects.ts";
import type { PixelImage, Pixels } from "./pixels.ts";

/**
 * The canvas with the picture at `leftPx`, `topPx`. What was allocated last grows where it lies; other pictures are copied, and
 * stay. Throws RangeError where the picture does not lie inside, EngineTrap where there is no memory.
 *
 * @param canvas the canvas's size, and where on it the picture's top left corner lies
 */
export function padPixels(pixels: Pixels, image: PixelImage, canvas: PixelRect, colour: PixelColour): PixelImage {
  const { leftPx, topPx, widthPx, heightPx } = canvas;
  const place = { leftPx, topPx, widthPx: image.widthPx, heightPx: image.heightPx };
  assertInside({ address: 0, widthPx, heightPx }, place);
  if (pixels.isLast(image)) pixels.release(image.address);
  // The same address where the picture was the last one, and its bytes are still there: rows move from the last to the first.
  const padded = pixels.allocate(widthPx, heightPx);
  const [rowBytes, stride] = [image.widthPx * 4, widthPx * 4];
  pixels.call((kernel) => {
    const to = padded.address + topPx * stride + leftPx * 4;
    if (to !== image.address || rowBytes !== stride) {
      kernel.moveRows(image.address, rowBytes, to, stride, rowBytes, image.heightPx);
    }
  });
  const bottomPx = heightPx - topPx - image.heightPx;
  const rightPx = widthPx - leftPx - image.widthPx;
  const middle = { topPx, heightPx: image.heightPx };
  fillRect(pixels, padded, { leftPx: 0, topPx: 0, widthPx, heightPx: topPx }, colour);
  fillRect(pixels, padded, { leftPx: 0, topPx: heightPx - bottomPx, widthPx, heightPx: bottomPx }, colour);
  fillRect(pixels, padded, { leftPx: 0, widthPx: leftPx, ...middle }, colour);
  fillRect(pixels, padded, { leftPx: widthPx - rightPx, widthPx: rightPx, ...middle }, colour);
  return padded;
}

/** A border of the same width on all sides; as `padPixels`. */
export function borderPixels(pixels: Pixels, image: PixelImage, borderPx: number, colour: PixelColour): PixelImage {
  const canvas = {
    leftPx: borderPx,
    topPx: borderPx,
    widthPx: image.widthPx + 2 * borderPx,
    heightPx: image.heightPx + 2 * borderPx,
  };
  return padPixels(pixels, image, canvas, colour);
}
