// Every expected figure is worked out by hand.
import { describe, expect, it } from "vitest";
import { bcubedAgreement, pairwiseAgreement, rankOne01 } from "./grouping.ts";

/** Three of a, two of b; the clustering puts one b to the a's and leaves one a alone. */
const identities = ["a", "a", "a", "b", "b"];
const clusters = [1, 1, 2, 1, 3];

describe("pairs", () => {
  it("are counted: of 3 put together 1 belongs together, of 4 that belong together 1 was", () => {
    const { precision01, recall01, f1 } = pairwiseAgreement(identities, clusters);
    expect(precision01).toBeCloseTo(1 / 3, 12);
    expect(recall01).toBeCloseTo(1 / 4, 12);
    expect(f1).toBeCloseTo(2 / 7, 12);
  });
  it("are all right in a perfect clustering, whatever its names", () => {
    expect(pairwiseAgreement(identities, ["x", "x", "x", "y", "y"])).toEqual({ precision01: 1, recall01: 1, f1: 1 });
  });
  it("contain no mistake where nobody is put together", () => {
    expect(pairwiseAgreement(identities, [1, 2, 3, 4, 5])).toEqual({ precision01: 1, recall01: 0, f1: 0 });
  });
});

describe("BCubed", () => {
  it("averages over the items: precision (2/3 + 2/3 + 1 + 1/3 + 1) / 5, recall (2/3 + 2/3 + 1/3 + 1/2 + 1/2) / 5", () => {
    const { precision01, recall01, f1 } = bcubedAgreement(identities, clusters);
    const [precision, recall] = [11 / 15, 8 / 15];
    expect(precision01).toBeCloseTo(precision, 12);
    expect(recall01).toBeCloseTo(recall, 12);
    expect(f1).toBeCloseTo((2 * precision * recall) / (precision + recall), 12);
  });
  it("gives everybody in one heap full recall, and the precision of the sizes: (3 · 3/5 + 2 · 2/5) / 5", () => {
    const { precision01, recall01 } = bcubedAgreement(identities, [0, 0, 0, 0, 0]);
    expect(precision01).toBeCloseTo(13 / 25, 12);
    expect(recall01).toBe(1);
  });
  it("does not mistake names that look alike when joined", () => {
    expect(bcubedAgreement(["a", "a,1"], ["1,b", "b"]).recall01).toBe(1);
  });
});

describe("rank 1", () => {
  const positions = [0, 1, 10, 2, 30];
  const nearness = (a: number, b: number) => -Math.abs((positions[a] ?? 0) - (positions[b] ?? 0));
  it("asks only those who have somebody to be found", () => {
    // a at 0, 1 and 10 find 1, 0 and (b at) 2: two of three. b at 2 has no other b, c neither.
    expect(rankOne01(["a", "a", "a", "b", "c"], nearness)).toBeCloseTo(2 / 3, 12);
  });
  it("is nothing where nobody appears twice", () => {
    expect(rankOne01(["a", "b"], nearness)).toBeNaN();
  });
});
