// How far a face can be trusted for recognition. Pure: three measures of 0 to 1, multiplied.

/**
 * Laplacian variance at which sharpness is 0.5. Of our corpus, faces of 112 px and more measure 700–2400 in the aligned frame,
 * smaller (enlarged) ones 90–370, and all of them below 40 after a 7 px box blur.
 */
const SHARPNESS_HALF = 100;

/**
 * quality = size × sharpness × frontalness, each 0 to 1:
 * size is the box's shorter side over the aligned frame's (below that the network sees enlarged pixels), at most 1;
 * sharpness is v / (v + 100), v the variance of the 4-neighbour Laplacian of the aligned face's luma;
 * frontalness is 1 for a nose tip midway between the eyes and midway between eyes and mouth, 0 in profile.
 */
export function faceQuality01(face: {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly landmarksPx: readonly (readonly [number, number])[];
  /** sidePx × sidePx interleaved RGB, from `alignFace`. */
  readonly aligned: Uint8ClampedArray;
  readonly sidePx: number;
}): number {
  const size01 = Math.min(1, Math.max(0, Math.min(face.widthPx, face.heightPx)) / face.sidePx);
  const variance = laplacianVariance(face.aligned, face.sidePx);
  return size01 * (variance / (variance + SHARPNESS_HALF)) * frontalness01(face.landmarksPx);
}

/** 0 (profile, or looking straight up or down) to 1 (facing the camera). Independent of position, scale and roll. */
export function frontalness01(landmarksPx: readonly (readonly [number, number])[]): number {
  if (landmarksPx.length !== 5) throw new RangeError(`Expecting 5 landmarks. Got ${landmarksPx.length}.`);
  const [rightEye, leftEye, nose, rightMouth, leftMouth] = landmarksPx;
  const eyesX = (rightEye[0] + leftEye[0]) / 2;
  const eyesY = (rightEye[1] + leftEye[1]) / 2;
  const axisX = leftEye[0] - rightEye[0];
  const axisY = leftEye[1] - rightEye[1];
  const squaredAxis = axisX * axisX + axisY * axisY;
  if (squaredAxis === 0) return 0;
  const noseX = nose[0] - eyesX;
  const noseY = nose[1] - eyesY;
  const mouthX = (rightMouth[0] + leftMouth[0]) / 2 - eyesX;
  const mouthY = (rightMouth[1] + leftMouth[1]) / 2 - eyesY;
  const sideways = Math.abs(noseX * axisX + noseY * axisY) / squaredAxis;
  const mouthDown = mouthY * axisX - mouthX * axisY;
  const noseDown = mouthDown > 0 ? (noseY * axisX - noseX * axisY) / mouthDown : 0;
  return Math.max(0, Math.min(1 - 2 * sideways, 1 - 2 * Math.abs(noseDown - 0.5)));
}

/** Variance of the 4-neighbour Laplacian over the luma (BT.601) of a square RGB image, its outermost pixels left out. */
function laplacianVariance(rgb: Uint8ClampedArray, sidePx: number): number {
  if (rgb.length !== sidePx * sidePx * 3)
    throw new RangeError(`Expecting ${sidePx * sidePx * 3} bytes. Got ${rgb.length}.`);
  const luma = new Float32Array(sidePx * sidePx);
  for (let i = 0, pos = 0; i < luma.length; i++, pos += 3)
    luma[i] = 0.299 * rgb[pos] + 0.587 * rgb[pos + 1] + 0.114 * rgb[pos + 2];
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < sidePx - 1; y++) {
    for (let pos = y * sidePx + 1; pos < (y + 1) * sidePx - 1; pos++) {
      const edge = luma[pos - 1] + luma[pos + 1] + luma[pos - sidePx] + luma[pos + sidePx] - 4 * luma[pos];
      sum += edge;
      squares += edge * edge;
    }
  }
  const count = (sidePx - 2) ** 2;
  return squares / count - (sum / count) ** 2;
}
