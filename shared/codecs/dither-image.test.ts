// The dither kernels through their host, against a plain reference and against what must hold of every picture.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandIndexed, noisyPicture, plainPicture } from "../../tests/fixtures/dither-pictures.ts";
import { loadDitherModule } from "../../tests/fixtures/load-dither-module.ts";
import { ditherPlainly } from "../../tests/reference/plain-dither.ts";
import { DIFFUSION_ALGORITHMS, DITHER_ALGORITHMS, ORDERED_ALGORITHMS } from "../contracts/transforms/dither-options.ts";
import type { DiffusionName } from "../kernels/diffusion-methods.ts";
import { createDitherer, DITHER_MAX_WIDTH_PX, type DitherOptions } from "../kernels/dither-image.ts";
import { linearLight } from "../kernels/linear-light.ts";
import { fixedPalette } from "../kernels/palettes.ts";
import { thresholdMap } from "../kernels/threshold-maps.ts";

const ditherer = createDitherer(new WebAssembly.Instance(await loadDitherModule(), {}).exports);
const MONO = fixedPalette({ kind: "grey", levels: 2 });
const RGBK = fixedPalette({ kind: "colours", colours: ["000000", "ff0000", "00ff00", "0000ff", "ffffff"] });
const options = (given: Partial<DitherOptions>): DitherOptions => ({
  algorithm: "floyd-steinberg",
  palette: MONO,
  strength: 1,
  serpentine: true,
  linear: true,
  ...given,
});

/**
 * Arithmetic of 32 bits, or in whole numbers, against 64: the first difference is a place where two colours are all but equally
 * near, and what comes after it may differ for a while. A wrong coefficient differs at once and everywhere.
 */
function expectAlike(indices: Uint8Array, expected: Uint8Array, what: string): void {
  const share = (rows: Uint8Array) => rows.filter((index, at) => index === expected[at]).length / rows.length;
  expect(share(indices.subarray(0, 1000)), what).toBeGreaterThan(0.97);
  expect(share(indices), what).toBeGreaterThan(0.85);
}

const LIGHT = Float64Array.from({ length: 256 }, (_, byte) => linearLight(byte));

/** Mean light (0–1) of each channel. */
function meanLight(rgba: Uint8Array): number[] {
  return [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let at = channel; at < rgba.length; at += 4) sum += LIGHT[rgba[at] ?? 0] ?? 0;
    return sum / (rgba.length / 4);
  });
}

const MEAN_KEEPING = DITHER_ALGORITHMS.filter((name) => !["atkinson", "none", "cd0"].includes(name));
const METHODS = DIFFUSION_ALGORITHMS.filter((name): name is DiffusionName => name !== "riemersma");

