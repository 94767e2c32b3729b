// Pictures in the module's memory: how they come and go, and what happens when there is no room.
import { describe, expect, it } from "vitest";
import { loadPixelsModule } from "../../../tests/fixtures/load-pixels-module.ts";
import { holes, makePicture } from "../../../tests/fixtures/rgba-pictures.ts";
import { createPixels } from "./pixels.ts";

const module = await loadPixelsModule();

describe("pictures in memory", () => {
  it("come back as they went in, also after the memory grew", () => {
    const pixels = createPixels(module);
    const picture = makePicture(31, 17, 1, holes);
    const image = pixels.write(picture);
    pixels.allocate(2000, 2000);
    expect(pixels.read(image)).toEqual(picture);
  });

  it("give their room back", () => {
    const pixels = createPixels(module);
    const start = pixels.mark();
    const { address } = pixels.allocate(100, 100);
    pixels.release(start);
    expect(pixels.allocate(10, 10).address).toBe(address);
  });

  it("may be one of the most pixels a render has, and its source of half as many", () => {
    const pixels = createPixels(module);
    pixels.allocate(4000, 2000);
    pixels.allocate(2000, 2000);
    expect(pixels.memoryBytes).toBeLessThanOrEqual(64 * 1024 * 1024);
  });

  it.each([
    [4096, 4096],
    [65_536, 16_384],
    [2 ** 31, 2 ** 31],
  ])("are refused at %i x %i: the module is out of memory, and dead", (widthPx, heightPx) => {
    const pixels = createPixels(module);
    expect(() => pixels.allocate(widthPx, heightPx)).toThrow(expect.objectContaining({ reason: "out-of-memory" }));
    expect(pixels.isAlive).toBe(false);
  });

  it.each([
    [0, 1],
    [1, -1],
    [1.5, 2],
    [Number.NaN, 2],
  ])("have a size: not %d x %d", (widthPx, heightPx) => {
    expect(() => createPixels(module).allocate(widthPx, heightPx)).toThrow(RangeError);
  });
});
