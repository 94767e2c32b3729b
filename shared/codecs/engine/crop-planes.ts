// A window on part of a planar image: copies nothing, and lives as long as the image does.
import type { PlanarImage, Plane } from "./planes.ts";
import { samplingFactor } from "./resize-planes.ts";

export interface PlanesWindow {
  readonly image: PlanarImage;
  /** Where the window begins, in pixels of the whole picture. */
  readonly leftPx: number;
  readonly topPx: number;
}

/**
 * The smallest window that covers a rectangle and begins where samples of every plane begin: up to a sample larger to each side.
 * The whole image where samples cover no whole number of pixels.
 *
 * @param rect in pixels of the picture, inside it
 */
export function windowOnPlanes(
  image: PlanarImage,
  rect: { readonly leftPx: number; readonly topPx: number; readonly widthPx: number; readonly heightPx: number },
): PlanesWindow {
  const horizontal = image.planes.map((plane) => samplingFactor(image.widthPx, plane.widthPx));
  const vertical = image.planes.map((plane) => samplingFactor(image.heightPx, plane.heightPx));
  if (![...horizontal, ...vertical].every(Number.isInteger)) return { image, leftPx: 0, topPx: 0 };
  const columns = cover(rect.leftPx, rect.widthPx, image.widthPx, horizontal);
  const rows = cover(rect.topPx, rect.heightPx, image.heightPx, vertical);
  const planes = image.planes.map((plane, i): Plane => {
    const across = horizontal[i] ?? 1;
    const down = vertical[i] ?? 1;
    return {
      address: plane.address + (rows.start / down) * plane.strideBytes + columns.start / across,
      strideBytes: plane.strideBytes,
      widthPx: Math.ceil(columns.length / across),
      heightPx: Math.ceil(rows.length / down),
    };
  });
  return {
    image: {
      widthPx: columns.length,
      heightPx: rows.length,
      planes: planes as unknown as PlanarImage["planes"],
    },
    leftPx: columns.start,
    topPx: rows.start,
  };
}

/** A stretch of an axis that begins and ends between samples of every plane, or at the picture's end. */
function cover(startPx: number, lengthPx: number, sidePx: number, factors: readonly number[]) {
  const unit = factors.reduce(leastCommonMultiple, 1);
  const start = Math.floor(startPx / unit) * unit;
  const end = Math.min(sidePx, Math.ceil((startPx + lengthPx) / unit) * unit);
  return { start, length: end - start };
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
