// Fills a rectangle of a picture with one colour. Blends nothing: a transparent colour makes a hole.
import type { PixelRect } from "../../kernels/transform-geometry.ts";
import { type PixelColour, packPixelColour } from "./pixel-colour.ts";
import type { PixelImage, Pixels } from "./pixels.ts";

/** What of the rectangle lies outside of the picture is left out. Whole pixels only. */
export function fillRect(pixels: Pixels, image: PixelImage, rect: PixelRect, colour: PixelColour): void {
  const left = Math.max(0, rect.leftPx);
  const top = Math.max(0, rect.topPx);
  const right = Math.min(image.widthPx, rect.leftPx + rect.widthPx);
  const bottom = Math.min(image.heightPx, rect.topPx + rect.heightPx);
  if (right <= left || bottom <= top) return;
  const stride = image.widthPx * 4;
  const first = image.address + top * stride + left * 4;
  const packed = packPixelColour(colour);
  pixels.call((kernel) => kernel.fillRows(first, stride, right - left, bottom - top, packed));
}
