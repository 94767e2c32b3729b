// Arithmetic on embeddings. Pure; vectors of different models must never meet here (the caller compares ids).

/**
 * The vector scaled to length 1, as a new array. A zero vector stays zero.
 * @throws RangeError when an element is not finite: such a vector would poison every later comparison.
 */
export function l2Normalise(vector: Float32Array): Float32Array {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += vector[i] * vector[i];
  if (!Number.isFinite(squares)) throw new RangeError(`Expecting finite numbers in a vector of ${vector.length}.`);
  const length = Math.sqrt(squares) || 1;
  const unit = new Float32Array(vector.length);
  for (let i = 0; i < vector.length; i++) unit[i] = vector[i] / length;
  return unit;
}

/**
 * Cosine of the angle between two vectors: -1 (opposite) to 1 (same direction); 0 when either is zero.
 * @throws RangeError when the lengths differ.
 */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`Expecting vectors of one length. Got ${a.length} and ${b.length}.`);
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    squaresA += a[i] * a[i];
    squaresB += b[i] * b[i];
  }
  return dot === 0 ? 0 : dot / Math.sqrt(squaresA * squaresB);
}
