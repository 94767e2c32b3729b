// AssemblyScript. Floats to int16, each row (the channels of one pixel) by a scale of its own: what a pixel becomes never depends
// on its neighbours, nor on how the work is cut into blocks.

/**
 * Largest quantised activation. With 13 bits here the weights keep at least 11 in the widest layer we know, and no sum of
 * products can leave int32: the planner scales each output channel's weights so that Σ|weight| × this stays below 2³¹.
 */
export const QUANTISED_MAX: f32 = 8191.0;

/** 1.5 × 2²³: adding it leaves the nearest integer (ties to even) in the low bits of a float32. */
const ROUNDING: f32 = 12582912.0;
const ROUNDING_BITS: i32 = 0x4b400000;

/**
 * @param from rows of `depth` floats, one after the other
 * @param depth channels, a multiple of 8
 * @param to receives rows × depth int16
 * @param scales receives one float a row: value ≈ quantised × scale
 */
export function quantiseRows(from: usize, rows: i32, depth: i32, to: usize, scales: usize): void {
  const rowBytes = <usize>depth << 2;
  for (let row = 0; row < rows; row++) {
    const end = from + rowBytes;
    const largest = largestMagnitude(from, end);
    store<f32>(scales, largest / QUANTISED_MAX);
    quantiseRow(from, end, to, largest > 0 ? QUANTISED_MAX / largest : 0);
    from = end;
    to += rowBytes >> 1;
    scales += 4;
  }
}

function largestMagnitude(from: usize, end: usize): f32 {
  let even = f32x4.splat(0);
  let odd = even;
  for (let pos = from; pos < end; pos += 32) {
    even = f32x4.pmax(even, f32x4.abs(v128.load(pos)));
    odd = f32x4.pmax(odd, f32x4.abs(v128.load(pos + 16)));
  }
  even = f32x4.pmax(even, odd);
  even = f32x4.pmax(even, v128.shuffle<i32>(even, even, 2, 3, 0, 1));
  even = f32x4.pmax(even, v128.shuffle<i32>(even, even, 1, 0, 3, 2));
  return f32x4.extract_lane(even, 0);
}

function quantiseRow(from: usize, end: usize, to: usize, gain: f32): void {
  const gains = f32x4.splat(gain);
  const rounding = f32x4.splat(ROUNDING);
  const roundingBits = i32x4.splat(ROUNDING_BITS);
  for (; from < end; from += 32) {
    const low = f32x4.add(f32x4.mul(v128.load(from), gains), rounding);
    const high = f32x4.add(f32x4.mul(v128.load(from + 16), gains), rounding);
    v128.store(to, i16x8.narrow_i32x4_s(i32x4.sub(low, roundingBits), i32x4.sub(high, roundingBits)));
    to += 16;
  }
}
