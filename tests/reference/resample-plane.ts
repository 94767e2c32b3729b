// Lanczos3 resampling of one plane by its textbook definition in 64-bit floating point. For tests; slow.
import type { ExactPlane } from "./premultiplied.ts";

/** Source samples per target sample along one axis, and the target grid's shift in its own samples. */
export interface Placement {
  readonly step: number;
  readonly phase: number;
}

/** @returns samples before rounding, clamped to 0…255. */
export function resamplePlane(
  source: ExactPlane,
  widthPx: number,
  heightPx: number,
  columns?: Placement,
  rows?: Placement,
): Float64Array {
  return resampleFreely(source, widthPx, heightPx, columns, rows).map((sample) => Math.min(255, Math.max(0, sample)));
}

/** @returns samples before rounding, overshoot and all. */
export function resampleFreely(
  source: ExactPlane,
  widthPx: number,
  heightPx: number,
  columns: Placement = { step: source.widthPx / widthPx, phase: 0 },
  rows: Placement = { step: source.heightPx / heightPx, phase: 0 },
): Float64Array {
  const columnTaps = tapsOf(source.widthPx, widthPx, columns);
  const rowTaps = tapsOf(source.heightPx, heightPx, rows);
  const middle = new Float64Array(heightPx * source.widthPx);
  rowTaps.forEach((taps, y) => {
    for (const { at, weight } of taps) {
      for (let x = 0; x < source.widthPx; x++) {
        const to = y * source.widthPx + x;
        middle[to] = (middle[to] as number) + weight * (source.samples[at * source.widthPx + x] as number);
      }
    }
  });
  const target = new Float64Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    columnTaps.forEach((taps, x) => {
      let sum = 0;
      for (const { at, weight } of taps) sum += weight * (middle[y * source.widthPx + at] as number);
      target[y * widthPx + x] = sum;
    });
  }
  return target;
}

function tapsOf(sourceLength: number, targetLength: number, { step, phase }: Placement) {
  const stretch = Math.max(1, step);
  return Array.from({ length: targetLength }, (_, target) => {
    const center = (target + 0.5 + phase) * step - 0.5;
    const taps: { at: number; weight: number }[] = [];
    for (let i = Math.ceil(center - 3 * stretch); i <= center + 3 * stretch; i++) {
      taps.push({ at: Math.min(sourceLength - 1, Math.max(0, i)), weight: lanczos3((i - center) / stretch) });
    }
    const sum = taps.reduce((total, { weight }) => total + weight, 0);
    return taps.map(({ at, weight }) => ({ at, weight: weight / sum }));
  });
}

function lanczos3(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= 3) return 0;
  return (3 * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / 3)) / (Math.PI * x) ** 2;
}
