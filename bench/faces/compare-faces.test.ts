import { expect, it } from "vitest";
import { compareFaces } from "./compare-faces.ts";
import type { PlainFace } from "./worker/face-work.ts";

function face(x: number, embedding: readonly number[]): PlainFace {
  return { box: { x, y: 0.1, width: 0.2, height: 0.3 }, landmarks: [], score: 0.9, quality: 0.5, embedding };
}

it("pairs faces by their boxes, whatever their order, and reports the worst cosine", () => {
  const ours = [face(0.1, [1, 0]), face(0.5, [0, 1])];
  const theirs = [face(0.5, [0.6, 0.8]), face(0.1, [2, 0])];
  const parity = compareFaces([
    {
      name: "a",
      ours,
      theirs,
      crops: [
        { ours: [1, 0], theirs: [3, 0] },
        { ours: [1, 0], theirs: [0.6, 0.8] },
      ],
    },
    { name: "b", ours: [], theirs: [], crops: [] },
  ]);
  expect(parity).toMatchObject({ photos: 2, faces: 2, equalPhotos: 2, unequal: [] });
  expect(parity.minCosineEndToEnd).toBeCloseTo(0.8, 6);
  expect(parity.minCosineOfCrops).toBeCloseTo(0.6, 6);
});

it("calls photos unequal whose faces are more, elsewhere, or found twice", () => {
  const one = face(0.1, [1, 0]);
  const unequal = (ours: PlainFace[], theirs: PlainFace[]) =>
    compareFaces([{ name: "p", ours, theirs, crops: [] }]).unequal;
  expect(unequal([one], [])).toEqual(["p: 1 and 0 faces"]);
  expect(unequal([one], [face(0.15, [1, 0])])).toHaveLength(1);
  expect(unequal([one, one], [one, face(0.5, [1, 0])])).toHaveLength(1);
});
