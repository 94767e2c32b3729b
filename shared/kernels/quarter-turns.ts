// Squares and faces turned by quarters, and back again. Pure. For whole photos see orient.ts.
import type { DetectedFace } from "./face-detect-decode.ts";

/** Clockwise. */
export type QuarterTurns = 0 | 1 | 2 | 3;

/**
 * Square planes turned clockwise, each for itself; the same array for no turn.
 * @throws RangeError when the data is not planes of sidePx × sidePx
 */
export function turnSquarePlanes(planes: Float32Array, sidePx: number, turns: QuarterTurns): Float32Array {
  const planeSize = sidePx * sidePx;
  if (planes.length % planeSize !== 0)
    throw new RangeError(`Expecting planes of ${planeSize} numbers. Got ${planes.length}.`);
  if (turns === 0) return planes;
  const turned = new Float32Array(planes.length);
  const last = sidePx - 1;
  for (let plane = 0; plane < planes.length; plane += planeSize) {
    for (let y = 0, pos = plane; y < sidePx; y++) {
      for (let x = 0; x < sidePx; x++, pos++) {
        const column = turns === 1 ? last - y : turns === 2 ? last - x : y;
        const row = turns === 1 ? x : turns === 2 ? last - y : last - x;
        turned[plane + row * sidePx + column] = planes[pos];
      }
    }
  }
  return turned;
}

/**
 * A face seen in an image that had been turned clockwise, in coordinates of the image before.
 * @param image the size before the turn
 */
export function turnFaceBack(
  face: DetectedFace,
  turns: QuarterTurns,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): DetectedFace {
  if (turns === 0) return face;
  const back = (x: number, y: number): [number, number] => {
    if (turns === 1) return [y, heightPx - x];
    return turns === 2 ? [widthPx - x, heightPx - y] : [widthPx - y, x];
  };
  const [x1, y1] = back(face.xPx, face.yPx);
  const [x2, y2] = back(face.xPx + face.widthPx, face.yPx + face.heightPx);
  return {
    ...face,
    xPx: Math.min(x1, x2),
    yPx: Math.min(y1, y2),
    widthPx: Math.abs(x2 - x1),
    heightPx: Math.abs(y2 - y1),
    landmarksPx: face.landmarksPx.map(([x, y]) => back(x, y)),
  };
}
