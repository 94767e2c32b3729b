// The wasm store against the scalar reference, and against floats.
import { beforeAll, describe, expect, it } from "vitest";
import { PlainVectorStore } from "../../shared/kernels/plain-vector-store.ts";
import { quantise } from "../../shared/kernels/quantised-vector.ts";
import { cosine, l2Normalise } from "../../shared/kernels/vector.ts";
import { loadVectorsModule } from "../../tests/fixtures/load-vectors-module.ts";
import { madeUpFaces } from "../../tests/fixtures/made-up-faces.ts";
import { VectorIndex } from "./vector-index.ts";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await loadVectorsModule();
});

describe("the wasm store", () => {
  it.each([
    [8, 60],
    [100, 257],
    [128, 700],
    [512, 90],
    [1024, 40],
  ])("of %i dimensions finds what the reference finds, in its order, for %i vectors", (dimensions, faces) => {
    const { vectors } = madeUpFaces({ faces, identities: 9, dimensions, seed: dimensions });
    const wasm = new VectorIndex(module, dimensions);
    const plain = new PlainVectorStore(dimensions);
    for (const vector of vectors) expect(wasm.add(vector)).toBe(plain.add(vector));
    const slots = vectors.map((_, slot) => slot);
    for (const [keep, minimum] of [
      [5, 0.2],
      [127, -1],
      [1, 0.9],
    ] as const) {
      const expected = plain.nearest(slots, keep, minimum);
      for (const [slot, hits] of wasm.nearest(slots, keep, minimum).entries()) {
        expect([...hits.slots]).toEqual([...(expected[slot]?.slots ?? [])]);
        for (const [i, score] of hits.scores.entries()) expect(score).toBeCloseTo(expected[slot]?.scores[i] ?? 9, 6);
      }
    }
    const [sumA, sumB] = [new Float32Array(dimensions), new Float32Array(dimensions)];
    wasm.addTo(sumA, 3, 0.7);
    plain.addTo(sumB, 3, 0.7);
    expect(sumA).toEqual(sumB);
    expect(wasm.dot(sumA, 4)).toBe(plain.dot(sumB, 4));
  });

  it("answers one query as it answers it among others", () => {
    const { vectors } = madeUpFaces({ faces: 301, identities: 20 });
    const wasm = new VectorIndex(module, 128);
    for (const vector of vectors) wasm.add(vector);
    const together = wasm.nearest([7, 8, 9, 10, 11], 10, 0);
    for (const [i, slot] of [7, 8, 9, 10, 11].entries()) expect(wasm.nearest([slot], 10, 0)[0]).toEqual(together[i]);
    const asked = wasm.nearestTo(vectors[7] ?? new Float32Array(), 11, 0);
    expect([...asked.slots]).toEqual([7, ...(together[0]?.slots ?? [])]);
  });

  it("loses less than 0.01 of a cosine to its bytes", () => {
    const { vectors } = madeUpFaces({ faces: 400, identities: 10 });
    const wasm = new VectorIndex(module, 128);
    for (const vector of vectors) wasm.add(vector);
    let worst = 0;
    for (const [slot, hits] of wasm
      .nearest(
        vectors.map((_, i) => i),
        127,
        -1,
      )
      .entries())
      for (const [i, other] of hits.slots.entries()) {
        const exact = cosine(vectors[slot] as Float32Array, vectors[other] as Float32Array);
        worst = Math.max(worst, Math.abs(exact - (hits.scores[i] ?? 9)));
      }
    expect(worst).toBeLessThan(0.01);
  });

  it("keeps 20,000 vectors of 128 numbers in 2.6 MB", () => {
    const wasm = new VectorIndex(module, 128);
    wasm.reserve(20_000);
    // Scratch, and the rest of a 64 KiB page.
    expect(wasm.memoryBytes - 20_000 * (128 + 2)).toBeLessThan(2 * 65_536);
  });

  it("keeps what is stored when it grows, and forgets what is removed", () => {
    const { vectors } = madeUpFaces({ faces: 2000, identities: 30 });
    const wasm = new VectorIndex(module, 128);
    for (const vector of vectors) wasm.add(vector);
    const vector = (slot: number) => vectors[slot] as Float32Array;
    expect(wasm.nearestTo(vector(5), 1, 0.99).slots[0]).toBe(5);
    wasm.remove(5);
    expect(wasm.nearestTo(vector(5), 1, 0.999).slots).toHaveLength(0);
    wasm.replace(0, vector(5));
    expect(wasm.nearestTo(vector(5), 1, 0.99).slots[0]).toBe(0);
    expect(wasm.add(vector(7))).toBe(5);
    expect(wasm.size).toBe(2000);
  });

  it("refuses vectors of another model's length, more than its memory, and numbers that are none", () => {
    const wasm = new VectorIndex(module, 128);
    expect(() => wasm.add(new Float32Array(64))).toThrow(RangeError);
    expect(() => wasm.add(new Float32Array(128).fill(Number.NaN))).toThrow(RangeError);
    expect(() => wasm.add(new Float32Array(128).fill(1))).toThrow(RangeError);
    expect(() => new VectorIndex(module, 1025)).toThrow(/no memory/);
    expect(() => wasm.reserve(1_000_000)).toThrow(/no memory/);
    expect(wasm.add(new Float32Array(128))).toBe(0);
    expect(wasm.nearest([0], 5, 0.1)[0]?.slots).toHaveLength(0);
  });
});

describe("quantising", () => {
  it("maps the largest number to 127 and keeps signs", () => {
    const codes = new Int8Array(16);
    const scale = quantise(l2Normalise(Float32Array.of(3, -3, 1, 0)), codes);
    expect([...codes.subarray(0, 5)]).toEqual([127, -127, 42, 0, 0]);
    expect(scale).toBeLessThanOrEqual(65_535);
  });
});
