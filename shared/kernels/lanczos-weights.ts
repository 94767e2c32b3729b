// The taps of a one-dimensional Lanczos3 reduction in fixed point. Used for rows and for columns alike.

/** Fraction bits of a weight: 14 leave room for 255 * 64 * sum of |weights| (about 1.3) in 32 bits. */
export const WEIGHT_BITS = 14;
const ONE = 1 << WEIGHT_BITS;
/** Lobes on either side: the a of Lanczos3. */
const LOBES = 3;

export interface LanczosTaps {
  /** First source index of every target index. */
  readonly starts: Int32Array;
  /** Taps of every target index; all inside the source. */
  readonly counts: Int32Array;
  /** Row of weights per target index, `maxTaps` apart; each row sums to exactly 1, so that flat stays flat. */
  readonly weights: Int32Array;
  readonly maxTaps: number;
}

/** sinc(x) * sinc(x / 3) for |x| < 3 (C. Duchon, "Lanczos filtering in one and two dimensions", 1979). */
export function lanczos3(x: number): number {
  if (x === 0) return 1;
  if (x <= -LOBES || x >= LOBES) return 0;
  const t = Math.PI * x;
  return (LOBES * Math.sin(t) * Math.sin(t / LOBES)) / (t * t);
}

/**
 * @param sourceLength Samples in; at least `targetLength`: this never enlarges.
 * @param targetLength Samples out, at least 1. The kernel is stretched by source / target, so every source sample counts.
 */
export function makeLanczosTaps(sourceLength: number, targetLength: number): LanczosTaps {
  const scale = sourceLength / targetLength;
  const support = LOBES * scale;
  const maxTaps = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(targetLength);
  const counts = new Int32Array(targetLength);
  const weights = new Int32Array(targetLength * maxTaps);
  const exact = new Float64Array(maxTaps);
  for (let target = 0; target < targetLength; target++) {
    const center = (target + 0.5) * scale - 0.5;
    const start = Math.max(0, Math.ceil(center - support));
    const end = Math.min(sourceLength - 1, Math.floor(center + support));
    const count = end - start + 1;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += exact[i] = lanczos3((start + i - center) / scale);
    const row = target * maxTaps;
    let rest = ONE;
    let largest = 0;
    for (let i = 0; i < count; i++) {
      const weight = Math.round((exact[i] / sum) * ONE);
      weights[row + i] = weight;
      rest -= weight;
      if (weight > weights[row + largest]) largest = i;
    }
    // The rounding error goes where it is relatively smallest.
    weights[row + largest] += rest;
    starts[target] = start;
    counts[target] = count;
  }
  return { starts, counts, weights, maxTaps };
}
