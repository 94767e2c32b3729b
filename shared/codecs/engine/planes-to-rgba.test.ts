// Planes to packed RGBA, against JFIF's formula at every combination of luma and chroma that matters.
import { expect, it } from "vitest";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { makeSamples, noise, writePlane } from "../../../tests/fixtures/planar-image.ts";
import { createEngine } from "./engine.ts";

const engine = createEngine(await loadEngineModule());

function clampToByte(value: number): number {
  return Math.min(255, Math.max(0, value));
}

function convert(widthPx: number, heightPx: number, samples: readonly ReturnType<typeof makeSamples>[]): Uint8Array {
  const start = engine.call((kernel) => kernel.mark());
  const [luma, cb, cr] = samples.map((plane) => writePlane(engine, plane));
  if (luma === undefined) throw new Error("no luma");
  const rgba = engine.call((kernel) => kernel.allocate(widthPx * heightPx * 4 + 16));
  const end = rgba + widthPx * heightPx * 4;
  engine.bytes().fill(7, end, end + 16);
  engine.call((kernel) =>
    kernel.convertPlanesToRgba(
      luma.address,
      luma.strideBytes,
      cb?.address ?? 0,
      cr?.address ?? 0,
      cb?.strideBytes ?? 0,
      widthPx,
      heightPx,
      rgba,
    ),
  );
  expect(new Set(engine.bytes().subarray(end, end + 16))).toEqual(new Set([7]));
  const result = engine.bytes().slice(rgba, end);
  engine.call((kernel) => kernel.release(start));
  return result;
}

it.each([
  [1, 1],
  [7, 3],
  [8, 2],
  [9, 5],
  [64, 64],
  [253, 31],
])("are converted to the level at %i x %i", (widthPx, heightPx) => {
  const planes = [1, 2, 3].map((seed) => makeSamples(widthPx, heightPx, noise(seed)));
  const [y, cb, cr] = planes.map(({ samples }) => samples);
  const expected = Uint8Array.from({ length: widthPx * heightPx * 4 }, (_, i) => {
    const luma = y?.[i >> 2] ?? 0;
    const [blueness, redness] = [(cb?.[i >> 2] ?? 0) - 128, (cr?.[i >> 2] ?? 0) - 128];
    const green = luma - 0.344136 * blueness - 0.714136 * redness;
    const levels = [luma + 1.402 * redness, green, luma + 1.772 * blueness, 255];
    return clampToByte(Math.round(levels[i & 3] ?? 0));
  });
  const own = convert(widthPx, heightPx, planes);
  // Sixteen bits of a coefficient may round a half the other way.
  expect(own.every((level, i) => Math.abs(level - (expected[i] as number)) <= 1)).toBe(true);
  expect(own.filter((level, i) => level !== expected[i]).length).toBeLessThan(2 + own.length / 1000);
});

it("are grey where there is no chroma", () => {
  const luma = makeSamples(29, 3, noise(1));
  const own = convert(29, 3, [luma]);
  const expected = Uint8Array.from({ length: 29 * 3 * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (luma.samples[i >> 2] as number),
  );
  expect(own).toEqual(expected);
});
