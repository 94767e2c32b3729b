// Turns a face upright into the frame that a recognition network was trained on. Pure; the frame is the model's record to tell.
import { assertRgbaImage, type RgbaImage } from "./rgba-image.ts";

/** The square a face is brought into. */
export interface FaceFrame {
  readonly sidePx: number;
  /** Where the landmarks lie in it (px): right eye, left eye, nose tip, right and left mouth corner, as seen by the viewer. */
  readonly template: readonly (readonly [number, number])[];
}

/** x' = cosine·x − sine·y + shiftX, y' = sine·x + cosine·y + shiftY: rotation, one scale (inside both factors), shift. */
export interface Similarity {
  readonly cosine: number;
  readonly sine: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/**
 * The similarity that maps `from` onto `to` with the least squared error; never a mirror image.
 * Umeyama, IEEE PAMI 1991; in two dimensions its SVD has this closed form.
 * @throws RangeError when the counts differ or the source points coincide (no scale can be told).
 */
export function fitSimilarity(
  from: readonly (readonly [number, number])[],
  to: readonly (readonly [number, number])[],
): Similarity {
  if (from.length !== to.length) throw new RangeError(`Expecting ${to.length} points. Got ${from.length}.`);
  const [fromX, fromY] = centroid(from);
  const [toX, toY] = centroid(to);
  let along = 0;
  let across = 0;
  let spread = 0;
  for (let i = 0; i < from.length; i++) {
    const x = from[i][0] - fromX;
    const y = from[i][1] - fromY;
    const u = to[i][0] - toX;
    const v = to[i][1] - toY;
    along += x * u + y * v;
    across += x * v - y * u;
    spread += x * x + y * y;
  }
  if (!(spread > 0)) throw new RangeError(`Expecting ${from.length} distinct points. Got one place.`);
  const cosine = along / spread;
  const sine = across / spread;
  return { cosine, sine, shiftX: toX - cosine * fromX + sine * fromY, shiftY: toY - sine * fromX - cosine * fromY };
}

/**
 * The face whose landmarks lie at `landmarksPx`, upright: sidePx² interleaved RGB bytes, sampled bilinearly.
 * What lies outside the image is black. Landmarks come in the template's order.
 * @throws RangeError when the image's data has the wrong length or the landmarks are degenerate.
 */
export function alignFace(
  image: RgbaImage,
  landmarksPx: readonly (readonly [number, number])[],
  { sidePx, template }: FaceFrame,
): Uint8ClampedArray {
  assertRgbaImage(image);
  const { cosine, sine, shiftX, shiftY } = fitSimilarity(landmarksPx, template);
  const squaredScale = cosine * cosine + sine * sine;
  if (!(squaredScale > 0))
    throw new RangeError("Expecting landmarks in the order eyes, nose, mouth. Got a collapsed fit.");
  const inverseCosine = cosine / squaredScale;
  const inverseSine = sine / squaredScale;
  const aligned = new Uint8ClampedArray(sidePx * sidePx * 3);
  let out = 0;
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++, out += 3) {
      const dx = x - shiftX;
      const dy = y - shiftY;
      sampleBilinear(image, inverseCosine * dx + inverseSine * dy, inverseCosine * dy - inverseSine * dx, aligned, out);
    }
  }
  return aligned;
}

function sampleBilinear(
  { widthPx, heightPx, data }: RgbaImage,
  x: number,
  y: number,
  into: Uint8ClampedArray,
  out: number,
): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < -1 || top < -1 || left >= widthPx || top >= heightPx) return;
  const rightWeight = x - left;
  const lowerWeight = y - top;
  const hasLeft = left >= 0;
  const hasRight = left + 1 < widthPx;
  const hasUpper = top >= 0;
  const hasLower = top + 1 < heightPx;
  const upperStart = (top * widthPx + left) * 4;
  const lowerStart = upperStart + widthPx * 4;
  for (let channel = 0; channel < 3; channel++) {
    const upperLeft = hasUpper && hasLeft ? data[upperStart + channel] : 0;
    const upperRight = hasUpper && hasRight ? data[upperStart + 4 + channel] : 0;
    const lowerLeft = hasLower && hasLeft ? data[lowerStart + channel] : 0;
    const lowerRight = hasLower && hasRight ? data[lowerStart + 4 + channel] : 0;
    const upper = upperLeft + (upperRight - upperLeft) * rightWeight;
    const lower = lowerLeft + (lowerRight - lowerLeft) * rightWeight;
    into[out + channel] = upper + (lower - upper) * lowerWeight;
  }
}

function centroid(points: readonly (readonly [number, number])[]): [number, number] {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point[0];
    y += point[1];
  }
  return [x / points.length, y / points.length];
}
