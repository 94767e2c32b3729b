// The bench's measures, on pictures whose answers are known.
import { describe, expect, it } from "vitest";
import { largestJsBuffer } from "./js-buffers.ts";
import { type RgbImage, shrinkByLanczos } from "./lanczos-reference.ts";
import { medianOf } from "./measure.ts";
import { compareQuality } from "./picture-quality.ts";

function picture(widthPx: number, heightPx: number, valueAt: (x: number, y: number) => number): RgbImage {
  const data = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return valueAt(pixel % widthPx, Math.floor(pixel / widthPx));
  });
  return { widthPx, heightPx, data };
}

const waves = picture(32, 24, (x, y) => 128 + 60 * Math.sin(x / 3) + 40 * Math.cos(y / 4));

describe("compareQuality", () => {
  it("finds nothing between a picture and itself", () => {
    expect(compareQuality(waves, waves)).toEqual({ psnrDb: Number.POSITIVE_INFINITY, ssim01: 1 });
  });

  it("gives 48.13 dB for one level everywhere, and hardly less structure", () => {
    const brighter = { ...waves, data: waves.data.map((value) => value + 1) };
    const { psnrDb, ssim01 } = compareQuality(brighter, waves);
    expect(psnrDb).toBeCloseTo(20 * Math.log10(255), 5);
    expect(ssim01).toBeGreaterThan(0.999);
  });

  it("tells a flat picture from one with structure", () => {
    expect(
      compareQuality(
        picture(32, 24, () => 128),
        waves,
      ).ssim01,
    ).toBeLessThan(0.2);
  });

  it("refuses pictures of different sizes", () => {
    expect(() => compareQuality(waves, shrinkByLanczos(waves, 16, 12))).toThrow("Expected 16x12. Got 32x24");
  });
});

describe("shrinkByLanczos", () => {
  it("keeps flat pictures flat, to the level", () => {
    const flat = shrinkByLanczos(
      picture(37, 29, () => 77),
      5,
      4,
    );
    expect([...new Set(flat.data)]).toEqual([77]);
  });

  it("keeps a ramp's middle where it was", () => {
    const ramp = shrinkByLanczos(
      picture(120, 8, (x) => 2 * x),
      10,
      2,
    );
    // The fifth of ten pixels covers columns 48 to 59: their mean is 53.5, twice that 107.
    expect(ramp.data[4 * 3]).toBe(107);
  });
});

describe("largestJsBuffer", () => {
  it("sees the largest of what is allocated, views of it apart", async () => {
    const { sizeBytes, result } = await largestJsBuffer(async () => {
      const bytes = new Uint8Array(5000);
      return new Uint8Array(bytes.buffer, 0, 10).slice(0, 5).length + new ArrayBuffer(70).byteLength;
    });
    expect(result).toBe(75);
    expect(sizeBytes).toBe(5000);
  });
});

describe("medianOf", () => {
  it("is the middle one, or between the two in the middle", () => {
    expect(medianOf([9, 1, 5])).toBe(5);
    expect(medianOf([9, 1, 5, 7])).toBe(6);
  });
});
