// Resizing and turning planes in the engine, against their textbook definitions.
import { describe, expect, it } from "vitest";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { makeSamples, readPlane, texture, writeImage, writePlane } from "../../../tests/fixtures/planar-image.ts";
import type { ReferencePlane } from "../../../tests/reference/jpeg-planes.ts";
import { orientReferencePlane } from "../../../tests/reference/orient-plane.ts";
import { resamplePlane } from "../../../tests/reference/resample-plane.ts";
import type { Orientation } from "../../kernels/exif-orientation.ts";
import { orientedSize } from "../../kernels/orient.ts";
import { createEngine } from "./engine.ts";
import { allocateImage, allocatePlane, resizeImage } from "./resize-planes.ts";

const engine = createEngine(await loadEngineModule());
const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
/** Half a level is rounding; the rest is 14 bits of weight and 6 of intermediate, over hundreds of taps. */
const MAX_DIFFERENCE = 1;

function grey(samples: ReferencePlane) {
  return writeImage(engine, [samples]);
}

function resizeGrey(samples: ReferencePlane, widthPx: number, heightPx: number): ReferencePlane {
  const target = engine.call((kernel) => allocateImage(kernel, { widthPx, heightPx }, true, 2));
  engine.call((kernel) => resizeImage(kernel, grey(samples), target));
  return readPlane(engine, target.planes[0]);
}

function largestDifference(samples: ArrayLike<number>, exact: ArrayLike<number>): number {
  expect(samples.length).toBe(exact.length);
  let largest = 0;
  for (let i = 0; i < samples.length; i++) {
    largest = Math.max(largest, Math.abs((samples[i] as number) - (exact[i] as number)));
  }
  return largest;
}

describe("resizing a plane", () => {
  it.each([
    ["by a fraction", 201, 151, 128, 96],
    ["by half", 128, 96, 64, 48],
    ["to an odd size", 97, 61, 33, 17],
    ["by much", 640, 480, 13, 9],
    ["along one axis only", 100, 80, 37, 80],
    ["a single row", 333, 1, 50, 1],
    ["a single column", 1, 333, 1, 50],
    ["three rows, fewer than the taps", 90, 3, 31, 2],
    ["to one pixel", 300, 200, 1, 1],
    ["a single pixel", 1, 1, 1, 1],
    ["to more samples, as coarse chroma must be", 40, 30, 64, 48],
  ])("agrees with the definition: %s", (_name, sourceWidth, sourceHeight, widthPx, heightPx) => {
    const source = makeSamples(sourceWidth, sourceHeight, texture(1));
    const { samples } = resizeGrey(source, widthPx, heightPx);
    expect(largestDifference(samples, resamplePlane(source, widthPx, heightPx))).toBeLessThan(MAX_DIFFERENCE);
  });

  it("keeps the samples when the size stays", () => {
    const source = makeSamples(37, 21, texture(2));
    expect(resizeGrey(source, 37, 21)).toEqual(source);
  });

  it.each([0, 1, 127, 254, 255])("keeps a flat plane of %i flat", (level) => {
    const { samples } = resizeGrey(
      makeSamples(67, 45, () => level),
      23,
      11,
    );
    expect(new Set(samples)).toEqual(new Set([level]));
  });

  it("clamps the overshoot at a hard edge", () => {
    const source = makeSamples(64, 64, (x, y) => (x < 32 === y < 32 ? 255 : 0));
    const { samples } = resizeGrey(source, 40, 40);
    expect(largestDifference(samples, resamplePlane(source, 40, 40))).toBeLessThan(MAX_DIFFERENCE);
  });

  it("writes nothing beyond the target's rows and strides", () => {
    const guard = engine.call((kernel) => allocatePlane(kernel, { widthPx: 64, heightPx: 1 }));
    engine.bytes().fill(7, guard.address, guard.address + 64);
    const source = grey(makeSamples(50, 33, texture(3)));
    const size = { widthPx: 17, heightPx: 11 };
    const target = engine.call((kernel) => allocateImage(kernel, size, true, 2));
    const after = engine.call((kernel) => allocatePlane(kernel, { widthPx: 64, heightPx: 1 }));
    engine.bytes().fill(7, after.address, after.address + 64);
    engine.call((kernel) => resizeImage(kernel, source, target));
    for (const { address } of [guard, after]) {
      expect(new Set(engine.bytes().subarray(address, address + 64))).toEqual(new Set([7]));
    }
  });
});

