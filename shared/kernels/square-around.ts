// A square cut out around a point. Pure. Unlike a crop it may reach beyond the image: a face at the edge has its surroundings too.
import { assertRgbaImage, type RgbaImage } from "./rgba-image.ts";

export interface SquareAround {
  readonly image: RgbaImage;
  /** Where its corner lies in the image it was cut from; may be negative. */
  readonly leftPx: number;
  readonly topPx: number;
}

/** @returns new pixels, sidePx × sidePx; what lies outside the image is transparent black */
export function cutSquareAround(image: RgbaImage, centreXPx: number, centreYPx: number, sidePx: number): SquareAround {
  assertRgbaImage(image);
  if (!Number.isInteger(sidePx) || sidePx < 1) throw new RangeError(`Expecting a side of whole pixels. Got ${sidePx}.`);
  const leftPx = Math.round(centreXPx - sidePx / 2);
  const topPx = Math.round(centreYPx - sidePx / 2);
  const data = new Uint8Array(sidePx * sidePx * 4);
  const from = Math.max(0, leftPx);
  const to = Math.min(image.widthPx, leftPx + sidePx);
  for (let y = Math.max(0, topPx); y < Math.min(image.heightPx, topPx + sidePx) && from < to; y++) {
    const rowStart = y * image.widthPx * 4;
    data.set(image.data.subarray(rowStart + from * 4, rowStart + to * 4), ((y - topPx) * sidePx + from - leftPx) * 4);
  }
  return { image: { widthPx: sidePx, heightPx: sidePx, data }, leftPx, topPx };
}
