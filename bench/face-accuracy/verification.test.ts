// Every expected figure is worked out by hand from four or five scores.
import { describe, expect, it } from "vitest";
import { balancedAccuracy01, bestPoint, operatingPoint, pointAtFar, rocAuc, rocCurve } from "./verification.ts";

/** Of the 3 × 4 comparisons same pairs win 4 (0.9), 4 (0.8) and 2.5 (0.3: above 0.2 and 0.1, level with 0.3): 10.5 of 12. */
const scores = { same: [0.9, 0.3, 0.8], different: [0.1, 0.5, 0.3, 0.2] };

describe("the area under the curve", () => {
  it("is the share of comparisons won, ties half", () => {
    expect(rocAuc(scores)).toBeCloseTo(10.5 / 12, 12);
  });
  it("is 1 for perfect order, 0 for the reverse, a half for indifference", () => {
    expect(rocAuc({ same: [3, 4], different: [1, 2] })).toBe(1);
    expect(rocAuc({ same: [1, 2], different: [3, 4] })).toBe(0);
    expect(rocAuc({ same: [1, 1], different: [1, 1, 1] })).toBe(0.5);
  });
  it("equals the trapezoids under the drawn curve", () => {
    const curve = rocCurve(scores);
    const area = curve.slice(1).reduce((sum, point, i) => {
      const before = curve[i] ?? point;
      const width = point.falseAcceptRate01 - before.falseAcceptRate01;
      return sum + (width * (point.trueAcceptRate01 + before.trueAcceptRate01)) / 2;
    }, 0);
    expect(area).toBeCloseTo(rocAuc(scores), 12);
  });
  it("is nothing without both kinds of pairs", () => {
    expect(rocAuc({ same: [1], different: [] })).toBeNaN();
  });
});

describe("a threshold", () => {
  it("accepts what reaches it", () => {
    const point = operatingPoint(scores, 0.3);
    expect(point).toEqual({ threshold: 0.3, trueAcceptRate01: 1, falseAcceptRate01: 0.5 });
    expect(balancedAccuracy01(point)).toBe(0.75);
  });
  it("is best where both kinds are answered best together", () => {
    expect(bestPoint(scores)).toEqual({ threshold: 0.8, trueAcceptRate01: 2 / 3, falseAcceptRate01: 0 });
  });
});

describe("true accepts at a false accept rate", () => {
  it("are as many as can be had within the rate", () => {
    expect(pointAtFar(scores, 0.25)).toEqual({ threshold: 0.5, trueAcceptRate01: 2 / 3, falseAcceptRate01: 0.25 });
    expect(pointAtFar(scores, 0.5)).toEqual({ threshold: 0.3, trueAcceptRate01: 1, falseAcceptRate01: 0.5 });
    expect(pointAtFar(scores, 1).trueAcceptRate01).toBe(1);
  });
  it("accept no different pair where the rate allows less than one", () => {
    expect(pointAtFar(scores, 0.01)).toMatchObject({ threshold: 0.8, falseAcceptRate01: 0 });
  });
  it("are none where a different pair scores highest", () => {
    expect(pointAtFar({ same: [0.5], different: [0.9, 0.1] }, 0.1).trueAcceptRate01).toBe(0);
  });
});
