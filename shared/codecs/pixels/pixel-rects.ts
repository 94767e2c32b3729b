// Rectangles of a picture: copied out, and put back. They must lie inside: clipping a wrong one would hide a bug.
import type { PixelRect } from "../../kernels/transform-geometry.ts";
import type { PixelImage, Pixels } from "./pixels.ts";

/** A rectangle of a picture as a picture of its own, newly allocated. Throws RangeError where it is not inside. */
export function copyRect(pixels: Pixels, image: PixelImage, rect: PixelRect): PixelImage {
  assertInside(image, rect);
  const copy = pixels.allocate(rect.widthPx, rect.heightPx);
  moveRect(pixels, image, rect, copy, "out");
  return copy;
}

/** Puts a picture into a rectangle of its size. Throws as `copyRect`. */
export function pasteRect(pixels: Pixels, image: PixelImage, rect: PixelRect, content: PixelImage): void {
  moveRect(pixels, image, rect, content, "in");
}

function moveRect(pixels: Pixels, image: PixelImage, rect: PixelRect, part: PixelImage, way: "in" | "out"): void {
  assertInside(image, rect);
  const stride = image.widthPx * 4;
  const inside = image.address + rect.topPx * stride + rect.leftPx * 4;
  const rowBytes = rect.widthPx * 4;
  pixels.call((kernel) => {
    if (way === "out") kernel.moveRows(inside, stride, part.address, rowBytes, rowBytes, rect.heightPx);
    else kernel.moveRows(part.address, rowBytes, inside, stride, rowBytes, rect.heightPx);
  });
}

export function assertInside(image: PixelImage, rect: PixelRect): void {
  const { leftPx, topPx, widthPx, heightPx } = rect;
  const isWhole = [leftPx, topPx, widthPx, heightPx].every(Number.isInteger) && widthPx > 0 && heightPx > 0;
  const isInside = leftPx >= 0 && topPx >= 0 && leftPx + widthPx <= image.widthPx && topPx + heightPx <= image.heightPx;
  if (isWhole && isInside) return;
  const wanted = `${widthPx}x${heightPx}+${leftPx}+${topPx}`;
  throw new RangeError(`Expected whole pixels inside ${image.widthPx}x${image.heightPx}. Got ${wanted}.`);
}
