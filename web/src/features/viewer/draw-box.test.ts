// Drawing a face by pointer and by keys: the box never leaves the photo and never gets too small to see.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BOX_MIN, boxAfterKey, boxBetween, firstBox } from "./draw-box.ts";

const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] as const;

describe("a drawn box", () => {
  test("starts square and in the middle, whatever the shape of the photo", () => {
    for (const ratio of [0.4, 1, 1.5, 3]) {
      const { x, y, width, height } = firstBox(ratio);
      expect(width * ratio).toBeCloseTo(height);
      expect(x + width / 2).toBeCloseTo(0.5);
      expect(y + height / 2).toBeCloseTo(0.5);
    }
  });

  test("moves by arrows and grows by shifted ones; other keys are not its own", () => {
    const box = firstBox(1);
    expect(boxAfterKey(box, "ArrowRight", false)?.x).toBeCloseTo(box.x + 0.01);
    expect(boxAfterKey(box, "ArrowDown", true)?.height).toBeCloseTo(box.height + 0.01);
    expect(boxAfterKey(box, "Enter", false)).toBeNull();
  });

  test("lies within the photo after any keys and any drag", () => {
    const press = fc.record({ key: fc.constantFrom(...KEYS), isResizing: fc.boolean() });
    const point = fc.record({
      x: fc.double({ min: -1, max: 2, noNaN: true }),
      y: fc.double({ min: -1, max: 2, noNaN: true }),
    });
    fc.assert(
      fc.property(point, point, fc.array(press, { maxLength: 200 }), (from, to, presses) => {
        let box = boxBetween(from, to);
        for (const { key, isResizing } of presses) box = boxAfterKey(box, key, isResizing) ?? box;
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.y).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(1 + 1e-9);
        expect(box.y + box.height).toBeLessThanOrEqual(1 + 1e-9);
        expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(BOX_MIN - 1e-9);
      }),
    );
  });
});
