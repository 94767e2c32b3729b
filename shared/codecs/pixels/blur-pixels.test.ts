// Blurring and sharpening, against the Gaussian's definition on premultiplied channels.
import { describe, expect, it } from "vitest";
import { change, pixels } from "../../../tests/fixtures/change-picture.ts";
import { holes, makePicture, paint, pixelAt } from "../../../tests/fixtures/rgba-pictures.ts";
import { blurPlane } from "../../../tests/reference/gaussian.ts";
import { largestDifference, premultiply } from "../../../tests/reference/premultiplied.ts";
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { blurPixels, sharpenPixels } from "./blur-pixels.ts";

/** Rounding of colour and alpha, and the 0.3 % of a Gaussian beyond three standard deviations. */
const MAX_DIFFERENCE = 2;
/** Blocks are rounded to levels before they are blurred, and again before they are enlarged. */
const MAX_DIFFERENCE_ON_BLOCKS = 2.5;

const blur = (picture: RgbaImage, sigmaPx: number) => change(picture, (image) => blurPixels(pixels, image, sigmaPx));
const sharpen = (picture: RgbaImage, amount: number) =>
  change(picture, (image) => sharpenPixels(pixels, image, amount));

/** Without the pixels nearer than this to an edge. */
function inner({ widthPx, heightPx, data }: RgbaImage, planes: readonly Float64Array[], edgePx: number) {
  const size = { widthPx: widthPx - 2 * edgePx, heightPx: heightPx - 2 * edgePx };
  const at = (i: number) => (Math.floor(i / size.widthPx) + edgePx) * widthPx + (i % size.widthPx) + edgePx;
  const count = size.widthPx * size.heightPx;
  const kept = Uint8Array.from({ length: count * 4 }, (_, i) => data[at(i >> 2) * 4 + (i & 3)] as number);
  const exact = planes.map((plane) => Float64Array.from({ length: count }, (_, i) => plane[at(i)] as number));
  return [{ ...size, data: kept }, exact] as const;
}

describe("blurring", () => {
  const cases = [
    [0.3, 61, 47],
    [0.5, 61, 47],
    [1, 61, 47],
    [2.7, 61, 47],
    [3.99, 61, 47],
    [2, 1, 90],
    [2, 90, 1],
    [2, 3, 3],
    [30, 5, 7],
    [3, 1, 1],
  ] as const;

  it.each(cases)("of %f px agrees with the definition at %i x %i", (sigma, widthPx, heightPx) => {
    for (const picture of [makePicture(widthPx, heightPx), makePicture(widthPx, heightPx, 4, holes)]) {
      const exact = premultiply(picture).map((plane) => blurPlane(plane, sigma));
      expect(largestDifference(blur(picture, sigma), exact)).toBeLessThan(MAX_DIFFERENCE);
    }
  });

  it.each([
    [4, 90, 70],
    [5.5, 131, 77],
    [9, 131, 77],
    [25, 143, 121],
  ])("of %f px, done on blocks, agrees with it away from the edges at %i x %i", (sigma, widthPx, heightPx) => {
    for (const picture of [makePicture(widthPx, heightPx), makePicture(widthPx, heightPx, 4, holes)]) {
      const exact = premultiply(picture).map((plane) => blurPlane(plane, sigma));
      expect(largestDifference(...inner(blur(picture, sigma), exact, Math.ceil(2 * sigma)))).toBeLessThan(
        MAX_DIFFERENCE_ON_BLOCKS,
      );
    }
  });

  it("spreads a point as the Gaussian does, the same to all sides", () => {
    const blurred = blur(
      paint(201, 201, (x, y) => (Math.abs(x - 100) < 2 && Math.abs(y - 100) < 2 ? [255, 255, 255] : [0, 0, 0])),
      4,
    );
    const levels = [0, 2, 4, 6, 8].map((distance) => pixelAt(blurred, 100 + distance, 100)[0] as number);
    levels.forEach((level, i) => {
      const expected = ((255 * 9) / (2 * Math.PI * 16.67)) * Math.exp(-((i * 2) ** 2) / (2 * 16.67));
      expect(Math.abs(level - expected)).toBeLessThan(1.5);
    });
    for (const distance of [1, 3, 7]) {
      const sides = [
        [100 + distance, 100],
        [100 - distance, 100],
        [100, 100 + distance],
        [100, 100 - distance],
      ].map(([x = 0, y = 0]) => pixelAt(blurred, x, y)[0] as number);
      expect(Math.max(...sides) - Math.min(...sides)).toBeLessThan(2);
    }
  });

  it.each([0.5, 3, 20, 100])("of %f px keeps a flat picture flat and opaque", (sigma) => {
    const { data } = blur(
      paint(120, 90, () => [13, 200, 255]),
      sigma,
    );
    expect(new Set(new Uint32Array(data.buffer)).size).toBe(1);
    expect([...data.subarray(0, 4)]).toEqual([13, 200, 255, 255]);
  });

  it.each([1, 12])("of %f px lets no hidden colour out", (sigma) => {
    const { data } = blur(
      paint(80, 60, (x) => (x < 40 ? [255, 0, 0, 255] : [0, 255, 0, 0])),
      sigma,
    );
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] !== 0) expect(data[i + 1]).toBe(0);
  });
});

describe("sharpening", () => {
  it.each([0.5, 1, 3.3, 10])("by %f adds so much of what a blur of 1 px takes away", (amount) => {
    const picture = makePicture(57, 43, 2);
    const blurred = premultiply(picture).map((plane) => blurPlane(plane, 1));
    const { data } = sharpen(picture, amount);
    for (let i = 0; i < data.length; i++) {
      const level = picture.data[i] as number;
      const exact = level + amount * (level - (blurred[i % 4]?.[i >> 2] as number));
      const clamped = Math.min(255, Math.max(0, exact));
      // The blur is rounded to whole levels first, and carries its own tolerance.
      expect(Math.abs((data[i] as number) - clamped)).toBeLessThan(1 + amount);
    }
  });

  it("leaves alpha and flat colours as they are", () => {
    const picture = makePicture(57, 43, 2, holes);
    const { data } = sharpen(picture, 2);
    for (let i = 3; i < data.length; i += 4) expect(data[i]).toBe(picture.data[i]);
    const flat = paint(31, 9, () => [5, 100, 250]);
    expect(sharpen(flat, 10)).toEqual(flat);
  });

  it("by next to nothing changes nothing", () => {
    const picture = makePicture(20, 10);
    expect(sharpen(picture, 0.001)).toEqual(picture);
  });
});
