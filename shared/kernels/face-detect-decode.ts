// YuNet's raw maps to faces. Pure; knows the network's output layout, not how it is run.
// Wu, Peng, Yu: "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 2023 (anchor-free, one cell = one guess).
import { type Box, overlap01 } from "./match-boxes.ts";

/** One of the three output scales. A cell covers stride × stride input pixels; arrays are in reading order of cells. */
export interface DetectorHead {
  readonly stridePx: number;
  /** Probability of a face class, one per cell. */
  readonly classScores: Float32Array;
  /** Probability that something is there, one per cell. */
  readonly objectScores: Float32Array;
  /** Four per cell: centre offset x, y (in strides, from the cell), log width, log height (in strides). */
  readonly boxes: Float32Array;
  /** Ten per cell: five points as x, y offsets (in strides, from the cell). */
  readonly landmarks: Float32Array;
}

/** Coordinates in pixels of the image that was fitted into the detector's input; a box may reach beyond its edges. */
export interface DetectedFace {
  readonly xPx: number;
  readonly yPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly score01: number;
  /** Right eye, left eye, nose tip, right and left mouth corner, as seen by the viewer. */
  readonly landmarksPx: readonly (readonly [number, number])[];
}

/**
 * Every cell whose score (the geometric mean of its two probabilities) reaches `minScore01`, mapped back by the
 * letterbox's scale. Overlapping guesses are still in it: see `suppressOverlaps`.
 * @throws RangeError when a head's arrays do not belong to an input of that size.
 */
export function decodeFaces(
  heads: readonly DetectorHead[],
  input: { widthPx: number; heightPx: number; scaleX: number; scaleY: number },
  minScore01: number,
): DetectedFace[] {
  const faces: DetectedFace[] = [];
  for (const head of heads) {
    const columns = input.widthPx / head.stridePx;
    const cells = columns * (input.heightPx / head.stridePx);
    if (
      head.classScores.length !== cells ||
      head.objectScores.length !== cells ||
      head.boxes.length !== cells * 4 ||
      head.landmarks.length !== cells * 10
    ) {
      throw new RangeError(`Expecting ${cells} cells at stride ${head.stridePx}. Got ${head.classScores.length}.`);
    }
    for (let cell = 0; cell < cells; cell++) {
      const score01 = Math.sqrt(clamp01(head.classScores[cell]) * clamp01(head.objectScores[cell]));
      if (score01 >= minScore01) faces.push(faceOf(head, cell, columns, score01, input));
    }
  }
  return faces;
}

/**
 * Greedy non-maximum suppression: best score first, dropping whatever overlaps a kept face by more than
 * `maxOverlap01` (intersection over union).
 */
export function suppressOverlaps(faces: readonly DetectedFace[], maxOverlap01: number): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of [...faces].sort((a, b) => b.score01 - a.score01)) {
    if (kept.every((other) => overlap01(boxOf(face), boxOf(other)) <= maxOverlap01)) kept.push(face);
  }
  return kept;
}

function faceOf(
  { stridePx, boxes, landmarks }: DetectorHead,
  cell: number,
  columns: number,
  score01: number,
  { scaleX, scaleY }: { scaleX: number; scaleY: number },
): DetectedFace {
  const column = cell % columns;
  const row = Math.floor(cell / columns);
  const box = cell * 4;
  const points = cell * 10;
  const unitX = stridePx / scaleX;
  const unitY = stridePx / scaleY;
  const widthPx = Math.exp(boxes[box + 2]) * unitX;
  const heightPx = Math.exp(boxes[box + 3]) * unitY;
  const landmarksPx: [number, number][] = [];
  for (let pos = points; pos < points + 10; pos += 2) {
    landmarksPx.push([(column + landmarks[pos]) * unitX, (row + landmarks[pos + 1]) * unitY]);
  }
  return {
    xPx: (column + boxes[box]) * unitX - widthPx / 2,
    yPx: (row + boxes[box + 1]) * unitY - heightPx / 2,
    widthPx,
    heightPx,
    score01,
    landmarksPx,
  };
}

/** In pixels of the image; a box may reach beyond its edges. */
export function boxOf({ xPx, yPx, widthPx, heightPx }: Omit<DetectedFace, "score01" | "landmarksPx">): Box {
  return { x: xPx, y: yPx, width: widthPx, height: heightPx };
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
