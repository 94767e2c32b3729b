// Our methods against pictures that makew0rld/dither (MPL-2.0) made. Not part of the repository: skipped where absent.
// Its arithmetic is told apart from its methods: with that arithmetic a plain reference over OUR coefficients, colours and distance
// gives its pictures pixel by pixel; our kernels round and cut off less, and are held to the same tones in every 16 × 16 pixels.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { expandIndexed } from "../../tests/fixtures/dither-pictures.ts";
import { loadDitherModule } from "../../tests/fixtures/load-dither-module.ts";
import { ditherLikeGoldens, type PlainOptions } from "../../tests/reference/plain-dither.ts";
import { createDitherer, type DitherOptions } from "../kernels/dither-image.ts";
import { linearLight } from "../kernels/linear-light.ts";
import type { Palette } from "../kernels/palettes.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { thresholdMap } from "../kernels/threshold-maps.ts";

const CORPUS = resolve(process.env.CORPUS_DIR ?? "../shared/corpus");
const PICTURES = join(CORPUS, "vectors/makew0rld__dither/images");
const hasGoldens = existsSync(PICTURES);
if (!hasGoldens) console.warn(`No dithered pictures at ${PICTURES}: their tests are skipped.`);

const ditherer = createDitherer(new WebAssembly.Instance(await loadDitherModule(), {}).exports);
const BLACK = [0, 0, 0];
const PALETTES = {
  mono: [BLACK, [255, 255, 255]],
  "red-green-black": [[255, 0, 0], [0, 255, 0], BLACK],
  "red-green-yellow-black": [[255, 0, 0], [0, 255, 0], [255, 255, 0], BLACK],
} as const;
type PaletteName = keyof typeof PALETTES;

/** Rows that are compared pixel by pixel: errors only go down, so that what comes after them changes nothing. */
const EXACT_ROWS = 70;

function firstRows({ widthPx, data }: RgbaImage): RgbaImage {
  return { widthPx, heightPx: EXACT_ROWS, data: data.subarray(0, widthPx * EXACT_ROWS * 4) };
}

async function read(name: string): Promise<RgbaImage> {
  const picture = sharp(join(PICTURES, `${name}.png`))
    .ensureAlpha()
    .toColourspace("srgb")
    .raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, data: new Uint8Array(data) };
}

const inputOf = (name: PaletteName) => read(name === "mono" ? "input/gradient" : "input/peppers");

function ours(image: RgbaImage, name: PaletteName, options: Partial<DitherOptions>): Uint8Array {
  const palette: Palette = { colours: Uint8Array.from(PALETTES[name].flat()), cubeLevels: null };
  const rest = { algorithm: "none", strength: 1, serpentine: false, linear: true, ...options };
  return expandIndexed(ditherer.dither(image, { ...rest, palette }));
}

function sameShare(a: Uint8Array, b: Uint8Array): number {
  let same = 0;
  for (let at = 0; at < a.length; at += 4)
    if (a[at] === b[at] && a[at + 1] === b[at + 1] && a[at + 2] === b[at + 2]) same++;
  return same / (a.length / 4);
}

/** Mean and largest difference of a channel's share of full over blocks of 16 × 16. */
function blockDifferences(
  a: Uint8Array,
  b: Uint8Array,
  { widthPx, heightPx }: RgbaImage,
): { mean: number; most: number } {
  const differences: number[] = [];
  for (let top = 0; top + 16 <= heightPx; top += 16)
    for (let left = 0; left + 16 <= widthPx; left += 16)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let cell = 0; cell < 256; cell++) {
          const at = ((top + (cell >> 4)) * widthPx + left + (cell & 15)) * 4 + channel;
          sum += (a[at] ?? 0) - (b[at] ?? 0);
        }
        differences.push(Math.abs(sum) / (256 * 255));
      }
  return { mean: differences.reduce((sum, one) => sum + one, 0) / differences.length, most: Math.max(...differences) };
}

interface DiffusionCase extends PlainOptions {
  readonly file: string;
  readonly palette: PaletteName;
}

