// The extended container, around chunks written by hand.
import { describe, expect, it } from "vitest";
import { joinBytes, webpFile } from "./hand-written-images.ts";
import { parseWebpHeader, walkWebpChunks } from "./webp-header.ts";
import { insertWebpMetadata } from "./webp-metadata.ts";

/** A key frame of 300x200 pixels, as far as a header goes, and of an odd length. */
const PICTURE = joinBytes([0x10, 0, 0, 0x9d, 0x01, 0x2a, 300 & 0xff, 300 >> 8, 200, 0, 7]);
const CANVAS = { widthPx: 300, heightPx: 200 };

function chunksOf(webp: Uint8Array) {
  return [...walkWebpChunks(webp, 12, webp.length)].map(({ fourCC, bodyStart, bodyEnd }) => ({
    fourCC,
    body: [...webp.subarray(bodyStart, bodyEnd)],
  }));
}

describe("metadata in a WebP", () => {
  it.each([3, 4])("of colour stands between the canvas and the untouched picture, %i bytes of it", (profileBytes) => {
    const profile = Uint8Array.from({ length: profileBytes }, (_, i) => i + 1);
    const webp = insertWebpMetadata(webpFile(["VP8 ", PICTURE]), { iccProfile: profile, exif: null }, CANVAS);
    expect(chunksOf(webp)).toEqual([
      { fourCC: "VP8X", body: [0x20, 0, 0, 0, 299 & 0xff, 299 >> 8, 0, 199, 0, 0] },
      { fourCC: "ICCP", body: [...profile] },
      { fourCC: "VP8 ", body: [...PICTURE] },
    ]);
    expect(new DataView(webp.buffer).getUint32(4, true)).toBe(webp.length - 8);
    expect(parseWebpHeader(webp)).toMatchObject(CANVAS);
  });

  it("keeps sides that need all of their 24 bits' lower 14", () => {
    const canvas = { widthPx: 16_383, heightPx: 16_382 };
    const webp = insertWebpMetadata(webpFile(["VP8 ", PICTURE]), { iccProfile: new Uint8Array(2), exif: null }, canvas);
    expect(parseWebpHeader(webp)).toMatchObject(canvas);
  });

  it("joins what an extended picture says already, and its EXIF comes last", () => {
    const canvas = [0x10, 0, 0, 0, 299 & 0xff, 299 >> 8, 0, 199, 0, 0];
    const alpha = webpFile(["VP8X", Uint8Array.from(canvas)], ["ALPH", new Uint8Array(4)], ["VP8 ", PICTURE]);
    const exif = joinBytes("II*", [0, 8, 0, 0, 0, 0]);
    const webp = insertWebpMetadata(alpha, { iccProfile: new Uint8Array(2), exif }, CANVAS);
    expect(chunksOf(webp).map(({ fourCC }) => fourCC)).toEqual(["VP8X", "ICCP", "ALPH", "VP8 ", "EXIF"]);
    expect(chunksOf(webp)[0]?.body[0]).toBe(0x10 | 0x20 | 0x08);
    expect(chunksOf(webp).at(-1)?.body).toEqual([...exif]);
    expect(new DataView(webp.buffer).getUint32(4, true)).toBe(webp.length - 8);
  });

  it.each([0x10, 0])("says of a lossless picture what it says of its alpha: %i", (alphaBit) => {
    const lossless = webpFile(["VP8L", Uint8Array.from([0x2f, 43, 1, 49, alphaBit, 0])]);
    const webp = insertWebpMetadata(lossless, { iccProfile: new Uint8Array(2), exif: null }, CANVAS);
    expect(chunksOf(webp)[0]?.body[0]).toBe(alphaBit | 0x20);
  });

  it("without any leaves a picture as it is", () => {
    const plain = webpFile(["VP8 ", PICTURE]);
    expect(insertWebpMetadata(plain, { iccProfile: null, exif: null }, CANVAS)).toBe(plain);
  });

  it("is refused where there is something else than a picture", () => {
    for (const bytes of [new Uint8Array(30), PICTURE])
      expect(() => insertWebpMetadata(bytes, { iccProfile: new Uint8Array(2), exif: null }, CANVAS)).toThrow(
        "Expected",
      );
  });
});
