// How far PNGs are shrunk while decoding, and that the memory it reckons with is the memory it takes.
import { describe, expect, it } from "vitest";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { createEngine } from "./engine.ts";
import { choosePngBox, pngMemoryBytes } from "./png-box.ts";
import type { PngImageHeader } from "./png-image-header.ts";

const MEBIBYTE = 1024 * 1024;

function rgb(widthPx: number, heightPx: number, more: Partial<PngImageHeader> = {}): PngImageHeader {
  return { widthPx, heightPx, bitDepth: 8, colourType: 2, bitsPerPixel: 24, isInterlaced: false, ...more };
}

/** 1280 px wide, as tall as the shape demands. */
function boxFor(header: PngImageHeader): number | null {
  return choosePngBox(header, { widthPx: 1280, heightPx: Math.round((header.heightPx * 1280) / header.widthPx) });
}

describe("the box", () => {
  it("leaves twice the wanted size where memory allows", () => {
    expect(boxFor(rgb(640, 480))).toBe(1);
    expect(boxFor(rgb(4032, 3024))).toBe(1);
    expect(boxFor(rgb(6000, 4000))).toBe(2);
    expect(boxFor(rgb(10240, 6000))).toBe(4);
  });

  it("grows up to the wanted size where it does not", () => {
    expect(boxFor(rgb(4400, 3300))).toBe(2);
    expect(boxFor(rgb(2560, 10240))).toBe(2);
    expect(boxFor(rgb(3000, 2000, { isInterlaced: true }))).toBe(2);
  });

  it("never makes planes smaller than wanted", () => {
    for (let widthPx = 1; widthPx < 12_000; widthPx += 97) {
      for (const isInterlaced of [false, true]) {
        const box = boxFor(rgb(widthPx, Math.ceil(widthPx * 0.75), { isInterlaced })) ?? 0;
        expect(Math.ceil(widthPx / box)).toBeGreaterThanOrEqual(Math.min(widthPx, 1280));
      }
    }
  });

  it("is none where nothing fits", () => {
    expect(boxFor(rgb(60_000_000, 1))).toBeNull();
    expect(choosePngBox(rgb(8000, 8000), { widthPx: 8000, heightPx: 8000 })).toBeNull();
    expect(boxFor(rgb(40_000, 30_000, { isInterlaced: true }))).toBeNull();
  });
});

describe("the memory reckoned with", () => {
  const engineModule = loadEngineModule();

  it.each([
    [rgb(4032, 3024), 1],
    [rgb(6000, 4000), 2],
    [rgb(9000, 7000, { colourType: 6, bitDepth: 16, bitsPerPixel: 64 }), 3],
    [rgb(2000, 3000, { isInterlaced: true }), 1],
    [rgb(6000, 4000, { isInterlaced: true }), 4],
    [rgb(5, 9), 1],
    [rgb(100_000, 20), 1],
  ])("is what the kernels allocate, or a little more: %j in boxes of %i", async (header, box) => {
    const { exports } = createEngine(await engineModule);
    const start = exports.mark();
    const { widthPx, heightPx, bitDepth, colourType, isInterlaced } = header;
    exports.beginPng(widthPx, heightPx, bitDepth, colourType, isInterlaced ? 1 : 0, box, 0);
    const taken = exports.mark() - start;
    expect(taken).toBeLessThanOrEqual(pngMemoryBytes(header, box));
    expect(pngMemoryBytes(header, box) - taken).toBeLessThan(2 * MEBIBYTE);
  });
});
