import { describe, expect, it } from "vitest";
import { GRADIENT_DIMENSIONS, gradientHistogram } from "./gradient-histogram.ts";
import { cosine } from "./vector.ts";

const SIDE_PX = 64;

function picture(luma: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: SIDE_PX * SIDE_PX }, (_, pos) => luma(pos % SIDE_PX, Math.floor(pos / SIDE_PX)));
}
const scene = (x: number, y: number) => 120 + 60 * Math.sin(x * 0.2 + y * 0.05) + 50 * Math.cos((y - x * 0.3) * 0.15);
const describePicture = (luma: (x: number, y: number) => number) => gradientHistogram(picture(luma), SIDE_PX);

it("says nothing about a picture without an edge", () => {
  expect(describePicture(() => 90)).toEqual(new Float32Array(GRADIENT_DIMENSIONS));
});

it("says the same of a picture and its mirror image", () => {
  const [original, mirrored] = [describePicture(scene), describePicture((x, y) => scene(SIDE_PX - 1 - x, y))];
  for (const [i, value] of original.entries()) expect(mirrored[i]).toBeCloseTo(value, 4);
});

it("hardly minds light, and does mind another picture", () => {
  const original = describePicture(scene);
  expect(
    cosine(
      original,
      describePicture((x, y) => scene(x, y) * 0.5),
    ),
  ).toBeGreaterThan(0.99);
  expect(
    cosine(
      original,
      describePicture((x, y) => scene(x * 1.6, y)),
    ),
  ).toBeLessThan(0.8);
});

it("counts a rising edge and a falling one in different directions", () => {
  const step = (isRising: boolean) => describePicture((_, y) => (y < SIDE_PX / 2 === isRising ? 50 : 200));
  expect(cosine(step(true), step(false))).toBeLessThan(0.5);
});

describe("refuses", () => {
  it.each([
    ["what is no square", 63 * 64, 64],
    ["a square too small for its cells", 100, 10],
  ])("%s", (_, length, sidePx) => {
    expect(() => gradientHistogram(new Float32Array(length), sidePx)).toThrow("Expecting a square of at least 16 px");
  });
});
