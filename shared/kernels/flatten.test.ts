import { describe, expect, it } from "vitest";
import { cropImage } from "./crop.ts";
import { flattenOnWhite } from "./flatten.ts";

describe("flattenOnWhite", () => {
  it("mixes with white by alpha and leaves opaque pixels alone", () => {
    const data = Uint8Array.from([0, 100, 255, 255, 0, 100, 255, 0, 0, 100, 255, 128]);
    flattenOnWhite({ widthPx: 3, heightPx: 1, data });
    expect([...data]).toEqual([0, 100, 255, 255, 255, 255, 255, 255, 127, 177, 255, 255]);
  });
});

describe("cropImage", () => {
  const image = { widthPx: 3, heightPx: 2, data: Uint8Array.from({ length: 24 }, (_, i) => i >> 2) };

  it("cuts the rectangle out", () => {
    const { data } = cropImage(image, { leftPx: 1, topPx: 1, widthPx: 2, heightPx: 1 });
    expect([...data]).toEqual([4, 4, 4, 4, 5, 5, 5, 5]);
  });

  it("refuses a rectangle that is not inside", () => {
    expect(() => cropImage(image, { leftPx: 2, topPx: 0, widthPx: 2, heightPx: 1 })).toThrow(/2x1\+2\+0/);
  });
});
