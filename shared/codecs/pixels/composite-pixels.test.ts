// One picture over another, against Porter and Duff's formula.
import { describe, expect, it } from "vitest";
import { change, pixels } from "../../../tests/fixtures/change-picture.ts";
import { holes, makePicture, paint, pixelAt } from "../../../tests/fixtures/rgba-pictures.ts";
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { compositePixels, type Placement } from "./composite-pixels.ts";

function composite(base: RgbaImage, over: RgbaImage, placement: Placement): RgbaImage {
  return change(base, (image) => compositePixels(pixels, image, pixels.write(over), placement));
}

function blend(base: readonly number[], over: readonly number[], opacity: number): number[] {
  const front = ((over[3] as number) / 255) * opacity;
  const back = ((base[3] as number) / 255) * (1 - front);
  const alpha = front + back;
  if (alpha === 0) return [0, 0, 0, 0];
  const colour = [0, 1, 2].map((i) => ((over[i] as number) * front + (base[i] as number) * back) / alpha);
  return [...colour, alpha * 255];
}

describe("compositing", () => {
  it.each([
    [0, 0, 1],
    [5, 3, 0.5],
    [-7, -4, 0.8],
    [30, 25, 1],
    [-3, 40, 0.1],
    [2, 2, 0],
  ])("at %i, %i with opacity %f blends as both alphas say", (leftPx, topPx, opacity) => {
    const over = makePicture(33, 21, 9, holes);
    for (const base of [makePicture(47, 45), makePicture(47, 45, 2, (x, y) => holes(y, x))]) {
      const result = composite(base, over, { leftPx, topPx, opacity });
      for (let y = 0; y < 45; y++) {
        for (let x = 0; x < 47; x++) {
          const [overX, overY] = [x - leftPx, y - topPx];
          const isUnder = overX >= 0 && overY >= 0 && overX < 33 && overY < 21;
          if (!isUnder || opacity === 0) {
            if (pixelAt(result, x, y).join() !== pixelAt(base, x, y).join()) throw new Error(`${x}, ${y} changed`);
            continue;
          }
          const exact = blend(pixelAt(base, x, y), pixelAt(over, overX, overY), Math.round(opacity * 255) / 255);
          const own = pixelAt(result, x, y);
          // The alpha of what lies above is rounded; its colours count as much as they are seen.
          const seen = [1, 1, 1].map((one) => (one * (exact[3] as number)) / 255);
          const apart = own.map((level, i) => Math.abs(level - (exact[i] as number)) * (seen[i] ?? 1));
          if (Math.max(...apart) >= 1.1) throw new Error(`${x}, ${y}: expected ${exact}, got ${own}`);
        }
      }
    }
  });

  it("lets an opaque picture through unchanged, and hides the base", () => {
    const [base, over] = [makePicture(20, 20, 1, holes), makePicture(20, 20, 2)];
    expect(composite(base, over, { leftPx: 0, topPx: 0, opacity: 1 })).toEqual(over);
  });

  it("leaves the base alone where nothing of the other lies on it", () => {
    const [base, over] = [makePicture(20, 20), makePicture(8, 8, 2)];
    for (const [leftPx, topPx] of [
      [-8, 0],
      [20, 0],
      [0, -8],
      [0, 20],
    ] as const)
      expect(composite(base, over, { leftPx, topPx, opacity: 1 })).toEqual(base);
    expect(
      composite(
        base,
        paint(20, 20, () => [1, 2, 3, 0]),
        { leftPx: 0, topPx: 0, opacity: 1 },
      ),
    ).toEqual(base);
  });
});
