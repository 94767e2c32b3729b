import { describe, expect, it } from "vitest";
import { cosine, cosineInt8, l2Normalise, quantiseInt8 } from "./vector.ts";

describe("l2Normalise", () => {
  it("scales to length 1 without touching its input", () => {
    const vector = Float32Array.of(3, 0, -4);
    expect([...l2Normalise(vector)]).toEqual([Math.fround(0.6), 0, Math.fround(-0.8)]);
    expect([...vector]).toEqual([3, 0, -4]);
  });
  it("leaves a zero vector zero", () => expect([...l2Normalise(new Float32Array(2))]).toEqual([0, 0]));
  it.each([Number.NaN, Number.POSITIVE_INFINITY])("rejects %s", (bad) => {
    expect(() => l2Normalise(Float32Array.of(1, bad))).toThrow(/finite numbers in a vector of 2/);
  });
});

describe("cosine", () => {
  it.each([
    [[1, 0], [5, 0], 1],
    [[1, 0], [-2, 0], -1],
    [[1, 0], [0, 3], 0],
    [[1, 1], [1, 0], Math.SQRT1_2],
    [[0, 0], [1, 0], 0],
  ])("of %j and %j is %d", (a, b, expected) => {
    expect(cosine(Float32Array.from(a), Float32Array.from(b))).toBeCloseTo(expected, 12);
  });
  it("rejects vectors of different lengths", () => {
    expect(() => cosine(new Float32Array(2), new Float32Array(3))).toThrow("Got 2 and 3");
  });
});

describe("signed bytes", () => {
  it("keep the direction: the largest element becomes ±127, the rest in proportion", () => {
    expect([...quantiseInt8(Float32Array.of(0.5, -0.25, 0))]).toEqual([127, -63, 0]);
    expect([...quantiseInt8(Float32Array.of(0.1, -0.4))]).toEqual([32, -127]);
    expect([...quantiseInt8(new Float32Array(3))]).toEqual([0, 0, 0]);
  });
  it("give cosines within a hundredth of the floats' even of eight dimensions", () => {
    const wave = (phase: number) => Float32Array.from({ length: 8 }, (_, i) => Math.sin(i * 1.7 + phase));
    for (let phase = 0; phase < 6; phase += 0.1) {
      const [a, b] = [wave(0), wave(phase)];
      expect(Math.abs(cosineInt8(quantiseInt8(a), quantiseInt8(b)) - cosine(a, b))).toBeLessThan(0.01);
    }
  });
  it("are compared exactly, and only at one length", () => {
    expect(cosineInt8(Int8Array.of(3, 4), Int8Array.of(4, 3))).toBe(24 / 25);
    expect(cosineInt8(Int8Array.of(0, 0), Int8Array.of(4, 3))).toBe(0);
    expect(() => cosineInt8(new Int8Array(2), new Int8Array(3))).toThrow("Got 2 and 3");
  });
  it("cannot hold what is not finite", () => {
    expect(() => quantiseInt8(Float32Array.of(1, Number.NaN))).toThrow("finite numbers in a vector of 2");
  });
});
