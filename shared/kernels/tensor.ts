// Pixels to network input. Pure; knows layouts and scales, not networks.
import { assertRgbaImage, type RgbaImage } from "./rgba-image.ts";

export interface LetterboxTensor {
  /** Three planes of height × width, in the order blue, green, red, 0–255. Padding (right, bottom) is 0. */
  readonly data: Float32Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Tensor pixels per image pixel, to map results back. The two differ by rounding only. */
  readonly scaleX: number;
  readonly scaleY: number;
}

/**
 * Fits an image into a box with `longSidePx` as its longer side, padded right and bottom to multiples of `multiplePx`.
 * Shrinking averages the exact area under each pixel (nothing aliases, and every source pixel counts once);
 * enlarging is bilinear. Alpha is ignored.
 * @throws RangeError when the data is not width × height × 4 bytes, or a side is not positive.
 */
export function letterboxBgr(
  image: RgbaImage,
  { longSidePx, multiplePx }: { longSidePx: number; multiplePx: number },
): LetterboxTensor {
  assertRgbaImage(image);
  const scale = longSidePx / Math.max(image.widthPx, image.heightPx);
  const fittedWidth = Math.max(1, Math.round(image.widthPx * scale));
  const fittedHeight = Math.max(1, Math.round(image.heightPx * scale));
  const widthPx = Math.ceil(fittedWidth / multiplePx) * multiplePx;
  const heightPx = Math.ceil(fittedHeight / multiplePx) * multiplePx;
  const data = new Float32Array(3 * widthPx * heightPx);
  const columns = tapsAlong(image.widthPx, fittedWidth);
  const rows = tapsAlong(image.heightPx, fittedHeight);
  const planeSize = widthPx * heightPx;
  const { data: source } = image;
  const { innerWeight } = columns;
  for (let y = 0; y < fittedHeight; y++) {
    const rowStart = y * widthPx;
    for (let row = rows.first[y]; row <= rows.last[y]; row++) {
      const rowWeight = weightOf(rows, y, row);
      const pixels = row * image.widthPx * 4;
      for (let x = 0; x < fittedWidth; x++) {
        // The first and the last pixel count in part; those between are whole numbers until their sum is weighted.
        const first = pixels + columns.first[x] * 4;
        const last = pixels + columns.last[x] * 4;
        const firstWeight = columns.firstWeight[x];
        let red = source[first] * firstWeight;
        let green = source[first + 1] * firstWeight;
        let blue = source[first + 2] * firstWeight;
        if (last > first) {
          let reds = 0;
          let greens = 0;
          let blues = 0;
          for (let pos = first + 4; pos < last; pos += 4) {
            reds += source[pos];
            greens += source[pos + 1];
            blues += source[pos + 2];
          }
          const lastWeight = columns.lastWeight[x];
          red += reds * innerWeight + source[last] * lastWeight;
          green += greens * innerWeight + source[last + 1] * lastWeight;
          blue += blues * innerWeight + source[last + 2] * lastWeight;
        }
        const out = rowStart + x;
        data[out] += blue * rowWeight;
        data[out + planeSize] += green * rowWeight;
        data[out + 2 * planeSize] += red * rowWeight;
      }
    }
  }
  return { data, widthPx, heightPx, scaleX: fittedWidth / image.widthPx, scaleY: fittedHeight / image.heightPx };
}

/**
 * Interleaved RGB bytes to three planes of `(byte − mean) / std`, in the order asked for.
 * @param rgb width × height × 3 bytes, 0–255
 */
export function chwNormalise(rgb: Uint8Array | Uint8ClampedArray, normalisation: Normalisation): Float32Array {
  const { channelOrder, mean, std } = normalisation;
  if (rgb.length % 3 !== 0) throw new RangeError(`Expecting 3 bytes per pixel. Got ${rgb.length} bytes.`);
  const planeSize = rgb.length / 3;
  const planes = new Float32Array(rgb.length);
  for (let channel = 0; channel < 3; channel++) {
    const gain = 1 / std[channel];
    const offset = mean[channel] / std[channel];
    const plane = channel * planeSize;
    const source = channelOrder === "rgb" ? channel : 2 - channel;
    for (let i = 0, pos = source; i < planeSize; i++, pos += 3) planes[plane + i] = rgb[pos] * gain - offset;
  }
  return planes;
}

/** How a network wants its colours: planes in this order, mean and deviation of each in units of bytes. */
export interface Normalisation {
  readonly channelOrder: "rgb" | "bgr";
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** For every output position: which source positions it reads, and their weights (they sum to 1). */
interface Taps {
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly firstWeight: Float64Array;
  readonly lastWeight: Float64Array;
  readonly innerWeight: number;
}

function tapsAlong(source: number, target: number): Taps {
  const first = new Int32Array(target);
  const last = new Int32Array(target);
  const firstWeight = new Float64Array(target);
  const lastWeight = new Float64Array(target);
  const step = source / target;
  for (let i = 0; i < target; i++) {
    if (step >= 1) {
      const from = i * step;
      const to = Math.min(source, from + step);
      first[i] = Math.floor(from);
      last[i] = Math.min(source, Math.ceil(to - 1e-9)) - 1;
      firstWeight[i] = (Math.min(to, first[i] + 1) - from) / step;
      lastWeight[i] = (to - last[i]) / step;
    } else {
      const centre = Math.min(source - 1, Math.max(0, (i + 0.5) * step - 0.5));
      first[i] = Math.floor(centre);
      last[i] = Math.min(source - 1, first[i] + 1);
      lastWeight[i] = centre - first[i];
      firstWeight[i] = 1 - lastWeight[i];
    }
    if (first[i] === last[i]) firstWeight[i] = 1;
  }
  return { first, last, firstWeight, lastWeight, innerWeight: 1 / step };
}

function weightOf(taps: Taps, target: number, source: number): number {
  if (source === taps.first[target]) return taps.firstWeight[target];
  return source === taps.last[target] ? taps.lastWeight[target] : taps.innerWeight;
}
