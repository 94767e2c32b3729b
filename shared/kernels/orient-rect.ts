// Where a rectangle of an upright picture lies in the picture as stored. Pure arithmetic on pixels or fractions alike.
import type { Orientation } from "./exif-orientation.ts";

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Undoes a turn (TIFF 6.0 tag 274) for a rectangle.
 *
 * @param rect within the picture as seen
 * @param stored size of the picture as stored, in the rectangle's unit
 */
export function storedRect(
  { left, top, width, height }: Rect,
  stored: { readonly width: number; readonly height: number },
  orientation: Orientation,
): Rect {
  const swapped = orientation >= 5;
  const size = swapped ? { width: height, height: width } : { width, height };
  // Along each stored axis: the coordinate as seen that runs along it, and whether it runs backwards.
  const along = swapped ? { x: top, y: left } : { x: left, y: top };
  const isReversedX = [2, 3, 7, 8].includes(orientation);
  const isReversedY = [3, 4, 6, 7].includes(orientation);
  return {
    left: isReversedX ? stored.width - along.x - size.width : along.x,
    top: isReversedY ? stored.height - along.y - size.height : along.y,
    ...size,
  };
}
