// Which renders are worth keeping: those that many addresses ask for alike. Everything else is made as asked and kept nowhere.
import { QUALITY_STEP, SIZE_LADDER } from "../limits.ts";
import type { Transform } from "./transform.ts";

/** Steps (of a factor, an amount, a standard deviation in px) that are kept; what is between them is not. */
const FACTOR_STEP = 0.1;
const STRENGTH_STEP = 0.25;
/** Factors above this are looks nobody shares. */
const FACTOR_MOST = 3;
const BLURS: readonly number[] = [0.5, 1, 1.5, 2, 3, 4, 5, 8, 10, 15, 20, 30, 40, 50, 100];
const PIXEL_BLOCKS: readonly number[] = [2, 4, 8, 10, 12, 16, 20, 24, 32, 48, 64];
const TRIMS: readonly number[] = [0, 5, 10, 15, 20, 25, 50];
const BACKGROUNDS: readonly string[] = ["000000", "ffffff"];
/** Options with a free value that one kept render has at most; each multiplies how many there can be. */
const FREE_VALUES_MAX = 2;

/**
 * @returns whether a render is kept in storage. Cuts, points, insets, other colours and marks are the asker's own, and never are; of
 * the rest, only what lies on SIZE_LADDER and on the steps above. Those are still many: an account keeps so many a day (ATTEMPT_LIMITS).
 */
export function isOnLadder(transform: Transform): boolean {
  const { width, height, quality, dither, gravity, crop, pad, border, watermark, background } = transform;
  if (gravity?.kind === "point" || crop || pad || border || watermark || !isOneOf(background, BACKGROUNDS))
    return false;
  if (dither?.palette?.kind === "colours") return false;
  const { brightness, contrast, gamma, saturation, sharpen, blur, pixelate, trim } = transform;
  const free = [brightness, contrast, gamma, saturation, sharpen, blur, pixelate, trim, dither?.strength];
  return (
    [width, height].every((side) => side === undefined || SIZE_LADDER.includes(side)) &&
    isStep(quality, QUALITY_STEP, 100) &&
    [brightness, contrast, gamma, saturation, sharpen].every((value) => isStep(value, FACTOR_STEP, FACTOR_MOST)) &&
    isStep(dither?.strength, STRENGTH_STEP, 1) &&
    isOneOf(blur, BLURS) &&
    isOneOf(pixelate, PIXEL_BLOCKS) &&
    isOneOf(trim, TRIMS) &&
    free.filter((value) => value !== undefined).length <= FREE_VALUES_MAX
  );
}

/** Within rounding: three steps of 0.1 are 0.30000000000000004. */
function isStep(value: number | undefined, step: number, most: number): boolean {
  return value === undefined || (value <= most && Math.abs(value / step - Math.round(value / step)) < 1e-6);
}

function isOneOf<T>(value: T | undefined, steps: readonly T[]): boolean {
  return value === undefined || steps.includes(value);
}
