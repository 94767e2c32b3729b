import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { IndexedImage } from "./dither-image.ts";
import { decodeGifFirstFrame } from "./gif-decode.ts";
import { encodeGif } from "./gif-encode.ts";

/** `next`: the index of each pixel. */
function picture(widthPx: number, heightPx: number, entries: number, next: (at: number) => number): IndexedImage {
  const palette = Uint8Array.from({ length: entries * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));
  return { widthPx, heightPx, indices: Uint8Array.from({ length: widthPx * heightPx }, (_, at) => next(at)), palette };
}

function expandIndexed({ indices, palette }: IndexedImage): Uint8Array {
  return Uint8Array.from({ length: indices.length * 4 }, (_, i) => palette[(indices[i >> 2] ?? 0) * 4 + (i & 3)] ?? 0);
}

const scrambled = (entries: number) => (at: number) => (Math.imul(at + 1, 0x9e3779b1) >>> 13) % entries;

describe("a GIF", () => {
  it.each([
    ["of one pixel", picture(1, 1, 2, () => 1)],
    ["of one entry", picture(5, 4, 1, () => 0)],
    ["of one long run", picture(700, 300, 2, () => 1)],
    ["of two entries, scrambled", picture(311, 207, 2, scrambled(2))],
    ["of three entries", picture(64, 64, 3, scrambled(3))],
    ["of 17 entries", picture(200, 100, 17, scrambled(17))],
    ["of 256 entries, with more strings than codes", picture(400, 300, 256, scrambled(256))],
  ])("%s shows its pixels to our reader and to libvips", async (_, image) => {
    const bytes = encodeGif(image);
    const expected = expandIndexed(image);
    expect(Buffer.compare(decodeGifFirstFrame(bytes)?.data ?? new Uint8Array(), expected)).toBe(0);
    expect(Buffer.compare(await sharp(bytes).ensureAlpha().raw().toBuffer(), expected)).toBe(0);
  });

  it("is right at every size at which codes may grow, clear or end", () => {
    for (let pixels = 1; pixels < 4500; pixels += 7) {
      const image = picture(pixels, 1, 16, scrambled(16));
      expect(
        Buffer.compare(decodeGifFirstFrame(encodeGif(image))?.data ?? new Uint8Array(), expandIndexed(image)),
      ).toBe(0);
    }
  });

  it("keeps holes", () => {
    const image = picture(30, 20, 5, scrambled(5));
    image.palette.fill(0, 16, 20);
    const decoded = decodeGifFirstFrame(encodeGif(image));
    expect(Buffer.compare(decoded?.data ?? new Uint8Array(), expandIndexed(image))).toBe(0);
  });

  it("refuses sides that its fields do not hold", () => {
    expect(() => encodeGif(picture(65_536, 1, 2, () => 0))).toThrow(RangeError);
  });
});
