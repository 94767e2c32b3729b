import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeWholePng } from "../../tests/fixtures/decode-whole-png.ts";
import { expandIndexed } from "../../tests/fixtures/dither-pictures.ts";
import { loadEngineModule } from "../../tests/fixtures/load-engine-module.ts";
import type { IndexedImage } from "../kernels/dither-image.ts";
import { byteSourceOfBytes } from "./engine/byte-source.ts";
import { createEngine } from "./engine/engine.ts";
import { writeIndexedPng } from "./write-indexed-png.ts";

const engine = createEngine(await loadEngineModule());

function picture(widthPx: number, heightPx: number, entries: number): IndexedImage {
  const palette = Uint8Array.from({ length: entries * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));
  const indices = Uint8Array.from(
    { length: widthPx * heightPx },
    (_, at) => (Math.imul(at + 1, 0x9e3779b1) >>> 13) % entries,
  );
  return { widthPx, heightPx, indices, palette };
}

describe("a PNG by palette", () => {
  it.each([
    { entries: 1, bits: 1 },
    { entries: 2, bits: 1 },
    { entries: 3, bits: 2 },
    { entries: 4, bits: 2 },
    { entries: 5, bits: 4 },
    { entries: 16, bits: 4 },
    { entries: 17, bits: 8 },
    { entries: 256, bits: 8 },
  ])(
    "of $entries entries has $bits bits a pixel and shows its pixels to our reader and to libvips",
    async ({ entries, bits }) => {
      // Widths around a byte's worth of pixels, and more rows than are packed at once.
      for (const [widthPx, heightPx] of [
        [1, 1],
        [7, 3],
        [8, 2],
        [9, 515],
      ] as const) {
        const image = picture(widthPx, heightPx, entries);
        const bytes = await writeIndexedPng(image);
        expect(bytes[24]).toBe(bits);
        const expected = expandIndexed(image);
        const ours = await decodeWholePng(engine, byteSourceOfBytes(bytes));
        if (ours.kind !== "decoded") throw new Error(ours.detail);
        expect(Buffer.compare(ours.image.data, expected)).toBe(0);
        expect(Buffer.compare(await sharp(bytes).ensureAlpha().toColourspace("srgb").raw().toBuffer(), expected)).toBe(
          0,
        );
      }
    },
  );

  it("keeps holes", async () => {
    const image = picture(33, 21, 7);
    image.palette.fill(0, 24, 28);
    const shown = await sharp(await writeIndexedPng(image))
      .ensureAlpha()
      .raw()
      .toBuffer();
    expect(Buffer.compare(shown, expandIndexed(image))).toBe(0);
  });
});
