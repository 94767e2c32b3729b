// What a crop keeps when a side must go: the thing in the picture, wherever it is.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ShareRect } from "./fit-box.ts";
import type { RgbaImage } from "./rgba-image.ts";
import { saliencyMap } from "./saliency.ts";
import { chooseWindow } from "./smart-crop.ts";

type ColourAt = (x: number, y: number) => readonly [number, number, number];

function picture(widthPx: number, heightPx: number, colourAt: ColourAt): RgbaImage {
  const data = new Uint8Array(widthPx * heightPx * 4).fill(255);
  for (let i = 0; i < widthPx * heightPx; i++) data.set(colourAt(i % widthPx, Math.floor(i / widthPx)), i * 4);
  return { widthPx, heightPx, data };
}

/** Sky over ground, both with slopes of their own: a way out of the picture that costs little. */
const landscape: ColourAt = (x, y) => (y < 40 ? [120 + y, 160 + y / 2, 220] : [90 + x / 4, 130 - x / 8, 60 + (y % 3)]);

function withDisc(widthPx: number, heightPx: number, centerX: number, centerY: number, radius: number): RgbaImage {
  return picture(widthPx, heightPx, (x, y) =>
    Math.hypot(x - centerX, y - centerY) < radius ? [200, 40 + ((x * y) % 30), 50] : landscape(x, y),
  );
}

function contains(window: ShareRect, image: RgbaImage, centerX: number, centerY: number, radius: number): boolean {
  return (
    window.x * image.widthPx <= centerX - radius + 1 &&
    (window.x + window.width) * image.widthPx >= centerX + radius - 1 &&
    window.y * image.heightPx <= centerY - radius + 1 &&
    (window.y + window.height) * image.heightPx >= centerY + radius - 1
  );
}

describe("a smart crop", () => {
  it("keeps the one thing that stands before the background, wherever it is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 14, max: 114 }),
        fc.integer({ min: 14, max: 82 }),
        fc.integer({ min: 6, max: 12 }),
        fc.constantFrom({ width: 0.4, height: 1 }, { width: 1, height: 0.5 }, { width: 0.5, height: 0.5 }),
        (x, y, radius, window) => {
          const image = withDisc(128, 96, x, y, radius);
          const chosen = chooseWindow(saliencyMap(image), window);
          expect(contains(chosen, image, x, y, radius)).toBe(true);
        },
      ),
      { numRuns: 60, seed: 6 },
    );
  });

  it("has the asked for size and lies inside of the picture", () => {
    const map = saliencyMap(withDisc(128, 96, 5, 90, 10));
    for (const size of [0.01, 0.3, 0.77, 1]) {
      const { x, y, width, height } = chooseWindow(map, { width: size, height: size });
      expect([width, height]).toEqual([size, size]);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it("stays inside of the part it may choose from", () => {
    const part = { x: 0.4, y: 0.25, width: 0.5, height: 0.5 };
    const chosen = chooseWindow(saliencyMap(withDisc(128, 96, 12, 12, 10)), { width: 0.2, height: 0.5 }, part);
    expect(chosen.x).toBeGreaterThanOrEqual(0.4);
    expect(chosen.x + chosen.width).toBeLessThanOrEqual(0.9 + 1e-12);
    expect([chosen.y, chosen.height]).toEqual([0.25, 0.5]);
  });

  it("is mirrored with the picture", () => {
    const image = withDisc(128, 96, 30, 50, 11);
    const mirrored = withDisc(128, 96, 97, 50, 11);
    const data = image.data.slice();
    for (let i = 0; i < 128 * 96; i++) {
      const from = (Math.floor(i / 128) * 128 + 127 - (i % 128)) * 4;
      mirrored.data.set(data.subarray(from, from + 4), i * 4);
    }
    const [left, right] = [image, mirrored].map((each) => chooseWindow(saliencyMap(each), { width: 0.5, height: 1 }));
    expect((left?.x ?? 0) + (right?.x ?? 0)).toBeCloseTo(0.5, 1);
  });

  it.each([
    [1, 1],
    [2, 3],
    [64, 48],
  ])("of a flat picture of %i x %i is its middle", (widthPx, heightPx) => {
    const flat = picture(widthPx, heightPx, () => [80, 90, 100]);
    const { x, y } = chooseWindow(saliencyMap(flat), { width: 0.5, height: 0.5 });
    expect([x, y]).toEqual([0.25, 0.25]);
  });

  it.each([
    ["light", [225, 180, 150]],
    ["dark", [95, 60, 42]],
  ] as const)("prefers %s skin to something else that stands out as much", (_name, skin) => {
    const [red, green, blue] = skin;
    // The same contrast to grey in every channel, the other way round.
    const other = [blue, green, red] as const;
    for (const [skinX, otherX] of [
      [28, 100],
      [100, 28],
    ] as const) {
      const image = picture(128, 48, (x, y) => {
        if (Math.hypot(x - skinX, y - 24) < 12) return [red, green, blue];
        return Math.hypot(x - otherX, y - 24) < 12 ? [other[0], other[1], other[2]] : [128, 128, 128];
      });
      const chosen = chooseWindow(saliencyMap(image), { width: 0.375, height: 1 });
      expect(contains(chosen, image, skinX, 24, 12)).toBe(true);
    }
  });

  it("follows detail where nothing stands out", () => {
    const stripes = picture(96, 48, (x, y) => (x > 60 && (y & 4) === 0 ? [140, 140, 140] : [128, 128, 128]));
    expect(chooseWindow(saliencyMap(stripes), { width: 0.5, height: 1 }).x).toBeGreaterThan(0.3);
  });

  it("sees no colour under transparent pixels", () => {
    const image = withDisc(96, 96, 70, 70, 12);
    for (let i = 0; i < 96 * 96; i++) if (i % 96 > 48) image.data[i * 4 + 3] = 0;
    const blank = picture(96, 96, (x, y) => (x > 48 ? [255, 255, 255] : (landscape(x, y) as [number, number, number])));
    expect(saliencyMap(image)).toEqual(saliencyMap(blank));
  });
});
