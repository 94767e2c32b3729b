// The extended container, around chunks written by hand.
import { describe, expect, it } from "vitest";
import { joinBytes, webpFile } from "./hand-written-images.ts";
import { parseWebpHeader, walkWebpChunks } from "./webp-header.ts";
import { insertWebpIccProfile } from "./webp-icc-profile.ts";

/** A key frame of 300x200 pixels, as far as a header goes, and of an odd length. */
const PICTURE = joinBytes([0x10, 0, 0, 0x9d, 0x01, 0x2a, 300 & 0xff, 300 >> 8, 200, 0, 7]);
const CANVAS = { widthPx: 300, heightPx: 200 };

function chunksOf(webp: Uint8Array) {
  return [...walkWebpChunks(webp, 12, webp.length)].map(({ fourCC, bodyStart, bodyEnd }) => ({
    fourCC,
    body: [...webp.subarray(bodyStart, bodyEnd)],
  }));
}

describe("a colour profile in a WebP", () => {
  it.each([3, 4])("stands between the canvas and the untouched picture, %i bytes of it", (profileBytes) => {
    const profile = Uint8Array.from({ length: profileBytes }, (_, i) => i + 1);
    const webp = insertWebpIccProfile(webpFile(["VP8 ", PICTURE]), profile, CANVAS);
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
    const webp = insertWebpIccProfile(webpFile(["VP8 ", PICTURE]), new Uint8Array(2), canvas);
    expect(parseWebpHeader(webp)).toMatchObject(canvas);
  });

  it("is refused where there is something else than one plain picture", () => {
    const alpha = webpFile(["VP8X", new Uint8Array(10)], ["VP8 ", PICTURE]);
    for (const bytes of [alpha, new Uint8Array(20), PICTURE])
      expect(() => insertWebpIccProfile(bytes, new Uint8Array(2), CANVAS)).toThrow("begins with a VP8 chunk");
  });
});
