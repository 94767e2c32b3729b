import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faceSquare, widthForFace } from "./face-square.ts";

const PHOTO = { widthPx: 1000, heightPx: 500 };

describe("faceSquare", () => {
  it("is centred on the face and wider by its margin", () => {
    expect(faceSquare({ x: 0.45, y: 0.4, width: 0.1, height: 0.2 }, PHOTO)).toEqual({
      leftPx: 415,
      topPx: 165,
      sidePx: 170,
    });
  });

  it("shrinks around a face near an edge, and moves inwards around one at it", () => {
    expect(faceSquare({ x: 0.02, y: 0.4, width: 0.1, height: 0.2 }, PHOTO)).toEqual({
      leftPx: 0,
      topPx: 180,
      sidePx: 140,
    });
    expect(faceSquare({ x: 0, y: 0, width: 0.1, height: 0.2 }, PHOTO)).toEqual({ leftPx: 0, topPx: 0, sidePx: 110 });
    const { leftPx, topPx } = faceSquare({ x: 0.9, y: 0.8, width: 0.1, height: 0.2 }, PHOTO);
    expect([leftPx, topPx]).toEqual([890, 390]);
  });

  it("is never larger than the photo is narrow", () => {
    expect(faceSquare({ x: 0.1, y: 0, width: 0.8, height: 1 }, PHOTO)).toEqual({
      leftPx: 250,
      topPx: 0,
      sidePx: 500,
    });
  });

  it("lies within the photo for every box, the emptiest too", () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    const sidePx = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(fraction, fraction, fraction, fraction, sidePx, sidePx, (x, y, width, height, widthPx, heightPx) => {
        const square = faceSquare({ x, y, width, height }, { widthPx, heightPx });
        expect(square.sidePx).toBeGreaterThanOrEqual(1);
        expect(square.leftPx).toBeGreaterThanOrEqual(0);
        expect(square.topPx).toBeGreaterThanOrEqual(0);
        expect(square.leftPx + square.sidePx).toBeLessThanOrEqual(widthPx);
        expect(square.topPx + square.sidePx).toBeLessThanOrEqual(heightPx);
      }),
    );
  });
});

describe("widthForFace", () => {
  it("gives the square the pixels of a crop, and knows when to stop", () => {
    const widthPx = widthForFace({ width: 0.1 });
    const { sidePx } = faceSquare({ x: 0.4, y: 0.4, width: 0.1, height: 0.1 }, { widthPx, heightPx: widthPx });
    expect(sidePx).toBe(256);
    expect(widthForFace({ width: 0 })).toBe(4096);
    expect(widthForFace({ width: 0.01 })).toBe(4096);
  });
});
