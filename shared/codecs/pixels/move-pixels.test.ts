// What moves pixels and makes none: copying, turning, padding and filling, against their definitions a pixel at a time.
import { describe, expect, it } from "vitest";
import { change, pixels } from "../../../tests/fixtures/change-picture.ts";
import { holes, makePicture, paint, pixelAt } from "../../../tests/fixtures/rgba-pictures.ts";
import { orientReferencePlane } from "../../../tests/reference/orient-plane.ts";
import type { Orientation } from "../../kernels/exif-orientation.ts";
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { fillRect } from "./fill-rect.ts";
import { borderPixels, padPixels } from "./pad-pixels.ts";
import { copyRect, pasteRect } from "./pixel-rects.ts";
import { turnPixels } from "./turn-pixels.ts";

const RED = { red: 255, green: 0, blue: 0, alpha: 200 };
const RED_PIXEL = [255, 0, 0, 200];

function rect(leftPx: number, topPx: number, widthPx: number, heightPx: number) {
  return { leftPx, topPx, widthPx, heightPx };
}

describe("rectangles", () => {
  it.each([
    [0, 0, 37, 29],
    [0, 0, 10, 29],
    [0, 3, 37, 20],
    [5, 7, 13, 11],
    [36, 28, 1, 1],
  ])("hold exactly the pixels from %i, %i of %i x %i", (left, top, widthPx, heightPx) => {
    const picture = makePicture(37, 29, 1, holes);
    const cut = change(picture, (image) => copyRect(pixels, image, rect(left, top, widthPx, heightPx)));
    expect(cut).toEqual(paint(widthPx, heightPx, (x, y) => pixelAt(picture, left + x, top + y)));
  });

  it.each([
    [-1, 0, 5, 5],
    [0, -1, 5, 5],
    [33, 0, 5, 5],
    [0, 25, 5, 5],
    [0, 0, 0, 5],
    [0.5, 0, 5, 5],
    [0, 0, Number.NaN, 5],
  ])("are refused where they are not inside: %d, %d, %d x %d", (left, top, widthPx, heightPx) => {
    const image = pixels.write(makePicture(37, 29));
    expect(() => copyRect(pixels, image, rect(left, top, widthPx, heightPx))).toThrow(RangeError);
  });

  it("are copied out, and others put in their place", () => {
    const picture = makePicture(37, 29);
    const area = rect(4, 5, 9, 7);
    const pasted = change(picture, (image) => {
      const part = copyRect(pixels, image, area);
      expect(pixels.read(part)).toEqual(paint(9, 7, (x, y) => pixelAt(picture, 4 + x, 5 + y)));
      pixels.view(part).fill(9);
      pasteRect(pixels, image, area, part);
    });
    const isInside = (x: number, y: number) => x >= 4 && x < 13 && y >= 5 && y < 12;
    expect(pasted).toEqual(paint(37, 29, (x, y) => (isInside(x, y) ? [9, 9, 9, 9] : pixelAt(picture, x, y))));
  });
});

describe("turning", () => {
  const sizes = [
    [1, 1],
    [4, 4],
    [7, 5],
    [8, 12],
    [33, 17],
    [18, 3],
  ] as const;

  function turnByDefinition({ widthPx, heightPx, data }: RgbaImage, orientation: Orientation): RgbaImage {
    const [red, green, blue, alpha] = [0, 1, 2, 3].map((channel) =>
      orientReferencePlane({ widthPx, heightPx, samples: data.filter((_, i) => i % 4 === channel) }, orientation),
    );
    const at = (i: number) => [red, green, blue, alpha].map((plane) => plane?.samples[i] as number);
    const [width = 0, height = 0] = [red?.widthPx, red?.heightPx];
    return paint(width, height, (x, y) => at(y * width + x));
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)("moves every pixel to its place: orientation %i", (orientation) => {
    for (const [widthPx, heightPx] of sizes) {
      const picture = makePicture(widthPx, heightPx, orientation, holes);
      const turned = change(picture, (image) => turnPixels(pixels, image, orientation));
      expect(turned).toEqual(turnByDefinition(picture, orientation));
    }
  });

  it("leaves the picture where it was, and nothing else allocated", () => {
    const image = pixels.write(makePicture(20, 30));
    const before = pixels.mark();
    const turned = turnPixels(pixels, image, 6);
    expect(turned).toEqual({ address: image.address, widthPx: 30, heightPx: 20 });
    expect(pixels.mark()).toBe(before);
  });
});

describe("padding", () => {
  const canvases = [
    [0, 0, 40, 30],
    [3, 0, 40, 20],
    [0, 5, 31, 33],
    [0, 0, 31, 33],
    [4, 6, 50, 41],
    [0, 0, 31, 20],
  ] as const;

  function expectPadded(
    padded: RgbaImage,
    picture: RgbaImage,
    left: number,
    top: number,
    width: number,
    height: number,
  ) {
    const isInside = (x: number, y: number) =>
      x >= left && y >= top && x < left + picture.widthPx && y < top + picture.heightPx;
    const expected = paint(width, height, (x, y) => (isInside(x, y) ? pixelAt(picture, x - left, y - top) : RED_PIXEL));
    expect(padded).toEqual(expected);
  }

  it.each(canvases)("puts the picture at %i, %i on %i x %i, growing in place", (left, top, width, height) => {
    const picture = makePicture(31, 20, 1, holes);
    const padded = change(picture, (image) => {
      const canvas = padPixels(pixels, image, rect(left, top, width, height), RED);
      expect(canvas.address).toBe(image.address);
      return canvas;
    });
    expectPadded(padded, picture, left, top, width, height);
  });

  it.each(canvases)("puts a picture that something lies behind at %i, %i on %i x %i", (left, top, width, height) => {
    const picture = makePicture(31, 20, 1, holes);
    const padded = change(picture, (image) => {
      const behind = pixels.write(makePicture(9, 9, 2));
      const canvas = padPixels(pixels, image, rect(left, top, width, height), RED);
      expect(pixels.read(behind)).toEqual(makePicture(9, 9, 2));
      expect(pixels.read(image)).toEqual(picture);
      return canvas;
    });
    expectPadded(padded, picture, left, top, width, height);
  });

  it("draws a border of one width on all sides", () => {
    const picture = makePicture(31, 20);
    const bordered = change(picture, (image) => borderPixels(pixels, image, 3, RED));
    expectPadded(bordered, picture, 3, 3, 37, 26);
  });

  it("refuses a canvas the picture does not lie on", () => {
    const image = pixels.write(makePicture(31, 20));
    expect(() => padPixels(pixels, image, rect(0, 0, 30, 20), RED)).toThrow(RangeError);
    expect(() => padPixels(pixels, image, rect(5, 0, 35, 20), RED)).toThrow(RangeError);
  });
});

describe("filling", () => {
  it.each([
    [2, 3, 7, 5],
    [-4, -4, 9, 9],
    [20, 10, 100, 100],
    [0, 0, 31, 20],
    [40, 40, 5, 5],
    [5, 5, 0, 3],
    [-9, 3, 5, 5],
  ])("colours what of %i, %i, %i x %i lies inside", (left, top, width, height) => {
    const picture = makePicture(31, 20);
    const filled = change(picture, (image) => fillRect(pixels, image, rect(left, top, width, height), RED));
    const isInside = (x: number, y: number) => x >= left && y >= top && x < left + width && y < top + height;
    expect(filled).toEqual(paint(31, 20, (x, y) => (isInside(x, y) ? RED_PIXEL : pixelAt(picture, x, y))));
  });
});