describe("resizing chroma", () => {
  it.each([
    ["4:4:4", 1, 1],
    ["4:2:2", 2, 1],
    ["4:2:0", 2, 2],
    ["4:1:1", 4, 1],
    ["4:1:0", 4, 2],
  ])("keeps it where luma is, from %s of odd sides to 4:2:0", (_name, across, down) => {
    const [sourceWidth, sourceHeight] = [151, 101];
    const target = engine.call((kernel) => allocateImage(kernel, { widthPx: 77, heightPx: 51 }, false, 2));
    const chromaWidth = Math.ceil(sourceWidth / across);
    const chromaHeight = Math.ceil(sourceHeight / down);
    const source = [
      makeSamples(sourceWidth, sourceHeight, texture(1)),
      makeSamples(chromaWidth, chromaHeight, texture(2)),
      makeSamples(chromaWidth, chromaHeight, texture(3)),
    ] as const;
    engine.call((kernel) => resizeImage(kernel, writeImage(engine, source), target));
    const columns = { step: sourceWidth / across / (77 / 2), phase: 0 };
    const rows = { step: sourceHeight / down / (51 / 2), phase: 0 };
    for (const i of [1, 2] as const) {
      const plane = target.planes[i];
      if (plane === undefined) throw new Error("no chroma");
      const exact = resamplePlane(source[i], 39, 26, columns, rows);
      expect(largestDifference(readPlane(engine, plane).samples, exact)).toBeLessThan(MAX_DIFFERENCE);
    }
  });

  it.each(ORIENTATIONS)("is where it is seen, odd sides turned to orientation %i", (orientation) => {
    const stored = { widthPx: 33, heightPx: 21 };
    const seen = orientedSize(stored.widthPx, stored.heightPx, orientation);
    const target = engine.call((kernel) => allocateImage(kernel, seen, false, 2));
    const chroma = makeSamples(40, 30, texture(5));
    const source = writeImage(engine, [makeSamples(80, 60, texture(1)), chroma, chroma]);
    engine.call((kernel) => resizeImage(kernel, source, target, orientation));
    // Turned first, the chroma is sampled from the top left as seen.
    const turned = orientReferencePlane(chroma, orientation);
    const columns = { step: (turned.widthPx * 2) / seen.widthPx, phase: 0 };
    const rows = { step: (turned.heightPx * 2) / seen.heightPx, phase: 0 };
    const cb = target.planes[1];
    if (cb === undefined) throw new Error("no chroma");
    const exact = resamplePlane(turned, cb.widthPx, cb.heightPx, columns, rows);
    expect(largestDifference(readPlane(engine, cb).samples, exact)).toBeLessThan(MAX_DIFFERENCE);
  });
});

describe("turning a plane", () => {
  const sizes = [
    [1, 1],
    [7, 5],
    [8, 8],
    [16, 24],
    [33, 17],
    [130, 71],
  ] as const;

  it.each(ORIENTATIONS)("moves every pixel to its place: orientation %i", (orientation) => {
    for (const [widthPx, heightPx] of sizes) {
      const stored = makeSamples(widthPx, heightPx, texture(orientation));
      const expected = orientReferencePlane(stored, orientation);
      const target = engine.call((kernel) => allocateImage(kernel, expected, true, 2));
      engine.call((kernel) => resizeImage(kernel, grey(stored), target, orientation));
      expect(readPlane(engine, target.planes[0])).toEqual(expected);
    }
  });

  it("writes nothing before the target when it writes upwards", () => {
    const stored = makeSamples(9, 9, texture(9));
    const source = writePlane(engine, stored);
    const target = engine.call((kernel) => allocatePlane(kernel, { widthPx: 9, heightPx: 9 }));
    const { address, strideBytes } = target;
    const before = engine.bytes().slice(address - 16, address);
    engine.call((kernel) => kernel.orientPlane(source.address, source.strideBytes, 9, 9, address, strideBytes, 7));
    expect(engine.bytes().slice(address - 16, address)).toEqual(before);
    expect(readPlane(engine, target)).toEqual(orientReferencePlane(stored, 7));
  });
});
