import { describe, expect, it } from "vitest";
import { cosine, l2Normalise } from "./vector.ts";

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
