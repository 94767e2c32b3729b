import { describe, expect, it } from "vitest";
import { expandIndexed, noisyPicture, plainPicture } from "../../tests/fixtures/dither-pictures.ts";
import { loadDitherModule } from "../../tests/fixtures/load-dither-module.ts";
import type { Dither } from "../contracts/transforms/transform.ts";
import { adaptivePalette } from "./adaptive-palette.ts";
import { createPictureDitherer } from "./dither-picture.ts";

const ditherer = createPictureDitherer(await loadDitherModule());
const dither: Dither = { algorithm: "floyd-steinberg", palette: null, strength: 1, serpentine: true, linear: true };
const entriesOf = (palette: Uint8Array) => palette.length / 4;

describe("a transform's dither", () => {
  it("is black and white for one channel where nobody named a palette, else as many colours as there can be", () => {
    const image = noisyPicture(60, 60);
    expect([...ditherer.dither(image, dither, true).palette]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
    expect(entriesOf(ditherer.dither(image, dither, false).palette)).toBeGreaterThan(200);
  });

  it("has the palette that was named", () => {
    const palette = { kind: "named", name: "gameboy" } as const;
    expect(entriesOf(ditherer.dither(noisyPicture(20, 20), { ...dither, palette }, true).palette)).toBe(4);
  });

  it("keeps room for holes beside 256 colours", () => {
    const made = ditherer.dither(noisyPicture(100, 100, { holes: 0.2 }), dither, false);
    expect(entriesOf(made.palette)).toBeLessThanOrEqual(256);
    expect([...made.palette.subarray(-4)]).toEqual([0, 0, 0, 0]);
  });
});

describe("an adaptive palette", () => {
  it.each([2, 3, 8, 17, 64, 256])("has at most the %i colours asked for, and uses them", (colours) => {
    const { length } = adaptivePalette(noisyPicture(200, 150), colours).colours;
    expect(length / 3).toBeLessThanOrEqual(colours);
    expect(length / 3).toBeGreaterThanOrEqual(Math.min(colours, 8) / 2);
  });

  it("is the colours of a picture that has few", () => {
    const image = plainPicture(40, 40, [10, 20, 30]);
    for (let at = 0; at < image.data.length; at += 8) image.data.set([200, 100, 50], at);
    const { colours } = adaptivePalette(image, 16);
    const found = new Set(
      Array.from({ length: colours.length / 3 }, (_, i) => colours.subarray(i * 3, i * 3 + 3).join()),
    );
    expect(found).toEqual(new Set(["10,20,30", "200,100,50"]));
  });

  it("comes nearer to the picture the more colours it has", () => {
    const image = noisyPicture(120, 120);
    const errors = [2, 8, 32, 256].map((colours) => {
      const palette = { kind: "adaptive", colours } as const;
      const shown = expandIndexed(ditherer.dither(image, { ...dither, algorithm: "none", palette }, false));
      return shown.reduce((sum, byte, i) => sum + (i % 4 === 3 ? 0 : (byte - (image.data[i] ?? 0)) ** 2), 0);
    });
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
  });

  it("is one black for a picture that is all holes, and takes a single pixel", () => {
    const image = plainPicture(9, 9, [1, 2, 3]);
    image.data.fill(0);
    expect([...adaptivePalette(image, 16).colours]).toEqual([0, 0, 0]);
    expect([...adaptivePalette(plainPicture(1, 1, [7, 8, 9]), 16).colours]).toEqual([7, 8, 9]);
  });

  it("looks at a large picture no longer than at a small one", () => {
    const { colours } = adaptivePalette(noisyPicture(1500, 900), 256);
    expect(colours.length / 3).toBeGreaterThan(200);
  });
});
