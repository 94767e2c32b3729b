// The whole report over five made-up images, whose similarities can be told in the head.
import { expect, it } from "vitest";
import { drawAccuracy } from "./accuracy-plot.ts";
import { accuracyText } from "./accuracy-text.ts";
import { evaluateFaces } from "./evaluate-faces.ts";
import type { FaceAnswer } from "./worker/face-answer.ts";

const face = (...embedding: number[]) => ({
  box: { x: 0, y: 0, width: 1, height: 1 },
  landmarks: [],
  score: 0.9,
  quality: 0.5,
  embedding,
});
const seen = (...faces: ReturnType<typeof face>[]): FaceAnswer => ({
  kind: "read",
  modelId: "model-1",
  widthPx: 10,
  heightPx: 10,
  faces,
});
const labels = {
  images: ["ann", "ann", "ben", "ben", "ben"].map((identity, i) => ({ file: `${i}`, identity, domain: "film" })),
  pairs: [
    { a: "0", b: "1", isSame: true, domain: "film" },
    { a: "2", b: "3", isSame: true, domain: "film" },
    { a: "0", b: "2", isSame: false, domain: "film" },
    { a: "1", b: "3", isSame: false, domain: "film" },
  ],
};
/** Ann along one axis, Ben along the other; a stranger behind Ann; Ben's second picture shows nobody, his third cannot be read. */
const answers = new Map<string, FaceAnswer>([
  ["0", seen(face(1, 0), face(0, 1))],
  ["1", seen(face(0.8, 0.6))],
  ["2", seen(face(0, 1))],
  ["3", seen()],
  ["4", { kind: "unreadable", reason: "failed: corrupt" }],
]);
const report = evaluateFaces(labels, answers, [{ name: "suggest", value: 0.5 }], {
  thresholds: { suggest: 0.5, link: 0.6 },
  minQuality: 0.1,
});

it("counts faces found, and names the images without", () => {
  expect(report.detection).toEqual({
    images: 5,
    found: 3,
    withVector: 3,
    several: 1,
    unreadable: ["4"],
    missed: ["3"],
  });
});

it("takes a face that was not found for nobody: its pairs are never accepted", () => {
  expect(report.pairs).toMatchObject({ same: 2, different: 2, auc: 0.625 });
  expect(report.pairs.atThresholds).toEqual([
    { name: "suggest", value: 0.5, threshold: 0.5, balanced01: 0.75, trueAcceptRate01: 0.5, falseAcceptRate01: 0 },
  ]);
});

it("compares every image with every other: 4 pairs of one person, 6 of two", () => {
  expect(report.everyPair).toMatchObject({ same: 4, different: 6 });
  expect(report.everyPair.atFar.map(({ allowedPairs }) => allowedPairs)).toEqual([0, 0]);
});

it("says the same of signed bytes, but for a little", () => {
  expect(report.int8.largestShift).toBeGreaterThan(0);
  expect(report.int8.largestShift).toBeLessThan(0.01);
  expect(report.int8.pairs.auc).toBe(report.pairs.auc);
});

it("claims no accuracy of a rate that allows less than one pair, in words either", () => {
  const text = accuracyText(report, "suggest");
  expect(text).toContain("a face in 3 of 5 labelled images (60.0 %), more than one in 1");
  expect(text).toContain("no face: 3");
  expect(text).toContain("unreadable: 4");
  expect(text).toContain("FAR 0.01 rests on 0 of 6 different pairs");
  expect(text.split("\n").find((line) => line.startsWith("every pair"))).toMatch(/–\s+–$/);
});

it("does not speak of faces where a model claims none", () => {
  const centre = { ...face(1, 0), score: 0 };
  const builtin = evaluateFaces(labels, new Map([["0", seen(centre)]]), [], null);
  expect(builtin.detection).toMatchObject({ found: 0, withVector: 1 });
  expect(accuracyText(builtin, "similar")).toContain("claims no face; a vector of the centre for 1 of 5 images");
});

it("groups by the product's own rules: Ann's two pictures, Ben with a stranger in Ann's, and who was not found alone", () => {
  expect(report.grouping).toMatchObject({ faces: 4, groups: 2, alone: 2, identities: 2 });
  expect(report.grouping?.pairwise).toEqual({ precision01: 1, recall01: 1 / 4, f1: 2 / 5 });
  expect(accuracyText(report, "suggest")).toContain("4 faces, 2 people of 2 labelled, 2 labelled images alone");
});

it("draws a picture without a number that is none", () => {
  const svg = drawAccuracy(report, evaluateFaces(labels, new Map(), [], null));
  expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});
