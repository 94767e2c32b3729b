import { describe, expect, it } from "vitest";
import type { Orientation } from "./exif-orientation.ts";
import { orientedSize, orientImage } from "./orient.ts";
import type { RgbaImage } from "./rgba-image.ts";

/** Each pixel's red is its number; the other channels prove that whole pixels travel. */
function numbered(widthPx: number, heightPx: number): RgbaImage {
  const data = Uint8Array.from({ length: widthPx * heightPx * 4 }, (_, i) => (i >> 2) + 1 + (i % 4) * 50);
  return { widthPx, heightPx, data };
}

function rows({ widthPx, heightPx, data }: RgbaImage): number[][] {
  return Array.from({ length: heightPx }, (_, y) =>
    Array.from({ length: widthPx }, (_, x) => data[(y * widthPx + x) * 4] as number),
  );
}

describe("orientImage", () => {
  // Stored: 1 2 3 / 4 5 6. TIFF 6.0: the value names where the stored first row and first column are seen.
  it.each([
    [
      1,
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      2,
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    [
      3,
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      4,
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
    ],
    [
      5,
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    [
      6,
      [
        [4, 1],
        [5, 2],
        [6, 3],
      ],
    ],
    [
      7,
      [
        [6, 3],
        [5, 2],
        [4, 1],
      ],
    ],
    [
      8,
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
    ],
  ] as [Orientation, number[][]][])("turns orientation %i upright", (orientation, seen) => {
    const turned = orientImage(numbered(3, 2), orientation);
    expect(rows(turned)).toEqual(seen);
    expect({ widthPx: turned.widthPx, heightPx: turned.heightPx }).toEqual(orientedSize(3, 2, orientation));
    for (let pos = 0; pos < turned.data.length; pos += 4) {
      const red = turned.data[pos] as number;
      expect([...turned.data.subarray(pos, pos + 4)]).toEqual([red, red + 50, red + 100, red + 150]);
    }
  });

  it("reads pixels that do not begin at a multiple of four", () => {
    const { data } = numbered(3, 2);
    const shifted = new Uint8Array(data.length + 1);
    shifted.set(data, 1);
    const image = { widthPx: 3, heightPx: 2, data: shifted.subarray(1) };
    expect(rows(orientImage(image, 3))).toEqual([
      [6, 5, 4],
      [3, 2, 1],
    ]);
  });

  it("refuses a buffer of another size, naming both", () => {
    expect(() => orientImage({ widthPx: 2, heightPx: 2, data: new Uint8Array(15) }, 2)).toThrow(/16 bytes.*15/);
  });
});
