import { expect, it } from "vitest";
import { cutSquareAround } from "./square-around.ts";

/** Red says the column, green the row. */
const image = {
  widthPx: 4,
  heightPx: 3,
  data: Uint8Array.from({ length: 48 }, (_, i) => [1 + ((i >> 2) % 4), 1 + Math.floor(i / 16), 0, 255][i % 4] ?? 0),
};
const pixel = (data: Uint8Array | Uint8ClampedArray, i: number) => [...data.subarray(i * 4, i * 4 + 2)];

it("is cut out around the point, and says from where", () => {
  const { image: square, leftPx, topPx } = cutSquareAround(image, 2, 2, 2);
  expect([leftPx, topPx]).toEqual([1, 1]);
  expect([0, 1, 2, 3].map((i) => pixel(square.data, i))).toEqual([
    [2, 2],
    [3, 2],
    [2, 3],
    [3, 3],
  ]);
});

it("is black beyond the image, on every side", () => {
  const { image: square, leftPx, topPx } = cutSquareAround(image, 2, 1, 8);
  expect([leftPx, topPx]).toEqual([-2, -3]);
  expect(pixel(square.data, 3 * 8 + 2)).toEqual([1, 1]);
  expect(pixel(square.data, 5 * 8 + 5)).toEqual([4, 3]);
  expect(square.data.filter((value) => value === 255)).toHaveLength(12);
});

it("is all black where nothing of the image lies in it", () => {
  expect(cutSquareAround(image, -50, 900, 3).image.data).toEqual(new Uint8Array(36));
});

it("has a side of whole pixels", () => {
  expect(() => cutSquareAround(image, 1, 1, 1.5)).toThrow("Got 1.5");
  expect(() => cutSquareAround(image, 1, 1, 0)).toThrow("Got 0");
});
