import { describe, expect, it } from "vitest";
import { decodeGifFirstFrame } from "./gif-decode.ts";
import { unpackGifLzw } from "./gif-lzw.ts";
import { gifFile, makeRandom } from "./hand-written-images.ts";

const RED = [255, 0, 0, 255];
const GREEN = [0, 255, 0, 255];
const NONE = [0, 0, 0, 0];

describe("decodeGifFirstFrame", () => {
  it("places the frame on its screen and leaves the rest transparent", () => {
    const image = decodeGifFirstFrame(gifFile({ screenPx: [3, 1], framePx: [1, 0, 2, 1], indices: [0, 1] }));
    expect(image).toEqual({ widthPx: 3, heightPx: 1, data: Uint8Array.from([...NONE, ...RED, ...GREEN]) });
  });

  it("honours the transparent index", () => {
    const gif = gifFile({ screenPx: [2, 1], framePx: [0, 0, 2, 1], indices: [0, 1], transparentIndex: 0 });
    expect([...(decodeGifFirstFrame(gif)?.data ?? [])]).toEqual([...NONE, ...GREEN]);
  });

  it("puts interlaced rows in order", () => {
    // Ten rows of one pixel arrive as 0 8 4 2 6 1 3 5 7 9; only row 8, the second to arrive, is green.
    const indices = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    const gif = gifFile({ screenPx: [1, 10], framePx: [0, 0, 1, 10], indices, isInterlaced: true });
    const { data } = decodeGifFirstFrame(gif) ?? { data: new Uint8Array() };
    expect(Array.from({ length: 10 }, (_, y) => data[y * 4 + 1])).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 255, 0]);
  });

  it("keeps what there is of a truncated frame", () => {
    const gif = gifFile({ screenPx: [8, 1], framePx: [0, 0, 8, 1], indices: [0, 0, 0, 0, 1, 1, 1, 1] });
    const { data } = decodeGifFirstFrame(gif.subarray(0, gif.length - 4)) ?? { data: new Uint8Array() };
    expect([...data.subarray(0, 4)]).toEqual(RED);
    expect([...data.subarray(28)]).toEqual(NONE);
  });

  it("ends on random bytes, within the picture", () => {
    const random = makeRandom(3);
    const gif = gifFile({ screenPx: [16, 16], framePx: [0, 0, 16, 16], indices: new Array(256).fill(2) });
    for (let round = 0; round < 2000; round++) {
      const bytes = gif.slice();
      for (let i = 36; i < bytes.length - 2; i++) if (random() < 0.2) bytes[i] = Math.floor(random() * 256);
      expect(() => decodeGifFirstFrame(bytes)).not.toThrow();
    }
  });
});

describe("unpackGifLzw", () => {
  it("unpacks strings, a string that repeats its own first byte included", () => {
    // GIF89a's classic sample, 10 pixels of code size 2: clear 1 6 6 2 9 9 … from M. Flickinger's "What's in a GIF".
    const sample = [
      0x16, 0x8c, 0x2d, 0x99, 0x87, 0x2a, 0x1c, 0xdc, 0x33, 0xa0, 0x02, 0x75, 0xec, 0x95, 0xfa, 0xa8, 0xde, 0x60, 0x8c,
      0x04, 0x91, 0x4c, 0x01, 0x00,
    ];
    const indices = new Uint8Array(100);
    expect(unpackGifLzw(Uint8Array.from(sample), 0, 2, indices)).toBe(100);
    expect([...indices.subarray(0, 20)]).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    expect([...indices.subarray(40, 50)]).toEqual([1, 1, 1, 0, 0, 0, 0, 2, 2, 2]);
  });

  it("stops at a code that refers forward, where omggif chased a cycle for ever [regression]", () => {
    // 3-bit codes: 7 right after a clear (4) names an entry that does not exist.
    expect(unpackGifLzw(Uint8Array.from([2, 0b00_111_100, 0, 0]), 0, 2, new Uint8Array(50))).toBe(0);
  });
});
