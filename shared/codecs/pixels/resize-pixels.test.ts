// Resizing pictures in full colour, against the textbook definition of Lanczos3 on premultiplied channels.
import { describe, expect, it } from "vitest";
import { loadPixelsModule } from "../../../tests/fixtures/load-pixels-module.ts";
import { holes, makePicture, paint } from "../../../tests/fixtures/rgba-pictures.ts";
import { largestDifference, premultiply } from "../../../tests/reference/premultiplied.ts";
import { resampleFreely } from "../../../tests/reference/resample-plane.ts";
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { createPixels } from "./pixels.ts";
import { resizePixels } from "./resize-pixels.ts";

const pixels = createPixels(await loadPixelsModule());
/** Half a level is rounding, on colour and again on alpha; the rest is 14 bits of weight and 6 of intermediate. */
const MAX_DIFFERENCE = 1.25;
/** Hundreds of taps weigh a few units of their 14 bits each, and rounding those counts. */
const MAX_DIFFERENCE_OF_MANY_TAPS = 2.5;

function resize(picture: RgbaImage, widthPx: number, heightPx: number): RgbaImage {
  const start = pixels.mark();
  const target = pixels.allocate(widthPx, heightPx);
  resizePixels(pixels, pixels.write(picture), target);
  const resized = pixels.read(target);
  pixels.release(start);
  return resized;
}

function exactly(picture: RgbaImage, widthPx: number, heightPx: number) {
  return premultiply(picture).map((plane) => resampleFreely(plane, widthPx, heightPx));
}

const SIZES = [
  ["by a fraction", 201, 151, 128, 96],
  ["by half", 128, 96, 64, 48],
  ["to an odd size", 97, 61, 33, 17],
  ["by much", 640, 480, 13, 9],
  ["along one axis only", 100, 80, 37, 80],
  ["a single row", 333, 1, 50, 1],
  ["a single column", 1, 333, 1, 50],
  ["three rows, fewer than the taps", 90, 3, 31, 2],
  ["to one pixel", 300, 200, 1, 1],
  ["larger", 40, 30, 64, 48],
  ["out of proportion", 50, 70, 91, 23],
] as const;

describe("resizing", () => {
  it.each(SIZES)("agrees with the definition: %s", (_name, sourceWidth, sourceHeight, widthPx, heightPx) => {
    const picture = makePicture(sourceWidth, sourceHeight);
    const resized = resize(picture, widthPx, heightPx);
    const most = sourceWidth / widthPx > 100 ? MAX_DIFFERENCE_OF_MANY_TAPS : MAX_DIFFERENCE;
    expect(largestDifference(resized, exactly(picture, widthPx, heightPx))).toBeLessThan(most);
    expect(resized.data.every((level, i) => i % 4 !== 3 || level === 255)).toBe(true);
  });

  it.each(SIZES)("agrees with the definition where it is transparent: %s", (_name, sw, sh, widthPx, heightPx) => {
    const picture = makePicture(sw, sh, 3, holes);
    const resized = resize(picture, widthPx, heightPx);
    expect(largestDifference(resized, exactly(picture, widthPx, heightPx))).toBeLessThan(MAX_DIFFERENCE);
  });

  it("never shows what lies under transparent pixels", () => {
    const green = paint(60, 40, (x) => (x < 30 ? [255, 0, 0, 255] : [0, 255, 0, 0]));
    const { data } = resize(green, 17, 13);
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] !== 0) expect(data[i + 1]).toBe(0);
  });

  it("keeps the pixels when the size stays", () => {
    const picture = makePicture(37, 21, 2, holes);
    expect(resize(picture, 37, 21)).toEqual(picture);
  });

  it.each([0, 1, 127, 254, 255])("keeps a flat colour of %i flat, whatever its alpha", (level) => {
    const { data } = resize(
      paint(67, 45, () => [level, 255 - level, 40, 255]),
      23,
      11,
    );
    expect(new Set(new Uint32Array(data.buffer))).toHaveProperty("size", 1);
    expect([...data.subarray(0, 4)]).toEqual([level, 255 - level, 40, 255]);
    const clear = resize(
      paint(67, 45, (x, y) => [level, 255 - level, 40, x === 0 && y === 0 ? 129 : 128]),
      23,
      11,
    );
    for (let i = 0; i < clear.data.length; i += 4) {
      expect(Math.abs((clear.data[i] as number) - level)).toBeLessThan(2);
      expect(Math.abs((clear.data[i + 1] as number) - (255 - level))).toBeLessThan(2);
    }
  });

  it("clamps the overshoot at a hard edge", () => {
    const picture = paint(64, 64, (x, y) => (x < 32 === y < 32 ? [255, 255, 0] : [0, 0, 255]));
    expect(largestDifference(resize(picture, 40, 40), exactly(picture, 40, 40))).toBeLessThan(MAX_DIFFERENCE);
  });

  it("writes nothing beyond the target", () => {
    const start = pixels.mark();
    const source = pixels.write(makePicture(50, 33));
    const target = pixels.allocate(17, 11);
    const end = target.address + 17 * 11 * 4;
    pixels.bytes().fill(7, end, end + 12);
    resizePixels(pixels, source, target);
    expect(new Set(pixels.bytes().subarray(end, end + 12))).toEqual(new Set([7]));
    pixels.release(start);
  });
});
