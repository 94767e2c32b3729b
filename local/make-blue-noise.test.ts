import { describe, expect, it } from "vitest";
import { thresholdMap } from "../shared/kernels/threshold-maps.ts";
import { makeBlueNoise } from "./make-blue-noise.ts";

describe("the blue-noise tile", () => {
  it("is the one that the generator makes", () => {
    const ranks = makeBlueNoise();
    expect(new Set(ranks).size).toBe(64 * 64);
    const committed = Array.from(thresholdMap("blue-noise")?.thresholds ?? [], (threshold) => threshold * 4096 - 0.5);
    expect(committed).toEqual([...ranks]);
  });
});