const plain = { strength: 1, leftwards: "none" } as const;
const DIFFUSIONS: readonly DiffusionCase[] = [
  { file: "edm_floyd-steinberg", palette: "mono", method: "floyd-steinberg", ...plain },
  {
    file: "edm_floyd-steinberg_serpentine",
    palette: "mono",
    method: "floyd-steinberg",
    strength: 1,
    leftwards: "first",
  },
  // Its name notwithstanding: of all strengths, a half gives exactly this picture.
  {
    file: "edm_floyd-steinberg_strength_02",
    palette: "mono",
    method: "floyd-steinberg",
    strength: 0.5,
    leftwards: "none",
  },
  { file: "edm_jarvis-judice-ninke", palette: "mono", method: "jarvis-judice-ninke", ...plain },
  { file: "edm_atkinson", palette: "mono", method: "atkinson", ...plain },
  ...(["floyd-steinberg", "jarvis-judice-ninke", "atkinson"] as const).flatMap((method) =>
    (["red-green-black", "red-green-yellow-black"] as const).map((palette) => ({
      file: `edm_peppers_${method}_${palette}`,
      palette,
      method,
      ...plain,
    })),
  ),
];

describe.skipIf(!hasGoldens)("golden pictures of error diffusion", () => {
  it.each(DIFFUSIONS)(
    "$file: our coefficients and distance give it exactly, in its arithmetic",
    async ({ file, palette, ...options }) => {
      const colours = PALETTES[palette].map((colour) => [...colour]);
      const input = firstRows(await inputOf(palette));
      const indices = ditherLikeGoldens(input, colours, options);
      const shown = expandIndexed({
        ...input,
        indices,
        palette: Uint8Array.from(colours.flatMap((colour) => [...colour, 255])),
      });
      expect(sameShare(shown, firstRows(await read(`output/${file}`)).data)).toBe(1);
    },
  );

  // At half the strength most of an error is lost, and how much is what the arithmetics differ in.
  it.each(DIFFUSIONS.filter(({ strength }) => strength === 1))("$file: our kernels give its tones", async (golden) => {
    const input = await inputOf(golden.palette);
    const shown = ours(input, golden.palette, { algorithm: golden.method, serpentine: golden.leftwards !== "none" });
    const { mean, most } = blockDifferences(shown, (await read(`output/${golden.file}`)).data, input);
    expect(mean).toBeLessThan(0.006);
    // Peppers have colours no mixture of these reaches: there, ours cut errors off later and keep more of what is owed.
    expect(most).toBeLessThan(golden.palette === "mono" ? 0.03 : 0.06);
  });
});

// Its thresholds lie at the end of each rank's share and ours in its middle: half a rank apart, and so are the pictures.
describe.skipIf(!hasGoldens)("golden pictures of ordered dither", () => {
  it.each([
    { file: "bayer_2x2_gradient", algorithm: "bayer2", ranks: 4 },
    { file: "bayer_4x4_gradient", algorithm: "bayer4", ranks: 16 },
    { file: "bayer_8x8_gradient", algorithm: "bayer8", ranks: 64 },
    { file: "bayer_16x16_gradient", algorithm: "bayer16", ranks: 256 },
  ])("$file differs where values lie within half a rank of a threshold", async ({ file, algorithm, ranks }) => {
    const input = await inputOf("mono");
    const shown = ours(input, "mono", { algorithm });
    const golden = (await read(`output/${file}`)).data;
    const map = thresholdMap(algorithm);
    for (let at = 0; at < shown.length; at += 4) {
      if (shown[at] === golden[at]) continue;
      const [x, y] = [(at / 4) % input.widthPx, Math.floor(at / 4 / input.widthPx)];
      const threshold = map?.thresholds[(y % map.height) * map.width + (x % map.width)] ?? Number.NaN;
      const light = linearLight(input.data[at] ?? 0);
      // It is the one that is lighter, by at most those half ranks (and a step of 16 bits).
      expect(shown[at]).toBe(0);
      expect(Math.abs(threshold - light), `${x}, ${y}`).toBeLessThanOrEqual(0.5 / ranks + 1 / 65_535);
    }
  });

  it.each(["red-green-black", "red-green-yellow-black"] as const)(
    "bayer_16x16_%s is the same but for half a rank",
    async (palette) => {
      const shown = ours(await inputOf(palette), palette, { algorithm: "bayer16" });
      expect(sameShare(shown, (await read(`output/bayer_16x16_${palette}`)).data)).toBeGreaterThan(0.995);
    },
  );

  it.each([
    { file: "ClusteredDot4x4", algorithm: "clustered4" },
    { file: "ClusteredDot6x6", algorithm: "clustered6" },
    { file: "ClusteredDot8x8", algorithm: "clustered8" },
    { file: "ClusteredDotDiagonal8x8", algorithm: "cd8" },
  ])("$file has the tones of our $algorithm, whose dots are made by another rule", async ({ file, algorithm }) => {
    const input = await inputOf("mono");
    const { mean } = blockDifferences(ours(input, "mono", { algorithm }), (await read(`output/${file}`)).data, input);
    expect(mean).toBeLessThan(0.045);
  });
});
