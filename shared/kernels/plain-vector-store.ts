// A store of quantised vectors without wasm: the reference that the wasm store is compared with, for tests and small benches.
import type { Hits, VectorStore } from "./neighbours.ts";
import { addQuantised, dotQuantised, quantise, quantisedCosine } from "./quantised-vector.ts";

export class PlainVectorStore implements VectorStore {
  readonly dimensions: number;
  readonly #codes: Int8Array[] = [];
  readonly #scales: number[] = [];

  constructor(dimensions: number) {
    this.dimensions = dimensions;
  }

  get size(): number {
    return this.#codes.length;
  }

  /** @returns the slot of the vector, which has length 1 */
  add(vector: Float32Array): number {
    const codes = new Int8Array(this.dimensions);
    this.#scales.push(quantise(vector, codes));
    return this.#codes.push(codes) - 1;
  }

  nearest(slots: readonly number[], keep: number, minimum: number): readonly Hits[] {
    return slots.map((slot) => {
      const found: { slot: number; score: number }[] = [];
      for (let other = 0; other < this.size; other++) {
        if (other === slot) continue;
        const score = quantisedCosine(this.#codes[slot], this.#scales[slot], this.#codes[other], this.#scales[other]);
        if (score >= minimum) found.push({ slot: other, score });
      }
      const best = found.sort((a, b) => b.score - a.score || a.slot - b.slot).slice(0, keep);
      return {
        slots: Int32Array.from(best, (hit) => hit.slot),
        scores: Float32Array.from(best, (hit) => hit.score),
      };
    });
  }

  addTo(sum: Float32Array, slot: number, weight: number): void {
    addQuantised(sum, this.#codes[slot], 0, this.#scales[slot], weight);
  }

  dot(sum: Float32Array, slot: number): number {
    return dotQuantised(sum, this.#codes[slot], 0, this.#scales[slot]);
  }
}
