// How far two pictures are apart: PSNR over RGB, and SSIM of the luma. Pure; both pictures have the same size.
import type { RgbImage } from "./lanczos-reference.ts";

export interface Quality {
  readonly psnrDb: number;
  readonly ssim01: number;
}

/** Side (px) of a window, and the step from one to the next (Wang et al., 2004, with 8x8 uniform windows). */
const WINDOW_PX = 8;
const WINDOW_STEP_PX = 4;
/** (K1 L)² and (K2 L)² with K1 = 0.01, K2 = 0.03, L = 255 (Wang et al., 2004, §III.B). */
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

export function compareQuality(picture: RgbImage, reference: RgbImage): Quality {
  if (picture.widthPx !== reference.widthPx || picture.heightPx !== reference.heightPx) {
    throw new Error(
      `Expected ${reference.widthPx}x${reference.heightPx}. Got ${picture.widthPx}x${picture.heightPx} pixels.`,
    );
  }
  return { psnrDb: psnrOf(picture.data, reference.data), ssim01: lumaSsim(picture, reference) };
}

/** Peak signal to noise ratio (dB) of 8-bit samples; Infinity when they are equal. */
export function psnrOf(samples: Uint8Array, reference: Uint8Array): number {
  let squares = 0;
  for (let i = 0; i < samples.length; i++) squares += ((samples[i] as number) - (reference[i] as number)) ** 2;
  return squares === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10((255 ** 2 * samples.length) / squares);
}

function lumaSsim(picture: RgbImage, reference: RgbImage): number {
  const [a, b] = [lumaOf(picture), lumaOf(reference)];
  const { widthPx, heightPx } = picture;
  const side = Math.min(WINDOW_PX, widthPx, heightPx);
  let sum = 0;
  let windows = 0;
  for (let y = 0; y + side <= heightPx; y += WINDOW_STEP_PX) {
    for (let x = 0; x + side <= widthPx; x += WINDOW_STEP_PX) {
      sum += windowSsim(a, b, y * widthPx + x, widthPx, side);
      windows++;
    }
  }
  return sum / windows;
}

function windowSsim(a: Float64Array, b: Float64Array, start: number, stride: number, side: number): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let y = 0; y < side; y++) {
    for (let pos = start + y * stride; pos < start + y * stride + side; pos++) {
      const valueA = a[pos] as number;
      const valueB = b[pos] as number;
      sumA += valueA;
      sumB += valueB;
      squaresA += valueA * valueA;
      squaresB += valueB * valueB;
      products += valueA * valueB;
    }
  }
  const count = side * side;
  const meanA = sumA / count;
  const meanB = sumB / count;
  const varianceA = squaresA / count - meanA * meanA;
  const varianceB = squaresB / count - meanB * meanB;
  const covariance = products / count - meanA * meanB;
  return (
    ((2 * meanA * meanB + C1) * (2 * covariance + C2)) /
    ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2))
  );
}

/** Y of BT.601, as JFIF has it. */
function lumaOf({ data }: RgbImage): Float64Array {
  const luma = new Float64Array(data.length / 3);
  for (let i = 0; i < luma.length; i++) {
    luma[i] =
      0.299 * (data[i * 3] as number) + 0.587 * (data[i * 3 + 1] as number) + 0.114 * (data[i * 3 + 2] as number);
  }
  return luma;
}
