import { describe, expect, it } from "vitest";
import { cropImage } from "./crop.ts";
import type { Orientation } from "./exif-orientation.ts";
import { orientImage } from "./orient.ts";
import { storedRect } from "./orient-rect.ts";

/** Every pixel another colour, so that a crop tells where it is from. */
function numbered(widthPx: number, heightPx: number) {
  const data = new Uint8Array(widthPx * heightPx * 4);
  new Uint32Array(data.buffer).forEach((_, i, pixels) => {
    pixels[i] = i;
  });
  return { widthPx, heightPx, data };
}

describe("storedRect", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8] as Orientation[])(
    "finds the pixels that are seen there, orientation %i",
    (orientation) => {
      const stored = numbered(7, 5);
      const seen = orientImage(stored, orientation);
      const rect = { left: 1, top: 2, width: 3, height: 2 };
      const { left, top, width, height } = storedRect(rect, { width: 7, height: 5 }, orientation);
      const cut = cropImage(stored, { leftPx: left, topPx: top, widthPx: width, heightPx: height });
      const expected = cropImage(seen, { leftPx: 1, topPx: 2, widthPx: 3, heightPx: 2 });
      expect(orientImage(cut, orientation)).toEqual(expected);
    },
  );
});
