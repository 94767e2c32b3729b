// The plain decoder against libjpeg as sharp has it, where the corpus is absent: a yardstick must be known to be straight.
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readJpegCoefficients } from "./jpeg-coefficients.ts";
import { referencePlane } from "./jpeg-planes.ts";

const SIZE = { width: 53, height: 38 };
const pixels = Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, i) => {
  return 128 + 90 * Math.sin(i / 7) * Math.cos(i / 300) + (i % 11);
});

describe.each([{ progressive: false }, { progressive: true }])("a grey JPEG, %o", (options) => {
  it("is read as libjpeg reads it, to a level of rounding", async () => {
    const raw = { ...SIZE, channels: 1 as const };
    const jpeg = await sharp(pixels, { raw })
      .toColourspace("b-w")
      .jpeg({ quality: 90, ...options })
      .toBuffer();
    const expected = await sharp(jpeg).toColourspace("b-w").raw().toBuffer();
    const { components, isProgressive } = readJpegCoefficients(new Uint8Array(jpeg));
    expect(isProgressive).toBe(options.progressive);
    const [grey] = components;
    if (grey === undefined) throw new Error("no component");
    const { widthPx, heightPx, samples } = referencePlane(grey, 8);
    expect([widthPx, heightPx]).toEqual([SIZE.width, SIZE.height]);
    const differences = samples.map((value, i) => Math.abs(value - (expected[i] ?? 0)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  it("has the mean of each block at 1/8", async () => {
    const raw = { ...SIZE, channels: 1 as const };
    const jpeg = await sharp(pixels, { raw })
      .toColourspace("b-w")
      .jpeg({ quality: 90, ...options })
      .toBuffer();
    const [grey] = readJpegCoefficients(new Uint8Array(jpeg)).components;
    if (grey === undefined) throw new Error("no component");
    const full = referencePlane(grey, 8);
    const eighth = referencePlane(grey, 1);
    let sum = 0;
    for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) sum += full.samples[y * full.widthPx + x] ?? 0;
    expect(Math.abs((eighth.samples[0] ?? 0) - sum / 64)).toBeLessThanOrEqual(1);
  });
});
