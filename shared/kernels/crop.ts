// Cuts a rectangle out of an image. The rectangle must lie inside; clipping a wrong one would hide a bug.
import { assertRgbaImage, type RgbaImage } from "./rgba-image.ts";

/** @returns new pixels of the rectangle. Throws when it does not lie inside the image. */
export function cropImage(
  image: RgbaImage,
  rect: { readonly leftPx: number; readonly topPx: number; readonly widthPx: number; readonly heightPx: number },
): RgbaImage {
  assertRgbaImage(image);
  const { leftPx, topPx, widthPx, heightPx } = rect;
  if (leftPx < 0 || topPx < 0 || leftPx + widthPx > image.widthPx || topPx + heightPx > image.heightPx) {
    const wanted = `${widthPx}x${heightPx}+${leftPx}+${topPx}`;
    throw new RangeError(`Expected a rectangle inside ${image.widthPx}x${image.heightPx}. Got ${wanted}.`);
  }
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++) {
    const rowStart = ((topPx + y) * image.widthPx + leftPx) * 4;
    data.set(image.data.subarray(rowStart, rowStart + widthPx * 4), y * widthPx * 4);
  }
  return { widthPx, heightPx, data };
}
