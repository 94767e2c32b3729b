import { describe, expect, it } from "vitest";
import { orientImage } from "./orient.ts";
import { type QuarterTurns, turnFaceBack, turnSquarePlanes } from "./quarter-turns.ts";

/** 1 2 over 3 4 */
const SQUARE = Float32Array.of(1, 2, 3, 4);

describe("a square", () => {
  it.each<[QuarterTurns, number[]]>([
    [0, [1, 2, 3, 4]],
    [1, [3, 1, 4, 2]],
    [2, [4, 3, 2, 1]],
    [3, [2, 4, 1, 3]],
  ])("turned %d times clockwise", (turns, expected) => {
    expect([...turnSquarePlanes(SQUARE, 2, turns)]).toEqual(expected);
  });
  it("turns each of its planes for itself", () => {
    expect([...turnSquarePlanes(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2, 1)]).toEqual([3, 1, 4, 2, 7, 5, 8, 6]);
  });
  it("has to be one", () => {
    expect(() => turnSquarePlanes(new Float32Array(5), 2, 1)).toThrow("Expecting planes of 4 numbers. Got 5.");
  });
});

describe("a face", () => {
  const orientations = { 1: 6, 2: 3, 3: 8 } as const;
  it.each([1, 2, 3] as const)("seen after %d turns lies where its pixel was before them", (turns) => {
    const [widthPx, heightPx, x, y] = [7, 4, 5, 1];
    const data = new Uint8Array(widthPx * heightPx * 4);
    data[(y * widthPx + x) * 4] = 255;
    const turned = orientImage({ widthPx, heightPx, data }, orientations[turns]);
    const pos = turned.data.indexOf(255) / 4;
    const [atX, atY] = [pos % turned.widthPx, Math.floor(pos / turned.widthPx)];
    const seen = {
      xPx: atX,
      yPx: atY,
      widthPx: 1,
      heightPx: 1,
      score01: 1,
      landmarksPx: [[atX + 0.5, atY + 0.5]] as const,
    };
    expect(turnFaceBack(seen, turns, { widthPx, heightPx })).toEqual({
      xPx: x,
      yPx: y,
      widthPx: 1,
      heightPx: 1,
      score01: 1,
      landmarksPx: [[x + 0.5, y + 0.5]],
    });
  });
});
