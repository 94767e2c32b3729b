import { describe, expect, it } from "vitest";
import { composeTurns, FLIPS, ROTATIONS } from "./compose-turns.ts";
import type { Orientation } from "./exif-orientation.ts";
import { orientImage } from "./orient.ts";

const ALL: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
/** 3x2, every pixel another. */
const image = { widthPx: 3, heightPx: 2, data: Uint8Array.from({ length: 24 }, (_, i) => i) };

describe("two turns one after the other", () => {
  it.each(ALL.flatMap((first) => ALL.map((second) => [first, second] as const)))(
    "%i then %i are one",
    (first, second) => {
      const oneByOne = orientImage(orientImage(image, first), second);
      expect(orientImage(image, composeTurns(first, second))).toEqual(oneByOne);
    },
  );

  it("rotate clockwise and flip as their names say", () => {
    // The first pixel, top left, ends up top right after a quarter turn clockwise, and after a horizontal flip.
    const cornerOf = (orientation: Orientation) => {
      const { data, widthPx } = orientImage(image, orientation);
      return data.slice((widthPx - 1) * 4, widthPx * 4);
    };
    expect(cornerOf(ROTATIONS[90])).toEqual(image.data.slice(0, 4));
    expect(cornerOf(FLIPS.h)).toEqual(image.data.slice(0, 4));
    expect(composeTurns(ROTATIONS[90], ROTATIONS[180])).toBe(ROTATIONS[270]);
    expect(composeTurns(FLIPS.h, FLIPS.v)).toBe(FLIPS.hv);
  });
});
