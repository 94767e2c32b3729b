// The crop's box: whatever is done to it, it stays inside of the photo and in its shape.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CROP_MIN, type CropBox, cropAfterKey, dragCorner, largestCrop, moveCrop } from "./crop-box.ts";

const NEAR = 1e-9;

function expectInside(box: CropBox): void {
  expect(box.x).toBeGreaterThanOrEqual(-NEAR);
  expect(box.y).toBeGreaterThanOrEqual(-NEAR);
  expect(box.x + box.width).toBeLessThanOrEqual(1 + NEAR);
  expect(box.y + box.height).toBeLessThanOrEqual(1 + NEAR);
}

describe("a crop", () => {
  it.each([
    { shape: 1, box: { x: 0, y: 0, width: 1, height: 1 } },
    { shape: 0.5, box: { x: 0.25, y: 0, width: 0.5, height: 1 } },
    { shape: 2, box: { x: 0, y: 0.25, width: 1, height: 0.5 } },
  ])("begins as the largest of its shape ($shape), in the middle", ({ shape, box }) => {
    expect(largestCrop(shape)).toEqual(box);
  });

  it("stops at the edges", () => {
    const box = { x: 0.5, y: 0.5, width: 0.4, height: 0.4 };
    expect(moveCrop(box, 1, -1)).toEqual({ ...box, x: 0.6, y: 0 });
  });

  it("keeps the corner across from the dragged one", () => {
    const box = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };
    expect(dragCorner(box, "nw", { x: 0, y: 0.5 }, null)).toEqual({ x: 0, y: 0.5, width: 0.75, height: 0.25 });
    expect(dragCorner(box, "se", { x: 1, y: 0.5 }, 1)).toEqual({ x: 0.25, y: 0.25, width: 0.75, height: 0.75 });
  });

  it("is moved by arrows and resized by Shift and arrows, in its shape", () => {
    const box = { x: 0.2, y: 0.2, width: 0.4, height: 0.2 };
    expect(cropAfterKey(box, "ArrowRight", false, 2)?.x).toBeCloseTo(0.21);
    const grown = cropAfterKey(box, "ArrowDown", true, 2);
    expect(grown?.height).toBeCloseTo(0.21);
    expect(grown?.width).toBeCloseTo(0.42);
    expect(cropAfterKey(box, "Tab", false, null)).toBeNull();
  });

  it("stays inside and in its shape, whatever is done to it", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const anywhere = fc.double({ min: -3, max: 3, noNaN: true });
    const act = fc.record({
      corner: fc.constantFrom("nw" as const, "ne" as const, "se" as const, "sw" as const),
      key: fc.constantFrom("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"),
      isKey: fc.boolean(),
      isShift: fc.boolean(),
      x: anywhere,
      y: anywhere,
    });
    fc.assert(
      fc.property(fc.option(fc.double({ min: 0.2, max: 5, noNaN: true })), share, fc.array(act), (shape, x, acts) => {
        let box = moveCrop({ ...largestCrop(shape ?? 1.5) }, x, x);
        for (const { corner, key, isKey, isShift, ...to } of acts) {
          box = isKey ? (cropAfterKey(box, key, isShift, shape) ?? box) : dragCorner(box, corner, to, shape);
          expectInside(box);
          expect(box.width).toBeGreaterThan(CROP_MIN / 6);
          if (shape !== null) expect(box.width / box.height).toBeCloseTo(shape, 6);
        }
      }),
    );
  });
});
