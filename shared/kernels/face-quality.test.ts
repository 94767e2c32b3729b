import { describe, expect, it } from "vitest";
import { ARCFACE_FRAME } from "./arcface-frame.ts";
import { faceQuality01, frontalness01 } from "./face-quality.ts";

const { sidePx, template } = ARCFACE_FRAME;
const POINTS = sidePx * sidePx * 3;
const flat = new Uint8ClampedArray(POINTS).fill(128);
const checkered = new Uint8ClampedArray(POINTS).map((_, index) =>
  ((Math.floor(index / 3) % sidePx) + Math.floor(index / 3 / sidePx)) % 2 === 0 ? 0 : 255,
);
const frontal = { widthPx: 112, heightPx: 140, landmarksPx: template, sidePx };

describe("frontalness01", () => {
  it("is near 1 for the frontal template, whatever its scale and roll", () => {
    const rolled = template.map(([x, y]): [number, number] => [5 - 3 * y, 9 + 3 * x]);
    expect(frontalness01(template)).toBeGreaterThan(0.97);
    expect(frontalness01(rolled)).toBeCloseTo(frontalness01(template), 9);
  });
  it("falls as the nose nears an eye's column, to 0 in profile", () => {
    const turned = (noseX: number): [number, number][] => [
      [0, 0],
      [40, 0],
      [noseX, 20],
      [5, 40],
      [35, 40],
    ];
    expect(frontalness01(turned(20))).toBe(1);
    expect(frontalness01(turned(30))).toBeCloseTo(0.5, 9);
    expect(frontalness01(turned(40))).toBe(0);
    expect(frontalness01(turned(55))).toBe(0);
  });
  it("is 0 for landmarks that are no face", () => {
    expect(
      frontalness01([
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    ).toBe(0);
    expect(
      frontalness01([
        [0, 0],
        [40, 0],
        [20, 20],
        [5, 0],
        [35, 0],
      ]),
    ).toBe(0);
    expect(() => frontalness01([[0, 0]])).toThrow("Got 1");
  });
});

describe("faceQuality01", () => {
  it("is 0 without any detail and high for a sharp, large, frontal face", () => {
    expect(faceQuality01({ ...frontal, aligned: flat })).toBe(0);
    expect(faceQuality01({ ...frontal, aligned: checkered })).toBeGreaterThan(0.95);
  });
  it("shrinks with the face below the recogniser's input", () => {
    const large = faceQuality01({ ...frontal, aligned: checkered });
    expect(faceQuality01({ ...frontal, widthPx: 28, aligned: checkered })).toBeCloseTo(large / 4, 9);
    expect(faceQuality01({ ...frontal, widthPx: 900, heightPx: 900, aligned: checkered })).toBeCloseTo(large, 9);
  });
  it("rejects another frame size", () => {
    expect(() => faceQuality01({ ...frontal, aligned: new Uint8ClampedArray(3) })).toThrow(
      "Expecting 37632 bytes. Got 3.",
    );
  });
});
