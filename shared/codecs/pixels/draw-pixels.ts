// A part of a picture with alpha, resized and turned into a picture of its own in the pixel module's memory.
import type { Orientation } from "../../kernels/exif-orientation.ts";
import { orientedSize } from "../../kernels/orient.ts";
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import type { PicturePart, PixelSize } from "../engine/resize-planes.ts";
import type { PixelImage, Pixels } from "./pixels.ts";
import { resizePixels } from "./resize-pixels.ts";
import { turnPixels } from "./turn-pixels.ts";

export interface DrawPixelsOptions {
  /** Of the image, as stored. Widened to whole pixels. */
  readonly part: PicturePart;
  /** As seen, after turning. */
  readonly size: PixelSize;
  readonly orientation: Orientation;
}

/** @returns a picture that stays allocated until the caller releases to a mark of its own. Throws EngineTrap when memory runs out. */
export function drawPixels(
  pixels: Pixels,
  image: RgbaImage,
  { part, size, orientation }: DrawPixelsOptions,
): PixelImage {
  const stored = orientedSize(size.widthPx, size.heightPx, orientation);
  const target = pixels.allocate(stored.widthPx, stored.heightPx);
  const start = pixels.mark();
  resizePixels(pixels, writePart(pixels, image, part), target);
  pixels.release(start);
  return turnPixels(pixels, target, orientation);
}

function writePart(pixels: Pixels, image: RgbaImage, part: PicturePart): PixelImage {
  const left = Math.max(0, Math.round(part.leftPx));
  const top = Math.max(0, Math.round(part.topPx));
  const right = Math.min(image.widthPx, Math.max(left + 1, Math.round(part.leftPx + part.widthPx)));
  const bottom = Math.min(image.heightPx, Math.max(top + 1, Math.round(part.topPx + part.heightPx)));
  const copy = pixels.allocate(right - left, bottom - top);
  const view = pixels.view(copy);
  const rowBytes = copy.widthPx * 4;
  for (let row = 0; row < copy.heightPx; row++) {
    const from = ((top + row) * image.widthPx + left) * 4;
    view.set(image.data.subarray(from, from + rowBytes), row * rowBytes);
  }
  return copy;
}
