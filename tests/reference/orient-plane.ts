// TIFF 6.0 tag 274 as a map from a seen pixel to the stored one, a pixel at a time. For tests.
import type { Orientation } from "../../shared/kernels/exif-orientation.ts";
import type { ReferencePlane } from "./jpeg-planes.ts";

/** Where in the stored picture, whose last column and row are `right` and `bottom`, the pixel seen at (x, y) lies. */
const STORED_AT: Record<
  Orientation,
  (x: number, y: number, right: number, bottom: number) => readonly [number, number]
> = {
  1: (x, y) => [x, y],
  2: (x, y, right) => [right - x, y],
  3: (x, y, right, bottom) => [right - x, bottom - y],
  4: (x, y, _right, bottom) => [x, bottom - y],
  5: (x, y) => [y, x],
  6: (x, y, _right, bottom) => [y, bottom - x],
  7: (x, y, right, bottom) => [right - y, bottom - x],
  8: (x, y, right) => [right - y, x],
};

export function orientReferencePlane(stored: ReferencePlane, orientation: Orientation): ReferencePlane {
  const isSwapped = orientation >= 5;
  const widthPx = isSwapped ? stored.heightPx : stored.widthPx;
  const heightPx = isSwapped ? stored.widthPx : stored.heightPx;
  const samples = Uint8Array.from({ length: widthPx * heightPx }, (_, i) => {
    const seenX = i % widthPx;
    const seenY = Math.floor(i / widthPx);
    const [x, y] = STORED_AT[orientation](seenX, seenY, stored.widthPx - 1, stored.heightPx - 1);
    return stored.samples[y * stored.widthPx + x] as number;
  });
  return { widthPx, heightPx, samples };
}
