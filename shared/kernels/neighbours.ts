// What grouping needs of a store of vectors, whoever keeps it: the wasm store in Workers, a plain one in tests.

/** The best of a search, best first: `slots[i]` scored `scores[i]`. */
export interface Hits {
  readonly slots: Int32Array;
  readonly scores: Float32Array;
}

/** Quantised unit vectors by slot, 0 to `size` - 1. */
export interface VectorStore {
  readonly dimensions: number;
  readonly size: number;
  /** The slots most like each of the given ones, themselves left out; cosines from `minimum` on, at most `keep` (≤ 127) each. */
  nearest(slots: readonly number[], keep: number, minimum: number): readonly Hits[];
  /** Adds `weight` times the vector of a slot to `sum`. */
  addTo(sum: Float32Array, slot: number, weight: number): void;
  /** Inner product of `sum` with the vector of a slot. */
  dot(sum: Float32Array, slot: number): number;
}
