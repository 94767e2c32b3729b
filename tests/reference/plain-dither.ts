// Error diffusion as plainly as the papers put it: every pixel pushes its error to those after it, over whole pictures of numbers.
// Two conventions: our kernels', and that of the library whose pictures are the golden ones.
import { DIFFUSION_METHODS, type DiffusionName } from "../../shared/kernels/diffusion-methods.ts";
import { LUMINANCE_WEIGHTS, linearLight } from "../../shared/kernels/linear-light.ts";
import type { RgbaImage } from "../../shared/kernels/rgba-image.ts";

export interface PlainOptions {
  readonly method: DiffusionName;
  readonly strength: number;
  /** Rows that run from right to left: none, every second from the first on, or from the second on. */
  readonly leftwards: "none" | "first" | "second";
}

/**
 * makew0rld/dither: values of linear light in 16 bits, to which every share of an error is added at once, rounded half to even
 * and cut off at both ends. @returns the index of each pixel's colour
 */
export function ditherLikeGoldens(image: RgbaImage, colours: readonly number[][], options: PlainOptions): Uint8Array {
  const light = Float64Array.from({ length: 256 }, (_, byte) => Math.round(linearLight(byte) * 65_535));
  return diffuse(image, colours, options, {
    worthOf: (byte) => light[byte] ?? 0,
    add: (value, share) => Math.min(65_535, Math.max(0, roundHalfToEven(value + share))),
    read: (value) => value,
  });
}

/** Our kernels': real numbers of light or of stored values from 0 to 1, for colours cut off half of that beyond. */
export function ditherPlainly(
  image: RgbaImage,
  colours: readonly number[][],
  { linear, isUncut = false, ...options }: PlainOptions & { readonly linear: boolean; readonly isUncut?: boolean },
): Uint8Array {
  return diffuse(image, colours, options, {
    worthOf: (byte) => (linear ? linearLight(byte) : byte / 255),
    add: (value, share) => value + share,
    read: (value) => (isUncut ? value : Math.min(1.5, Math.max(-0.5, value))),
  });
}

interface Arithmetic {
  readonly worthOf: (byte: number) => number;
  readonly add: (value: number, share: number) => number;
  readonly read: (value: number) => number;
}

function diffuse(
  { widthPx, heightPx, data }: RgbaImage,
  colours: readonly number[][],
  { method, strength, leftwards }: PlainOptions,
  { worthOf, add, read }: Arithmetic,
): Uint8Array {
  const { taps, divisor } = DIFFUSION_METHODS[method];
  const entries = colours.map((colour) => colour.map(worthOf));
  const values = Float64Array.from({ length: widthPx * heightPx * 3 }, (_, i) =>
    worthOf(data[Math.floor(i / 3) * 4 + (i % 3)] ?? 0),
  );
  const indices = new Uint8Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    const step = leftwards === (y % 2 === 0 ? "first" : "second") ? -1 : 1;
    for (let turn = 0; turn < widthPx; turn++) {
      const x = step === 1 ? turn : widthPx - 1 - turn;
      const at = y * widthPx + x;
      const colour = [0, 1, 2].map((channel) => read(values[at * 3 + channel] ?? 0));
      const index = nearest(colour, entries);
      indices[at] = index;
      for (const [across, down, share] of taps) {
        const [toX, toY] = [x + across * step, y + down];
        if (toX < 0 || toX >= widthPx || toY >= heightPx) continue;
        for (let channel = 0; channel < 3; channel++) {
          const error = (colour[channel] ?? 0) - (entries[index]?.[channel] ?? 0);
          const to = (toY * widthPx + toX) * 3 + channel;
          values[to] = add(values[to] ?? 0, error * (share / divisor) * strength);
        }
      }
    }
  }
  return indices;
}

/** The first of equals, by distance weighted as luminance is. */
function nearest(colour: readonly number[], entries: readonly number[][]): number {
  const distances = entries.map((entry) =>
    LUMINANCE_WEIGHTS.reduce((sum, weight, c) => sum + weight * ((colour[c] ?? 0) - (entry[c] ?? 0)) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
