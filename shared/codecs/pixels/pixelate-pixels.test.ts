// Blocks of one colour, against their averages; and that what is redacted is gone.
import { describe, expect, it } from "vitest";
import { change, pixels } from "../../../tests/fixtures/change-picture.ts";
import { holes, makePicture, paint, pixelAt } from "../../../tests/fixtures/rgba-pictures.ts";
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { pixelatePixels } from "./pixelate-pixels.ts";
import { type RedactMethod, redactPixels } from "./redact-pixels.ts";

function averageOf(picture: RgbaImage, left: number, top: number, right: number, bottom: number): number[] {
  const sums = [0, 0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = pixelAt(picture, x, y);
      [red * alpha, green * alpha, blue * alpha, alpha].forEach((value, i) => {
        sums[i] = (sums[i] as number) + value;
      });
    }
  }
  const alpha = sums[3] as number;
  const colour = sums.slice(0, 3).map((sum) => (alpha === 0 ? 0 : sum / alpha));
  return [...colour, alpha / ((right - left) * (bottom - top))];
}

describe("pixelating", () => {
  it.each([2, 3, 4, 5, 7, 16, 33, 256])(
    "makes blocks of %i px of their averages, those at the edges smaller",
    (block) => {
      for (const picture of [makePicture(71, 53), makePicture(71, 53, 3, holes)]) {
        const blocks = change(picture, (image) => pixelatePixels(pixels, image, block));
        for (let top = 0; top < 53; top += block) {
          for (let left = 0; left < 71; left += block) {
            const [right, bottom] = [Math.min(71, left + block), Math.min(53, top + block)];
            const exact = averageOf(picture, left, top, right, bottom);
            const level = pixelAt(blocks, left, top);
            // Single precision may round a half the other way.
            expect(level.every((value, i) => Math.abs(value - (exact[i] as number)) < 0.51)).toBe(true);
            for (let y = top; y < bottom; y++)
              for (let x = left; x < right; x++)
                if (pixelAt(blocks, x, y).join() !== level.join()) throw new Error(`${x}, ${y} differs from its block`);
          }
        }
      }
    },
  );

  it("adds up the largest and brightest block without overflow", () => {
    const white = paint(256, 256, () => [255, 255, 255, 255]);
    expect(change(white, (image) => pixelatePixels(pixels, image, 256))).toEqual(white);
    const nearly = paint(256, 256, () => [255, 254, 255, 254]);
    expect(change(nearly, (image) => pixelatePixels(pixels, image, 256))).toEqual(nearly);
  });

  it.each([0, 1, 257, 2.5, Number.NaN])("refuses blocks of %d px", (block) => {
    const image = pixels.write(makePicture(9, 9));
    expect(() => pixelatePixels(pixels, image, block)).toThrow(RangeError);
  });
});

describe("redacting", () => {
  const METHODS: readonly RedactMethod[] = ["blur", "pixelate", "fill"];
  const box = { leftPx: 20.4, topPx: 10.6, widthPx: 50, heightPx: 60 };
  const isCovered = (x: number, y: number) => x >= 20 && x < 71 && y >= 10 && y < 71;

  it.each(METHODS)("by %s changes what the box touches, and nothing beside it", (method) => {
    const picture = makePicture(120, 100, 5);
    const redacted = change(picture, (image) => redactPixels(pixels, image, [box], method));
    let changed = 0;
    for (let y = 0; y < 100; y++) {
      for (let x = 0; x < 120; x++) {
        if (pixelAt(redacted, x, y).join() === pixelAt(picture, x, y).join()) continue;
        if (!isCovered(x, y)) throw new Error(`${x}, ${y} changed`);
        changed++;
      }
    }
    expect(changed).toBeGreaterThan(51 * 61 * 0.9);
  });

  it.each(METHODS)("by %s leaves of two different faces with the same averages the same", (method) => {
    // Stripes and dots of a period that divides the blocks: no two pixels in a row alike, every block alike.
    const stripes = paint(128, 128, (x) => (x % 2 === 0 ? [0, 0, 0] : [200, 200, 200]));
    const dots = paint(128, 128, (x, y) => ((x + y) % 2 === 0 ? [200, 200, 200] : [0, 0, 0]));
    const area = [{ leftPx: 0, topPx: 0, widthPx: 128, heightPx: 128 }];
    const [first, second] = [stripes, dots].map((picture) =>
      change(picture, (image) => redactPixels(pixels, image, area, method)),
    );
    expect(first).toEqual(second);
  });

  it.each(["blur", "pixelate"] as const)("by %s leaves at most 8 blocks across even of a box of 2,000 px", (method) => {
    const picture = makePicture(2000, 24, 5);
    const { data } = change(picture, (image) =>
      redactPixels(pixels, image, [{ leftPx: 0, topPx: 0, widthPx: 2000, heightPx: 24 }], method),
    );
    if (method === "pixelate") {
      const row = new Uint32Array(data.slice(0, 8000).buffer);
      const edges = [...row].filter((pixel, x) => x > 0 && pixel !== row[x - 1]).length;
      expect(edges).toBeGreaterThan(0);
      expect(edges).toBeLessThan(8);
      return;
    }
    for (let x = 1; x < 2000; x++)
      expect(Math.abs((data[x * 4] as number) - (data[x * 4 - 4] as number))).toBeLessThan(4);
  });

  it("leaves boxes outside of the picture, and empty ones, alone", () => {
    const picture = makePicture(30, 20);
    const outside = [
      { leftPx: -50, topPx: 0, widthPx: 40, heightPx: 10 },
      { leftPx: 30, topPx: 0, widthPx: 40, heightPx: 10 },
      { leftPx: 4, topPx: 4, widthPx: 0, heightPx: 10 },
      { leftPx: Number.NaN, topPx: 4, widthPx: 3, heightPx: 10 },
    ];
    for (const method of METHODS)
      expect(change(picture, (image) => redactPixels(pixels, image, outside, method))).toEqual(picture);
  });
});
