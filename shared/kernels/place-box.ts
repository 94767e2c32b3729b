// Where a part of a photo lies in a render of it. Pure arithmetic; the inverse of cutting, resizing and turning.
import type { Orientation } from "./exif-orientation.ts";
import type { ShareRect } from "./fit-box.ts";
import { storedRect } from "./orient-rect.ts";
import type { PixelRect, TransformGeometry } from "./transform-geometry.ts";

/** Quarter turns undo one another; everything else undoes itself. */
const INVERSE: Readonly<Record<Orientation, Orientation>> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6 };

/**
 * @param box in shares of the photo as seen
 * @param place of the render: the photo's size (px) as seen, what was cut, what that was resized to, and how it was turned;
 * `marginShare` of the box's sides is added on each side
 * @returns pixels of the turned picture, fractions and parts outside of it included
 */
export function placeBox(
  box: ShareRect,
  place: Pick<TransformGeometry, "crop" | "resized" | "turned"> & {
    readonly photo: { readonly widthPx: number; readonly heightPx: number };
    readonly turn: Orientation;
    readonly marginShare: number;
  },
): PixelRect {
  const { photo, crop, resized, turned, turn, marginShare } = place;
  const across = resized.widthPx / crop.widthPx;
  const down = resized.heightPx / crop.heightPx;
  const [marginX, marginY] = [box.width * marginShare, box.height * marginShare];
  const placed = {
    left: ((box.x - marginX) * photo.widthPx - crop.leftPx) * across,
    top: ((box.y - marginY) * photo.heightPx - crop.topPx) * down,
    width: (box.width + 2 * marginX) * photo.widthPx * across,
    height: (box.height + 2 * marginY) * photo.heightPx * down,
  };
  const seen = storedRect(placed, { width: turned.widthPx, height: turned.heightPx }, INVERSE[turn]);
  return { leftPx: seen.left, topPx: seen.top, widthPx: seen.width, heightPx: seen.height };
}
