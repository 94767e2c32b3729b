// Error diffusion by the coefficients of the papers: which share of a pixel's error goes to which pixel after it.

/** Pixels to the side (positive: ahead), rows down, and the share's numerator. */
type Tap = readonly [across: number, down: number, share: number];

export interface DiffusionMethod {
  readonly taps: readonly Tap[];
  readonly divisor: number;
}

const SIERRA_SIDES = [2, 4, 5, 4, 2];

function row(down: number, from: number, shares: readonly number[]): Tap[] {
  return shares.map((share, i): Tap => [from + i, down, share]).filter(([, , share]) => share > 0);
}

export const DIFFUSION_METHODS = {
  /** R. W. Floyd, L. Steinberg: An adaptive algorithm for spatial grey scale (1976). */
  "floyd-steinberg": { divisor: 16, taps: [...row(0, 1, [7]), ...row(1, -1, [3, 5, 1])] },
  /** What many programs call by their names, with three taps. */
  "false-floyd-steinberg": { divisor: 8, taps: [...row(0, 1, [3]), ...row(1, 0, [3, 2])] },
  /** J. F. Jarvis, C. N. Judice, W. H. Ninke: A survey of techniques for the display of continuous tone pictures (1976). */
  "jarvis-judice-ninke": {
    divisor: 48,
    taps: [...row(0, 1, [7, 5]), ...row(1, -2, [3, 5, 7, 5, 3]), ...row(2, -2, [1, 3, 5, 3, 1])],
  },
  /** Bill Atkinson for the Macintosh: hands on three quarters, which keeps contrast and loses the ends. */
  atkinson: { divisor: 8, taps: [...row(0, 1, [1, 1]), ...row(1, -1, [1, 1, 1]), ...row(2, 0, [1])] },
  /** P. Stucki: MECCA, a multiple-error correction computation algorithm (1981). */
  stucki: {
    divisor: 42,
    taps: [...row(0, 1, [8, 4]), ...row(1, -2, [2, 4, 8, 4, 2]), ...row(2, -2, [1, 2, 4, 2, 1])],
  },
  /** D. Burkes (1988). */
  burkes: { divisor: 32, taps: [...row(0, 1, [8, 4]), ...row(1, -2, [2, 4, 8, 4, 2])] },
  /** F. Sierra (1989), and his two smaller ones (1990). */
  sierra: { divisor: 32, taps: [...row(0, 1, [5, 3]), ...row(1, -2, SIERRA_SIDES), ...row(2, -1, [2, 3, 2])] },
  "sierra-two-row": { divisor: 16, taps: [...row(0, 1, [4, 3]), ...row(1, -2, [1, 2, 3, 2, 1])] },
  "sierra-lite": { divisor: 4, taps: [...row(0, 1, [2]), ...row(1, -1, [1, 1])] },
  /** R. L. Stevenson, G. R. Arce: Binary display of hexagonally sampled continuous-tone images (1985). */
  "stevenson-arce": {
    divisor: 200,
    taps: [
      ...row(0, 2, [32]),
      ...row(1, -3, [12, 0, 26, 0, 30, 0, 16]),
      ...row(2, -2, [12, 0, 26, 0, 12]),
      ...row(3, -3, [5, 0, 12, 0, 12, 0, 5]),
    ],
  },
} as const satisfies Record<string, DiffusionMethod>;

export type DiffusionName = keyof typeof DIFFUSION_METHODS;

/** Share of an error that goes to the pixel so far away. */
export function shareOf({ taps, divisor }: DiffusionMethod, across: number, down: number): number {
  const [, , share] = taps.find(([x, y]) => x === across && y === down) ?? [0, 0, 0];
  return share / divisor;
}
