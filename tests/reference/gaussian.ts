// A Gaussian blur by its definition in 64-bit floating point, samples beyond an edge repeating it. For tests; slow.
import type { ExactPlane } from "./premultiplied.ts";

/** Standard deviations on either side: as far as doubles matter here. */
const REACH = 5;

export function blurPlane({ widthPx, heightPx, samples }: ExactPlane, sigma: number): Float64Array {
  const radius = Math.ceil(REACH * sigma);
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  const clamp = (at: number, length: number) => Math.min(length - 1, Math.max(0, at));
  const convolve = (sampleAt: (along: number) => number, length: number, at: number) => {
    let total = 0;
    for (let i = -radius; i <= radius; i++) total += (taps[i + radius] as number) * sampleAt(clamp(at + i, length));
    return total / sum;
  };
  const rows = Float64Array.from({ length: widthPx * heightPx }, (_, i) => {
    const row = i - (i % widthPx);
    return convolve((x) => samples[row + x] as number, widthPx, i % widthPx);
  });
  return Float64Array.from({ length: widthPx * heightPx }, (_, i) =>
    convolve((y) => rows[y * widthPx + (i % widthPx)] as number, heightPx, Math.floor(i / widthPx)),
  );
}
