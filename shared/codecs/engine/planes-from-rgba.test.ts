// RGB pixels to planes and small planes back to RGBA, against the formulas of JFIF (ITU-T T.871 §7).
import { describe, expect, it } from "vitest";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { makeImage, noise, readPlane, writeImage } from "../../../tests/fixtures/planar-image.ts";
import { createEngine } from "./engine.ts";
import { planesFromRgba } from "./planes-from-rgba.ts";
import { toRgba } from "./render-planes.ts";

const engine = createEngine(await loadEngineModule());

function makeRgba(widthPx: number, heightPx: number) {
  const channels = [1, 2, 3, 4].map((seed) => noise(seed));
  const data = Uint8Array.from({ length: widthPx * heightPx * 4 }, (_, i) => {
    const pixel = i >> 2;
    return channels[i & 3]?.(pixel % widthPx, Math.floor(pixel / widthPx)) ?? 0;
  });
  return { widthPx, heightPx, data };
}

describe("pixels brought into the engine", () => {
  it.each([
    [1, 1],
    [2, 2],
    [7, 3],
    [8, 2],
    [9, 9],
    [40, 33],
    [101, 67],
  ])("become the YCbCr of JFIF, chroma the mean of 2 x 2: %i x %i px", (widthPx, heightPx) => {
    const image = makeRgba(widthPx, heightPx);
    const planar = planesFromRgba(engine, image);
    const at = (x: number, y: number) => {
      const start = (Math.min(y, heightPx - 1) * widthPx + Math.min(x, widthPx - 1)) * 4;
      return [...image.data.subarray(start, start + 3)] as [number, number, number];
    };
    const [luma, ...chroma] = planar.planes.map((plane) => readPlane(engine, plane));
    luma?.samples.forEach((sample, i) => {
      const [red, green, blue] = at(i % widthPx, Math.floor(i / widthPx));
      expect(Math.abs(sample - (0.299 * red + 0.587 * green + 0.114 * blue))).toBeLessThan(0.51);
    });
    const weights = [
      [-0.168736, -0.331264, 0.5],
      [0.5, -0.418688, -0.081312],
    ] as const;
    chroma.forEach((plane, i) => {
      expect([plane.widthPx, plane.heightPx]).toEqual([Math.ceil(widthPx / 2), Math.ceil(heightPx / 2)]);
      plane.samples.forEach((sample, k) => {
        const x = (k % plane.widthPx) * 2;
        const y = Math.floor(k / plane.widthPx) * 2;
        const box = [at(x, y), at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)];
        const [red, green, blue] = weights[i] ?? [0, 0, 0];
        const mean = box.reduce((sum, [r, g, b]) => sum + red * r + green * g + blue * b, 0) / 4;
        expect(Math.abs(sample - Math.min(255, mean + 128))).toBeLessThan(0.52);
      });
    });
  });

  it("leave the engine nothing but their planes", () => {
    const start = engine.call(({ mark }) => mark());
    planesFromRgba(engine, makeRgba(64, 64));
    // 1.5 bytes a pixel, and up to 16 beyond each plane's last row; chroma rows are as many as 16-row MCUs need.
    expect(engine.call(({ mark }) => mark()) - start).toBeLessThanOrEqual(64 * 64 * 1.5 + 3 * 32);
  });
});

describe("a small picture out of the engine", () => {
  it("has the colours that went in", () => {
    const data = Uint8Array.from({ length: 40 * 30 * 4 }, (_, i) => [200, 90, 30, 255][i & 3] ?? 0);
    const planar = planesFromRgba(engine, { widthPx: 40, heightPx: 30, data });
    const small = toRgba(engine, planar, 20);
    expect([small.widthPx, small.heightPx]).toEqual([20, 15]);
    small.data.forEach((value, i) => {
      expect(Math.abs(value - (data[i & 3] ?? 0))).toBeLessThanOrEqual(1);
    });
  });

  it("is grey and opaque when the image has no chroma", () => {
    const small = toRgba(engine, makeImage(engine, 33, 50, true), 25);
    expect([small.widthPx, small.heightPx]).toEqual([17, 25]);
    for (let i = 0; i < small.data.length; i += 4) {
      const [red, green, blue, alpha] = small.data.subarray(i, i + 4);
      expect([green, blue, alpha]).toEqual([red, red, 255]);
    }
  });

  it("is never enlarged, nor thinner than a pixel", () => {
    expect(toRgba(engine, makeImage(engine, 5, 3, false), 100)).toMatchObject({ widthPx: 5, heightPx: 3 });
    expect(toRgba(engine, makeImage(engine, 600, 2, false), 100)).toMatchObject({ widthPx: 100, heightPx: 1 });
  });

  it("clamps colours that RGB does not have", () => {
    const level = (value: number) => ({ widthPx: 1, heightPx: 1, samples: Uint8Array.of(value) });
    const loud = writeImage(engine, [level(255), level(0), level(255)]);
    expect([...toRgba(engine, loud, 1).data]).toEqual([255, 208, 28, 255]);
  });
});
