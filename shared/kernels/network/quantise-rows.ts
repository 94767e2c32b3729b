// AssemblyScript. Floats to int16, by a scale of their own: each pixel (the channels of one row) for pointwise convolutions, each
// image for those that look at several pixels. What a pixel becomes never depends on other images, nor on how work is cut into blocks.

/**
 * Largest quantised activation, 2^13.5. No sum of products can leave int32, because each output channel's weights are scaled so
 * that the worst Σ weight × this stays below 2³¹ (inference/network/pack-weights.ts): what is given to activations is taken from
 * weights. Measured on faces: 2^12 and 2^15 are two to three times less exact.
 */
export const QUANTISED_MAX: f32 = 11585.0;

/** 1.5 × 2²³: adding it leaves the nearest integer (ties to even) in the low bits of a float32. */
const ROUNDING: f32 = 12582912.0;
const ROUNDING_BITS: i32 = 0x4b400000;
/** Keeps a row of zeros from being divided by; far below any activation that matters. */
const SMALLEST_MAXIMUM: f32 = 1e-30;

/**
 * Four rows at a time: their largest values are found, and divided by, together.
 * @param from rows of `depth` floats, one after the other; memory up to the next multiple of four rows must exist
 * @param depth channels, a multiple of 8
 * @param to receives rows × depth int16, up to the next multiple of four rows
 * @param scales receives one float a row, as many: value ≈ quantised × scale
 */
export function quantiseRows(from: usize, rows: i32, depth: i32, to: usize, scales: usize): void {
  const rowBytes = <usize>depth << 2;
  for (let row = 0; row < rows; row += 4) {
    const from1 = from + rowBytes, from2 = from1 + rowBytes, from3 = from2 + rowBytes;
    const maxima = f32x4.pmax(largestOfFour(from, from1, from2, from3, rowBytes), f32x4.splat(SMALLEST_MAXIMUM));
    v128.store(scales, f32x4.mul(maxima, f32x4.splat(1 / QUANTISED_MAX)));
    const gains = f32x4.div(f32x4.splat(QUANTISED_MAX), maxima);
    quantise(from, from1, to, v128.shuffle<i32>(gains, gains, 0, 0, 0, 0));
    to += rowBytes >> 1;
    quantise(from1, from2, to, v128.shuffle<i32>(gains, gains, 1, 1, 1, 1));
    to += rowBytes >> 1;
    quantise(from2, from3, to, v128.shuffle<i32>(gains, gains, 2, 2, 2, 2));
    to += rowBytes >> 1;
    quantise(from3, from3 + rowBytes, to, v128.shuffle<i32>(gains, gains, 3, 3, 3, 3));
    to += rowBytes >> 1;
    from = from3 + rowBytes;
    scales += 16;
  }
}

/**
 * One scale for all of `count` floats.
 * @param count a multiple of 4; up to seven int16 more are written than that
 * @returns the scale
 */
export function quantiseImage(from: usize, count: i32, to: usize): f32 {
  const end = from + (<usize>count << 2);
  let largest = f32x4.splat(SMALLEST_MAXIMUM);
  for (let pos = from; pos < end; pos += 16) largest = f32x4.pmax(largest, f32x4.abs(v128.load(pos)));
  largest = f32x4.pmax(largest, v128.shuffle<i32>(largest, largest, 2, 3, 0, 1));
  largest = f32x4.pmax(largest, v128.shuffle<i32>(largest, largest, 1, 0, 3, 2));
  const maximum = f32x4.extract_lane(largest, 0);
  quantise(from, end, to, f32x4.splat(QUANTISED_MAX / maximum));
  return maximum / QUANTISED_MAX;
}

/** The largest magnitude of each of four rows, in four lanes. */
// @ts-ignore: decorator
@inline
function largestOfFour(from0: usize, from1: usize, from2: usize, from3: usize, rowBytes: usize): v128 {
  const end = from0 + rowBytes;
  let largest0 = f32x4.splat(0), largest1 = largest0, largest2 = largest0, largest3 = largest0;
  for (; from0 < end; from0 += 16) {
    largest0 = f32x4.pmax(largest0, f32x4.abs(v128.load(from0)));
    largest1 = f32x4.pmax(largest1, f32x4.abs(v128.load(from1)));
    largest2 = f32x4.pmax(largest2, f32x4.abs(v128.load(from2)));
    largest3 = f32x4.pmax(largest3, f32x4.abs(v128.load(from3)));
    from1 += 16;
    from2 += 16;
    from3 += 16;
  }
  const evens01 = v128.shuffle<i32>(largest0, largest1, 0, 4, 2, 6), odds01 = v128.shuffle<i32>(largest0, largest1, 1, 5, 3, 7);
  const evens23 = v128.shuffle<i32>(largest2, largest3, 0, 4, 2, 6), odds23 = v128.shuffle<i32>(largest2, largest3, 1, 5, 3, 7);
  const pairs01 = f32x4.pmax(evens01, odds01), pairs23 = f32x4.pmax(evens23, odds23);
  return f32x4.pmax(
    v128.shuffle<i32>(pairs01, pairs23, 0, 1, 4, 5),
    v128.shuffle<i32>(pairs01, pairs23, 2, 3, 6, 7),
  );
}

// @ts-ignore: decorator
@inline
function quantise(from: usize, end: usize, to: usize, gains: v128): void {
  const rounding = f32x4.splat(ROUNDING);
  const roundingBits = i32x4.splat(ROUNDING_BITS);
  for (; from < end; from += 32) {
    const low = f32x4.add(f32x4.mul(v128.load(from), gains), rounding);
    const high = f32x4.add(f32x4.mul(v128.load(from, 16), gains), rounding);
    v128.store(to, i16x8.narrow_i32x4_s(i32x4.sub(low, roundingBits), i32x4.sub(high, roundingBits)));
    to += 16;
  }
}