describe("dithering", () => {
  it.each(METHODS)("%s to colours is what a plain reference makes of it", (method) => {
    // Wider than a strip is high, higher than one: errors cross from strip to strip.
    const image = noisyPicture(83, 150);
    const colours = Array.from({ length: 5 }, (_, i) => [...RGBK.colours.subarray(i * 3, i * 3 + 3)]);
    for (const serpentine of [false, true])
      for (const linear of [false, true]) {
        const made = ditherer.dither(
          image,
          options({ algorithm: method, palette: RGBK, serpentine, linear, strength: 0.9 }),
        );
        const leftwards = serpentine ? "second" : "none";
        const expected = ditherPlainly(image, colours, { method, strength: 0.9, leftwards, linear });
        expectAlike(made.indices, expected, `serpentine ${serpentine}, linear ${linear}`);
      }
  });

  it.each(METHODS)("%s to greys in whole numbers is what a plain reference makes of grey pictures", (method) => {
    const image = noisyPicture(70, 90);
    for (let at = 0; at < image.data.length; at += 4) image.data.fill(image.data[at] ?? 0, at, at + 3);
    for (const levels of [2, 5]) {
      const palette = fixedPalette({ kind: "grey", levels });
      const greys = Array.from({ length: levels }, (_, i) => [...palette.colours.subarray(i * 3, i * 3 + 3)]);
      const made = ditherer.dither(image, options({ algorithm: method, palette }));
      const expected = ditherPlainly(image, greys, {
        method,
        strength: 1,
        leftwards: "second",
        linear: true,
        isUncut: true,
      });
      expectAlike(made.indices, expected, `${levels} levels`);
    }
  });

  it.each(MEAN_KEEPING)(
    "%s keeps the mean light of a plain area, for greys, cubes and lists of colours",
    (algorithm) => {
      // A map of n thresholds has n + 1 means between two levels; the dots of a repeated map are cut off by the picture's edge.
      const tolerance = 0.02 + 0.5 / new Set(thresholdMap(algorithm)?.thresholds ?? new Array(99).keys()).size;
      for (const [palette, colour] of [
        [MONO, [120, 120, 120]],
        [fixedPalette({ kind: "grey", levels: 5 }), [90, 90, 90]],
        [fixedPalette({ kind: "rgb", levels: 3 }), [200, 110, 60]],
        [fixedPalette({ kind: "rgb", levels: 2 }), [200, 110, 60]],
      ] as const) {
        const image = plainPicture(84, 168, colour);
        const shown = meanLight(expandIndexed(ditherer.dither(image, options({ algorithm, palette }))));
        for (const [channel, light] of meanLight(image.data).entries())
          expect(Math.abs((shown[channel] ?? 0) - light), `${colour} ${channel}`).toBeLessThan(tolerance);
      }
    },
  );

  it.each(DITHER_ALGORITHMS)("%s leaves a palette's own colours as they are", (algorithm) => {
    for (const palette of [
      MONO,
      RGBK,
      fixedPalette({ kind: "grey", levels: 7 }),
      fixedPalette({ kind: "rgb", levels: 4 }),
    ])
      for (let entry = 0; entry < Math.min(9, palette.colours.length / 3); entry++) {
        const [red = 0, green = 0, blue = 0] = palette.colours.subarray(entry * 3, entry * 3 + 3);
        const made = ditherer.dither(plainPicture(17, 66, [red, green, blue]), options({ algorithm, palette }));
        const shown = expandIndexed(made);
        // A map that spans a list's gap may step over; with cubes and greys, and with errors, there is none to hand on.
        if (palette === RGBK && ORDERED_ALGORITHMS.includes(algorithm as never)) continue;
        expect(
          shown.every((byte, i) => byte === [red, green, blue, 255][i & 3]),
          `${red} ${green} ${blue}`,
        ).toBe(true);
      }
  });

  it("makes nothing but a nearest colour of a strength of 0, whatever the method", () => {
    const image = noisyPicture(70, 70);
    for (const palette of [
      MONO,
      RGBK,
      fixedPalette({ kind: "grey", levels: 6 }),
      fixedPalette({ kind: "rgb", levels: 3 }),
    ]) {
      const plain = expandIndexed(ditherer.dither(image, options({ algorithm: "none", palette })));
      for (const algorithm of ["bayer8", "blue-noise", "floyd-steinberg", "stucki"]) {
        const made = expandIndexed(ditherer.dither(image, options({ algorithm, palette, strength: 0 })));
        // But where a value lies exactly between two, in the last of 16 bits.
        const others = made.filter((byte, at) => byte !== plain[at]).length;
        expect(others / made.length, algorithm).toBeLessThan(0.001);
      }
    }
  });

  it("chooses by luminance: pure green is light, pure blue is dark", () => {
    for (const linear of [true, false]) {
      const shade = (colour: readonly [number, number, number]) =>
        ditherer.dither(plainPicture(4, 4, colour), options({ algorithm: "none", linear })).indices[5];
      expect([shade([0, 255, 0]), shade([0, 0, 255]), shade([255, 0, 0])]).toEqual([1, 0, 0]);
    }
  });

  it.each(DITHER_ALGORITHMS)(
    "%s shows pixels that are more than half transparent as holes, and no others",
    (algorithm) => {
      for (const palette of [MONO, RGBK, fixedPalette({ kind: "rgb", levels: 2 })]) {
        const image = noisyPicture(131, 71, { holes: 0.3 });
        const { indices, palette: entries } = ditherer.dither(image, options({ algorithm, palette }));
        const hole = entries.length / 4 - 1;
        expect([...entries.subarray(hole * 4)]).toEqual([0, 0, 0, 0]);
        expect(indices.every((index, at) => (index === hole) === (image.data[at * 4 + 3] ?? 0) < 128)).toBe(true);
      }
    },
  );

  it("has no hole's entry where there is no hole", () => {
    expect([...ditherer.dither(noisyPicture(9, 9), options({})).palette]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
  });

  it("gives up one of 256 colours for a hole", () => {
    const palette = fixedPalette({ kind: "grey", levels: 256 });
    expect(ditherer.dither(noisyPicture(64, 64), options({ palette })).palette.length).toBe(256 * 4);
    const { palette: entries, indices } = ditherer.dither(noisyPicture(64, 64, { holes: 0.1 }), options({ palette }));
    expect(entries.length).toBe(256 * 4);
    expect([...entries.subarray(1016)]).toEqual([255, 255, 255, 255, 0, 0, 0, 0]);
    expect(indices.includes(255)).toBe(true);
  });

  it("is the same however often, and whatever was dithered before", () => {
    const image = noisyPicture(200, 100, { holes: 0.05 });
    const once = DITHER_ALGORITHMS.map(
      (algorithm) => ditherer.dither(image, options({ algorithm, palette: RGBK })).indices,
    );
    const backwards = DITHER_ALGORITHMS.toReversed().map((algorithm) => {
      ditherer.dither(noisyPicture(301, 5), options({ algorithm, palette: fixedPalette({ kind: "rgb", levels: 5 }) }));
      return ditherer.dither(image, options({ algorithm, palette: RGBK })).indices;
    });
    for (const [i, indices] of once.entries()) expect(Buffer.compare(indices, backwards.at(-1 - i) ?? indices)).toBe(0);
  });

  it("takes every size, palette and method, and answers with indices of the palette", () => {
    fc.assert(
      fc.property(
        fc.record({
          widthPx: fc.integer({ min: 1, max: 150 }),
          heightPx: fc.integer({ min: 1, max: 140 }),
          algorithm: fc.constantFrom(...DITHER_ALGORITHMS),
          colours: fc.array(fc.integer({ min: 0, max: 0xffffff }), { minLength: 1, maxLength: 40 }),
          isGrey: fc.boolean(),
          strength: fc.double({ min: 0, max: 1, noNaN: true }),
          serpentine: fc.boolean(),
          linear: fc.boolean(),
          holes: fc.constantFrom(0, 0.2, 1),
          seed: fc.integer(),
        }),
        ({ widthPx, heightPx, colours, isGrey, holes, seed, ...rest }) => {
          const bytes = colours.flatMap((colour) =>
            isGrey ? [colour & 255, colour & 255, colour & 255] : [colour >> 16, (colour >> 8) & 255, colour & 255],
          );
          const image = noisyPicture(widthPx, heightPx, { seed, holes });
          const made = ditherer.dither(image, {
            ...rest,
            palette: { colours: Uint8Array.from(bytes), cubeLevels: null },
          });
          expect(made.indices.length).toBe(widthPx * heightPx);
          expect(made.indices.reduce((most, index) => Math.max(most, index), 0)).toBeLessThan(made.palette.length / 4);
        },
      ),
      { numRuns: 150, seed: 6 },
    );
  });

  it("takes the widest picture it says, in 8 MiB, and refuses a wider one", () => {
    const palette = RGBK;
    expect(ditherer.dither(plainPicture(DITHER_MAX_WIDTH_PX, 66, [9, 99, 199]), options({ palette })).heightPx).toBe(
      66,
    );
    expect(() => ditherer.dither(plainPicture(DITHER_MAX_WIDTH_PX + 1, 1, [0, 0, 0]), options({}))).toThrow(RangeError);
  });

  it("refuses what is no method, no palette or no picture", () => {
    const image = noisyPicture(4, 4);
    expect(() => ditherer.dither(image, options({ algorithm: "bayer5" }))).toThrow(RangeError);
    expect(() => ditherer.dither(image, options({ algorithm: "toString" }))).toThrow(RangeError);
    for (const size of [0, 4, 257 * 3])
      expect(() =>
        ditherer.dither(image, options({ palette: { colours: new Uint8Array(size), cubeLevels: null } })),
      ).toThrow(RangeError);
    expect(() => ditherer.dither({ ...image, widthPx: 5 }, options({}))).toThrow(RangeError);
  });
});
