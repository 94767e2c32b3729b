import { describe, expect, it } from "vitest";
import { type Box, matchBoxes, overlap01, SAME_FACE_OVERLAP_01 } from "./match-boxes.ts";

const box = (x: number, y: number, width = 10, height = 10): Box => ({ x, y, width, height });

describe("the overlap of two boxes", () => {
  it("is 1 for the same, 0 for neighbours, and what both share over what either covers", () => {
    expect(overlap01(box(0, 0), box(0, 0))).toBe(1);
    expect(overlap01(box(0, 0), box(10, 0))).toBe(0);
    expect(overlap01(box(0, 0), box(5, 0))).toBeCloseTo(50 / 150);
    expect(overlap01(box(0, 0), box(2, 2, 5, 5))).toBeCloseTo(25 / 100);
  });

  it("is 0 for a box without an area", () => {
    expect(overlap01(box(0, 0, 0, 0), box(0, 0))).toBe(0);
  });
});

describe("matched boxes", () => {
  it("are one to one, best overlap first", () => {
    // Both found boxes reach the first known one; the nearer takes it.
    expect(matchBoxes([box(0, 0), box(40, 0)], [box(3, 0), box(1, 0), box(41, 0)])).toEqual([null, 0, 1]);
  });

  it("need an overlap of at least the same-face constant", () => {
    const shift = (10 * (1 - SAME_FACE_OVERLAP_01)) / (1 + SAME_FACE_OVERLAP_01);
    expect(matchBoxes([box(0, 0)], [box(shift - 0.01, 0)])).toEqual([0]);
    expect(matchBoxes([box(0, 0)], [box(shift + 0.01, 0)])).toEqual([null]);
  });

  it("are none where either side is empty", () => {
    expect(matchBoxes([], [box(0, 0)])).toEqual([null]);
    expect(matchBoxes([box(0, 0)], [])).toEqual([]);
  });
});
