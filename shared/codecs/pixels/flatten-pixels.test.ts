// Laying pictures on a background, against the formula a pixel at a time.
import { describe, expect, it } from "vitest";
import { change, pixels } from "../../../tests/fixtures/change-picture.ts";
import { holes, makePicture, paint } from "../../../tests/fixtures/rgba-pictures.ts";
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { flattenPixels, isOpaque } from "./flatten-pixels.ts";
import { parsePixelColour } from "./pixel-colour.ts";

function flatten(picture: RgbaImage, background: string): RgbaImage {
  return change(picture, (image) => flattenPixels(pixels, image, parsePixelColour(background)));
}

describe("flattening", () => {
  it.each(["ffffff", "000000", "10a0f0", "10a0f080"])("blends every pixel with %s, rounded", (background) => {
    const picture = makePicture(61, 47, 1, holes);
    const ground = parsePixelColour(background);
    const grounds = [ground.red, ground.green, ground.blue];
    const expected = picture.data.map((level, i) => {
      const alpha = picture.data[(i & ~3) + 3] as number;
      return i % 4 === 3 ? 255 : Math.round((level * alpha + (grounds[i % 4] as number) * (255 - alpha)) / 255);
    });
    expect(flatten(picture, background).data).toEqual(expected);
  });

  it("blends all pairs of level and alpha as the formula says", () => {
    const picture = paint(256, 256, (x, y) => [x, 255 - x, 0, y]);
    const { data } = flatten(picture, "4080ff");
    for (let i = 0; i < 256 * 256; i++) {
      const [level, alpha] = [i % 256, Math.floor(i / 256)];
      expect(data[i * 4]).toBe(Math.round((level * alpha + 0x40 * (255 - alpha)) / 255));
    }
  });

  it("leaves what is opaque as it is", () => {
    const picture = makePicture(33, 5);
    expect(flatten(picture, "ff0000")).toEqual(picture);
  });
});

describe("opacity", () => {
  it.each([1, 3, 4, 15, 16, 17, 64, 65, 100])("is told of %i pixels by the least transparent of any", (count) => {
    for (const hole of [0, count >> 1, count - 1]) {
      const picture = paint(count, 1, (x) => [1, 2, 3, x === hole ? 254 : 255]);
      expect(isOpaque(pixels, pixels.write(picture))).toBe(false);
    }
    expect(isOpaque(pixels, pixels.write(makePicture(count, 1)))).toBe(true);
  });
});

describe("colours", () => {
  it("are read with and without alpha, and nothing else is", () => {
    expect(parsePixelColour("0180ff")).toEqual({ red: 1, green: 128, blue: 255, alpha: 255 });
    expect(parsePixelColour("0180ff7f")).toEqual({ red: 1, green: 128, blue: 255, alpha: 127 });
    for (const wrong of ["", "fff", "#ffffff", "fffffg", "fffffff"])
      expect(() => parsePixelColour(wrong)).toThrow("Got");
  });
});
