import { describe, expect, it } from "vitest";
import { type DetectedFace, decodeFaces, suppressOverlaps } from "./face-detect-decode.ts";

/** One head over a 64 × 32 input at stride 32: two cells side by side. */
function headOf({ scores, boxes }: { scores: [number, number][]; boxes: number[] }) {
  return {
    stridePx: 32,
    classScores: Float32Array.from(scores, ([score]) => score),
    objectScores: Float32Array.from(scores, ([, score]) => score),
    boxes: Float32Array.from(boxes),
    landmarks: Float32Array.from({ length: scores.length * 10 }, (_, index) => (index % 10) / 10),
  };
}
const INPUT = { widthPx: 64, heightPx: 32, scaleX: 0.5, scaleY: 0.5 };

function faceAt(xPx: number, score01: number, sidePx = 10): DetectedFace {
  return { xPx, yPx: 0, widthPx: sidePx, heightPx: sidePx, score01, landmarksPx: [] };
}

describe("decodeFaces", () => {
  it("maps a cell's offsets to pixels of the image", () => {
    const head = headOf({
      scores: [
        [0, 0],
        [0.9, 0.4],
      ],
      boxes: [0, 0, 0, 0, 0.5, 0.25, Math.log(2), 0],
    });
    const [face, ...others] = decodeFaces([head], INPUT, 0.5);
    expect(others).toEqual([]);
    expect(face.score01).toBeCloseTo(0.6, 6);
    expect(face.widthPx).toBeCloseTo(128, 3);
    expect(face.heightPx).toBeCloseTo(64, 3);
    expect(face.xPx).toBeCloseTo(1.5 * 64 - 64, 3);
    expect(face.yPx).toBeCloseTo(0.25 * 64 - 32, 3);
    expect(face.landmarksPx[0]).toEqual([64, expect.closeTo(0.1 * 64, 3)]);
    expect(face.landmarksPx[4]).toEqual([expect.closeTo(1.8 * 64, 3), expect.closeTo(0.9 * 64, 3)]);
  });

  it("drops cells below the score, and caps what overshoots 0 to 1", () => {
    const head = headOf({
      scores: [
        [1.5, 1.2],
        [0.5, 0.4],
      ],
      boxes: new Array(8).fill(0),
    });
    expect(decodeFaces([head], INPUT, 0.5).map(({ score01 }) => score01)).toEqual([1]);
  });

  it("rejects maps of another input size", () => {
    const head = headOf({ scores: [[0, 0]], boxes: [0, 0, 0, 0] });
    expect(() => decodeFaces([head], INPUT, 0.5)).toThrow("Expecting 2 cells at stride 32. Got 1.");
  });
});

describe("suppressOverlaps", () => {
  it("keeps the best of an overlapping pair, whatever the order", () => {
    const kept = suppressOverlaps([faceAt(2, 0.7), faceAt(0, 0.9), faceAt(30, 0.8)], 0.3);
    expect(kept.map(({ xPx }) => xPx)).toEqual([0, 30]);
  });
  it("measures intersection over union", () => {
    const third = [faceAt(0, 0.9), faceAt(5, 0.8)];
    expect(suppressOverlaps(third, 0.34)).toHaveLength(2);
    expect(suppressOverlaps(third, 0.33)).toHaveLength(1);
  });
  it("keeps a face that only touches another", () => {
    expect(suppressOverlaps([faceAt(0, 0.9), faceAt(10, 0.8)], 0)).toHaveLength(2);
  });
});
