// Tones, saturation and grey, against their formulas.
import { describe, expect, it } from "vitest";
import { change, pixels } from "../../../tests/fixtures/change-picture.ts";
import { holes, makePicture, paint, pixelAt } from "../../../tests/fixtures/rgba-pictures.ts";
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { toneCurve } from "../../kernels/tone-curve.ts";
import { type ColourChange, colourPixels } from "./colour-pixels.ts";

const colour = (picture: RgbaImage, by: ColourChange) => change(picture, (image) => colourPixels(pixels, image, by));
const NEUTRAL = { brightness: 1, contrast: 1, gamma: 1 };
const ALL_LEVELS = paint(256, 1, (x) => [x, 255 - x, x, 255 - x]);

describe("the tone curve", () => {
  it("of nothing changes nothing", () => {
    expect([...toneCurve(NEUTRAL)]).toEqual([...ALL_LEVELS.data.filter((_, i) => i % 4 === 0)]);
  });

  it.each([
    ["brightness 2", { ...NEUTRAL, brightness: 2 }, 60, 120],
    ["brightness 0", { ...NEUTRAL, brightness: 0 }, 200, 0],
    ["brightness 10", { ...NEUTRAL, brightness: 10 }, 26, 255],
    ["contrast 2", { ...NEUTRAL, contrast: 2 }, 100, 73],
    ["contrast 0", { ...NEUTRAL, contrast: 0 }, 3, 128],
    ["gamma 2", { ...NEUTRAL, gamma: 2 }, 64, 128],
    ["gamma 0.5", { ...NEUTRAL, gamma: 0.5 }, 128, 64],
    ["brightness before contrast", { brightness: 0.5, contrast: 2, gamma: 1 }, 200, 73],
  ])("%s", (_name, tones, level, expected) => {
    expect(toneCurve(tones)[level]).toBe(expected);
  });

  it("never falls as levels rise, and keeps black and white under gamma", () => {
    for (const gamma of [0.1, 0.5, 2.2, 10]) {
      const curve = toneCurve({ ...NEUTRAL, gamma });
      expect([curve[0], curve[255]]).toEqual([0, 255]);
      expect([...curve]).toEqual([...curve].sort((a, b) => a - b));
    }
  });
});

describe("colouring", () => {
  it("maps every colour channel by the curve and leaves alpha", () => {
    const picture = makePicture(61, 7, 1, holes);
    const tones = { brightness: 1.2, contrast: 0.8, gamma: 1.5 };
    const curve = toneCurve(tones);
    const expected = picture.data.map((level, i) => (i % 4 === 3 ? level : (curve[level] as number)));
    expect(colour(picture, tones).data).toEqual(expected);
  });

  it("without a factor changes nothing", () => {
    const picture = makePicture(20, 7, 1, holes);
    expect(colour(picture, {})).toEqual(picture);
    expect(colour(picture, { brightness: 1, saturation: 1 })).toEqual(picture);
  });

  it.each([0, 0.4, 1.7, 10])("moves colours from their luma by saturation %f", (saturation) => {
    const picture = makePicture(61, 37, 3, holes);
    const changed = colour(picture, { saturation });
    for (let i = 0; i < 61 * 37; i++) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = pixelAt(picture, i % 61, Math.floor(i / 61));
      const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
      const exact = [red, green, blue].map((level) => Math.min(255, Math.max(0, luma + saturation * (level - luma))));
      const [r = 0, g = 0, b = 0, a = 0] = pixelAt(changed, i % 61, Math.floor(i / 61));
      // Half a level of rounding, and luma to a sixteenth times the factor.
      for (const [k, level] of [r, g, b].entries())
        expect(Math.abs(level - (exact[k] as number))).toBeLessThan(0.6 + saturation / 16);
      expect(a).toBe(alpha);
    }
  });

  it("makes pictures grey by luma, whatever the saturation", () => {
    const grey = colour(makePicture(61, 37, 3), { isGrey: true, saturation: 5 });
    for (let i = 0; i < grey.data.length; i += 4) {
      expect(grey.data[i + 1]).toBe(grey.data[i]);
      expect(grey.data[i + 2]).toBe(grey.data[i]);
    }
    expect(
      pixelAt(
        colour(
          paint(1, 1, () => [255, 0, 0]),
          { isGrey: true },
        ),
        0,
        0,
      ),
    ).toEqual([76, 76, 76, 255]);
    expect(
      pixelAt(
        colour(
          paint(1, 1, () => [0, 255, 0]),
          { isGrey: true },
        ),
        0,
        0,
      ),
    ).toEqual([150, 150, 150, 255]);
  });

  it.each([0, 0.5, 1, 7])("keeps greys grey at saturation %f", (saturation) => {
    const greys = paint(256, 1, (x) => [x, x, x]);
    expect(colour(greys, { saturation })).toEqual(greys);
  });
});
