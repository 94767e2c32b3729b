// Unit vectors as signed bytes with one scale each: a quarter of the memory at no measurable loss of accuracy.
// The scalar reference of shared/kernels/vectors (AssemblyScript), which compares many of them at once.

/** Value of one step of a 16-bit scale. The largest scale of a unit vector, 1/127, is 33,026 steps. */
export const SCALE_UNIT = 2 ** -22;
/** Largest code: symmetric, so that a vector and its opposite lose the same. */
const CODE_MAX = 127;
/** How far (in squared length) a vector may be from unit length: rounding of float32, and no more. */
const UNIT_TOLERANCE = 1e-3;

/**
 * Writes `vector` as codes of -127 to 127; element i is about `codes[i] * scale * SCALE_UNIT`.
 * @param vector of length 1, or zero
 * @param codes at least as long; what is beyond the vector is set to zero
 * @returns the scale, in whole steps of SCALE_UNIT (0–65,535), so that it keeps in 16 bits without rounding
 * @throws RangeError when the vector is not of length 1, or not finite: such a one would poison every comparison
 */
export function quantise(vector: Float32Array, codes: Int8Array): number {
  if (codes.length < vector.length)
    throw new RangeError(`Expecting room for ${vector.length} codes. Got ${codes.length}.`);
  let largest = 0;
  let squares = 0;
  for (let i = 0; i < vector.length; i++) {
    largest = Math.max(largest, Math.abs(vector[i]));
    squares += vector[i] * vector[i];
  }
  if (squares !== 0 && !(Math.abs(squares - 1) <= UNIT_TOLERANCE))
    throw new RangeError(`Expecting a vector of length 1. Got ${Math.sqrt(squares)}.`);
  codes.fill(0);
  const scale = Math.ceil(largest / CODE_MAX / SCALE_UNIT);
  for (let i = 0; i < vector.length && scale > 0; i++) codes[i] = Math.round(vector[i] / (scale * SCALE_UNIT));
  return scale;
}

/** Cosine of two quantised unit vectors, computed as the wasm does: whole numbers, then two scales. */
export function quantisedCosine(a: Int8Array, scaleA: number, b: Int8Array, scaleB: number): number {
  let dot = 0;
  for (let i = 0; i < a.length; i++) dot += a[i] * b[i];
  return Math.fround(Math.fround(dot * Math.fround(scaleA * SCALE_UNIT)) * Math.fround(scaleB * SCALE_UNIT));
}

/** Adds `weight` times the quantised vector, whose codes begin at `start`, to `sum`. */
export function addQuantised(sum: Float32Array, codes: Int8Array, start: number, scale: number, weight: number): void {
  const factor = weight * scale * SCALE_UNIT;
  for (let i = 0; i < sum.length; i++) sum[i] += codes[start + i] * factor;
}

/** Inner product of a sum of vectors with a quantised one, whose codes begin at `start`. */
export function dotQuantised(sum: Float32Array, codes: Int8Array, start: number, scale: number): number {
  let dot = 0;
  for (let i = 0; i < sum.length; i++) dot += sum[i] * codes[start + i];
  return dot * scale * SCALE_UNIT;
}
