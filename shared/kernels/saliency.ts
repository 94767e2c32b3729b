// Where in a picture there is something to see. Pure and slow per pixel: meant for pictures of about a hundred pixels a side.
import { assertRgbaImage, type RgbaImage } from "./rgba-image.ts";

/** How much there is to see at each pixel, 0 or more. Only proportions mean anything. */
export interface SaliencyMap {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly weights: Float32Array;
}

/** Passes over the picture, to and fro: three suffice (see `barrierDistance`). */
const PASSES = 3;
/** What stands out from the frame of the picture counts most; fine detail helps where nothing does. */
const DETAIL_SHARE = 0.25;
/** Photographers put what matters near the middle: what lies in a corner counts this much of what lies there. */
const CORNER_SHARE = 0.6;
/** What is below this share of the most that stands out is noise. */
const NOISE_SHARE = 0.1;
/** People look at people: what stands out in a colour that skin has, light or dark, counts so many times as much. */
const SKIN_FACTOR = 2;
/** Chrominance of skin of all tones (D. Chai and K. Ngan, "Face segmentation using skin-color map", 1999). */
const SKIN_CB = { least: 77, most: 127 };
const SKIN_CR = { least: 133, most: 173 };

/** Transparent pixels are seen on white. Throws where the buffer does not hold the picture. */
export function saliencyMap(image: RgbaImage): SaliencyMap {
  assertRgbaImage(image);
  const { widthPx, heightPx } = image;
  const count = widthPx * heightPx;
  const distinct = new Float32Array(count);
  const detail = new Float32Array(count);
  for (const plane of opponentPlanes(image)) {
    const distance = barrierDistance(plane, widthPx, heightPx);
    for (let i = 0; i < count; i++) distinct[i] += distance[i];
    addGradients(detail, plane, widthPx, heightPx);
  }
  const mostDistinct = largest(distinct);
  const mostDetail = largest(detail);
  const weights = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const standsOut = Math.max(0, distinct[i] / mostDistinct - NOISE_SHARE) / (1 - NOISE_SHARE);
    const weight = standsOut * (isSkin(image.data, i * 4) ? SKIN_FACTOR : 1) + (DETAIL_SHARE * detail[i]) / mostDetail;
    weights[i] = weight * centrality(i % widthPx, Math.floor(i / widthPx), widthPx, heightPx);
  }
  return { widthPx, heightPx, weights };
}

/** Lightness, red against green, yellow against blue: colours as the eye tells them apart, roughly and fast. */
function opponentPlanes({ widthPx, heightPx, data }: RgbaImage): Float32Array[] {
  const planes = [0, 1, 2].map(() => new Float32Array(widthPx * heightPx));
  const [light, redness, yellowness] = planes as [Float32Array, Float32Array, Float32Array];
  for (let i = 0; i < light.length; i++) {
    const ground = 255 - data[i * 4 + 3];
    const share01 = data[i * 4 + 3] / 255;
    const red = data[i * 4] * share01 + ground;
    const green = data[i * 4 + 1] * share01 + ground;
    const blue = data[i * 4 + 2] * share01 + ground;
    light[i] = 0.299 * red + 0.587 * green + 0.114 * blue;
    redness[i] = red - green;
    yellowness[i] = (red + green) / 2 - blue;
  }
  return planes;
}

function isSkin(data: Uint8Array, pos: number): boolean {
  if (data[pos + 3] < 128) return false;
  const red = data[pos];
  const green = data[pos + 1];
  const blue = data[pos + 2];
  const cb = 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue;
  const cr = 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue;
  return cb >= SKIN_CB.least && cb <= SKIN_CB.most && cr >= SKIN_CR.least && cr <= SKIN_CR.most;
}

/**
 * The minimum barrier distance of every pixel to the picture's frame: how far levels must rise and fall on the easiest way out.
 * Background gets out easily, whatever its colour; what stands before it does not. Raster scanning after J. Zhang et al.,
 * "Minimum Barrier Salient Object Detection at 80 FPS", ICCV 2015.
 */
function barrierDistance(plane: Float32Array, widthPx: number, heightPx: number): Float32Array {
  const distance = new Float32Array(plane.length).fill(Number.POSITIVE_INFINITY);
  const highest = plane.slice();
  const lowest = plane.slice();
  const visit = (at: number, from: number) => {
    const level = plane[at];
    const high = Math.max(highest[from], level);
    const low = Math.min(lowest[from], level);
    if (high - low >= distance[at]) return;
    distance[at] = high - low;
    highest[at] = high;
    lowest[at] = low;
  };
  for (let x = 0; x < widthPx; x++) {
    distance[x] = 0;
    distance[(heightPx - 1) * widthPx + x] = 0;
  }
  for (let y = 0; y < heightPx; y++) {
    distance[y * widthPx] = 0;
    distance[y * widthPx + widthPx - 1] = 0;
  }
  for (let pass = 0; pass < PASSES; pass++) {
    for (let y = 1; y < heightPx - 1; y++) {
      for (let x = 1; x < widthPx - 1; x++) {
        const at = y * widthPx + x;
        visit(at, at - widthPx);
        visit(at, at - 1);
      }
    }
    for (let y = heightPx - 2; y > 0; y--) {
      for (let x = widthPx - 2; x > 0; x--) {
        const at = y * widthPx + x;
        visit(at, at + widthPx);
        visit(at, at + 1);
      }
    }
  }
  return distance;
}

/** Adds to every pixel how steep the plane is there. */
function addGradients(sum: Float32Array, plane: Float32Array, widthPx: number, heightPx: number): void {
  for (let y = 0; y < heightPx; y++) {
    const up = Math.max(0, y - 1) * widthPx;
    const down = Math.min(heightPx - 1, y + 1) * widthPx;
    for (let x = 0; x < widthPx; x++) {
      const row = y * widthPx;
      const across = plane[row + Math.min(widthPx - 1, x + 1)] - plane[row + Math.max(0, x - 1)];
      const along = plane[down + x] - plane[up + x];
      // Not Math.hypot, which guards against overflow at ten times the price.
      sum[row + x] += Math.sqrt(across * across + along * along);
    }
  }
}

/** 1 in the middle, CORNER_SHARE in the corners. */
function centrality(x: number, y: number, widthPx: number, heightPx: number): number {
  const across = (x + 0.5) / widthPx - 0.5;
  const down = (y + 0.5) / heightPx - 0.5;
  return 1 - (1 - CORNER_SHARE) * 2 * (across * across + down * down);
}

/** At least a level: a flat picture has nothing to see, and nothing is divided by nothing. */
function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, value), 1);
}
