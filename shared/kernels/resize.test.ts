import { describe, expect, it } from "vitest";
import { makeRandom } from "./hand-written-images.ts";
import { resizeImage } from "./resize.ts";
import { resizeImageReference } from "./resize-reference.ts";
import type { RgbaImage } from "./rgba-image.ts";

function paint(widthPx: number, heightPx: number, color: (x: number, y: number) => readonly number[]): RgbaImage {
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) data.set(color(x, y), (y * widthPx + x) * 4);
  }
  return { widthPx, heightPx, data };
}

function noise(widthPx: number, heightPx: number, seed: number, hasAlpha = false): RgbaImage {
  const random = makeRandom(seed);
  const byte = () => Math.floor(random() * 256);
  return paint(widthPx, heightPx, () => [byte(), byte(), byte(), hasAlpha ? byte() : 255]);
}

function largestDifference(a: RgbaImage, b: RgbaImage): number {
  expect([a.widthPx, a.heightPx]).toEqual([b.widthPx, b.heightPx]);
  return a.data.reduce((max, value, i) => Math.max(max, Math.abs(value - (b.data[i] as number))), 0);
}

/** The block resizeImage averages for a ratio, by its documented rule. */
const boxOf = (ratio: number) => Math.max(1, Math.floor(ratio / 1.5));

describe("resizeImage", () => {
  it.each([
    [40, 30, 20, 15],
    [40, 30, 39, 29],
    [41, 31, 20, 10],
    [64, 48, 16, 12],
    [65, 47, 16, 12],
    [90, 7, 9, 7],
    [7, 90, 7, 9],
    [50, 50, 1, 1],
    [3, 3, 2, 2],
  ])("agrees with the scalar reference to ±1 from %ix%i to %ix%i", (fromWidth, fromHeight, width, height) => {
    const image = noise(fromWidth, fromHeight, 7);
    const box = { widthPx: boxOf(fromWidth / width), heightPx: boxOf(fromHeight / height) };
    const difference = largestDifference(
      resizeImage(image, width, height),
      resizeImageReference(image, width, height, box),
    );
    expect(difference).toBeLessThanOrEqual(1);
  });

  it("agrees with the reference where there is alpha, seen over black and over white", () => {
    const image = noise(40, 30, 11, true);
    const fast = resizeImage(image, 12, 9);
    const reference = resizeImageReference(image, 12, 9, { widthPx: boxOf(40 / 12), heightPx: boxOf(30 / 9) });
    // Straight colours of faint pixels are ill-conditioned; what is seen is not.
    for (const ground of [0, 255]) {
      for (let i = 0; i < fast.data.length; i++) {
        const seen = ({ data }: RgbaImage) => {
          const alpha = (data[i - (i % 4) + 3] as number) / 255;
          return i % 4 === 3 ? (data[i] as number) : (data[i] as number) * alpha + ground * (1 - alpha);
        };
        expect(Math.abs(seen(fast) - seen(reference))).toBeLessThanOrEqual(2);
      }
    }
  });

  it.each([0, 1, 127, 254, 255])("keeps a flat image of %i flat", (level) => {
    for (const [width, height] of [
      [33, 21],
      [20, 13],
      [7, 3],
      [1, 1],
    ] as const) {
      const { data } = resizeImage(
        paint(61, 37, () => [level, level, level, 255]),
        width,
        height,
      );
      for (let i = 0; i < data.length; i++) expect(data[i]).toBe(i % 4 === 3 ? 255 : level);
    }
  });

  it("clamps the overshoot of an edge instead of wrapping it", () => {
    const { data } = resizeImage(
      paint(64, 4, (x) => (x < 32 ? [0, 0, 0, 255] : [255, 255, 255, 255])),
      48,
      4,
    );
    const row = Array.from({ length: 48 }, (_, x) => data[x * 4] as number);
    expect(row.slice(0, 22).every((value) => value < 40)).toBe(true);
    expect(row.slice(26).every((value) => value > 215)).toBe(true);
  });

  it("lets the colour of transparent pixels bleed nowhere", () => {
    const { data } = resizeImage(
      paint(8, 8, (x) => (x < 4 ? [255, 0, 0, 255] : [0, 255, 0, 0])),
      3,
      3,
    );
    for (let pos = 0; pos < data.length; pos += 4) expect(data[pos + 1]).toBe(0);
  });

  it("averages two pixels into their mean", () => {
    const image = paint(2, 1, (x) => (x === 0 ? [10, 20, 30, 255] : [30, 40, 50, 255]));
    expect([...resizeImage(image, 1, 1).data]).toEqual([20, 30, 40, 255]);
  });

  it("gives the same bytes as ever for a small gradient", () => {
    const image = paint(13, 9, (x, y) => [x * 19, y * 28, (x * y * 7) & 255, 255]);
    // FNV-1a over the output: any change of rounding shows.
    const hash = resizeImage(image, 5, 4).data.reduce(
      (h, byte) => Math.imul(h ^ byte, 16_777_619) >>> 0,
      2_166_136_261,
    );
    expect(hash.toString(16)).toBe("ff9a71bb");
  });

  it("returns the image itself when the size is right already", () => {
    const image = noise(5, 5, 1);
    expect(resizeImage(image, 5, 5)).toBe(image);
  });

  it("never enlarges, and says what it was asked for", () => {
    expect(() => resizeImage(noise(4, 4, 1), 5, 4)).toThrow(/4x4. Got 5x4/);
    expect(() => resizeImage(noise(4, 4, 1), 0, 4)).toThrow(RangeError);
    expect(() => resizeImage(noise(4, 4, 1), 1.5, 4)).toThrow(RangeError);
  });

  it("shrinks a ribbon without asking for a tap per pixel and column", () => {
    const image = paint(2_000_000, 1, () => [9, 9, 9, 255]);
    expect(resizeImage(image, 1280, 1).data[0]).toBe(9);
  });
});
