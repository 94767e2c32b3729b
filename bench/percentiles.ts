// Summaries of durations: nearest-rank percentiles, so that every figure printed is one that was measured.

export interface Spread {
  readonly samples: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

export function spreadOf(durationsMs: readonly number[]): Spread {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  return { samples: sorted.length, p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) };
}

function percentile(sorted: readonly number[], share01: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share01) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}
