// Samples to DCT coefficients by the definition of ITU-T T.81 §A.3.3 in 64-bit floating point, before rounding. For tests; slow.
import type { ReferencePlane } from "./jpeg-planes.ts";

/**
 * @param quantization 64 steps in natural order.
 * @returns the 64 quotients of the block in natural order. Beyond the plane's sides its last samples repeat.
 */
export function forwardBlock(
  plane: ReferencePlane,
  blockColumn: number,
  blockRow: number,
  quantization: ArrayLike<number>,
): Float64Array {
  const samples = Float64Array.from({ length: 64 }, (_, i) => {
    const x = Math.min(plane.widthPx - 1, blockColumn * 8 + (i & 7));
    const y = Math.min(plane.heightPx - 1, blockRow * 8 + (i >> 3));
    return (plane.samples[y * plane.widthPx + x] as number) - 128;
  });
  return Float64Array.from({ length: 64 }, (_, at) => {
    const u = at & 7;
    const v = at >> 3;
    let sum = 0;
    for (let i = 0; i < 64; i++) {
      sum += (samples[i] as number) * cosine(i & 7, u) * cosine(i >> 3, v);
    }
    return (0.25 * norm(u) * norm(v) * sum) / (quantization[at] as number);
  });
}

function cosine(sample: number, frequency: number): number {
  return Math.cos(((2 * sample + 1) * frequency * Math.PI) / 16);
}

function norm(frequency: number): number {
  return frequency === 0 ? Math.SQRT1_2 : 1;
}
