// The frame of one colour around a picture, against a search of every pixel.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pixels } from "../../../tests/fixtures/change-picture.ts";
import { makePicture, paint } from "../../../tests/fixtures/rgba-pictures.ts";
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { findTrimBox } from "./find-trim-box.ts";

function trim(picture: RgbaImage, threshold = 4) {
  const start = pixels.mark();
  const box = findTrimBox(pixels, pixels.write(picture), threshold);
  pixels.release(start);
  return box;
}

/** A frame of nearly one colour with single pixels that differ. */
function framed(widthPx: number, heightPx: number, dots: readonly (readonly [number, number])[]): RgbaImage {
  const isDot = new Set(dots.map(([x, y]) => y * widthPx + x));
  return paint(widthPx, heightPx, (x, y) =>
    isDot.has(y * widthPx + x) ? [240, 30, 30] : [240, 240 - ((x + y) % 3), 240],
  );
}

describe("the box inside a frame", () => {
  it("is the smallest that holds all that differs", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.tuple(fc.nat(39), fc.nat(19)), { maxLength: 6 }),
        (widthPx, heightPx, places) => {
          const dots = places
            .map(([x, y]): readonly [number, number] => [x % widthPx, y % heightPx])
            .filter(([x, y]) => x + y > 0);
          const columns = dots.map(([x]) => x);
          const rows = dots.map(([, y]) => y);
          const [left, top] = [Math.min(...columns), Math.min(...rows)];
          const expected =
            dots.length === 0
              ? null
              : {
                  leftPx: left,
                  topPx: top,
                  widthPx: Math.max(...columns) + 1 - left,
                  heightPx: Math.max(...rows) + 1 - top,
                };
          expect(trim(framed(widthPx, heightPx, dots))).toEqual(expected);
        },
      ),
      { numRuns: 500, seed: 6 },
    );
  });

  it("counts as frame what differs by no more than the threshold", () => {
    const picture = paint(20, 20, (x, y) => (x > 4 && y > 6 ? [110, 100, 100] : [100, 100, 100]));
    expect(trim(picture, (10 / 255) * 100)).toBeNull();
    expect(trim(picture, (9 / 255) * 100 + 0.01)).toEqual({ leftPx: 5, topPx: 7, widthPx: 15, heightPx: 13 });
    expect(trim(picture, 100)).toBeNull();
  });

  it("of a transparent frame is told by alpha alone", () => {
    const picture = paint(20, 20, (x, y) => (x > 4 && x < 9 && y > 6 ? [0, 0, 0, 255] : [x * 9, y * 9, 7, 0]));
    expect(trim(picture)).toEqual({ leftPx: 5, topPx: 7, widthPx: 4, heightPx: 13 });
  });

  it("is the whole picture where there is no frame", () => {
    const picture = makePicture(31, 17);
    picture.data.set([0, 0, 0, 255], 0);
    expect(trim(picture, 0)).toEqual({ leftPx: 0, topPx: 0, widthPx: 31, heightPx: 17 });
  });
});
