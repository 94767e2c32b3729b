import { describe, expect, it } from "vitest";
import { chwNormalise, letterboxBgr } from "./tensor.ts";

function imageOf(widthPx: number, heightPx: number, pixel: (x: number, y: number) => [number, number, number]) {
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) data.set([...pixel(x, y), 255], (y * widthPx + x) * 4);
  return { widthPx, heightPx, data };
}

describe("letterboxBgr", () => {
  it("writes blue, green and red planes", () => {
    const { data } = letterboxBgr(
      imageOf(1, 1, () => [10, 20, 30]),
      { longSidePx: 1, multiplePx: 1 },
    );
    expect([...data]).toEqual([30, 20, 10]);
  });

  it("averages whole areas when it shrinks by a whole factor", () => {
    const image = imageOf(4, 2, (x, y) => [x * 10 + y * 100, 0, 0]);
    const { data } = letterboxBgr(image, { longSidePx: 2, multiplePx: 1 });
    expect([...data.subarray(4)]).toEqual([(0 + 10 + 100 + 110) / 4, (20 + 30 + 120 + 130) / 4]);
  });

  it("weighs a source pixel that two areas share by its parts", () => {
    const image = imageOf(3, 3, (x) => [[90, 30, 0][x], 0, 0]);
    const { data, widthPx } = letterboxBgr(image, { longSidePx: 2, multiplePx: 1 });
    expect(widthPx).toBe(2);
    expect(data[8]).toBeCloseTo((90 + 30 / 2) / 1.5, 4);
    expect(data[9]).toBeCloseTo((30 / 2 + 0) / 1.5, 4);
  });

  it("interpolates when it enlarges and repeats the edge", () => {
    const { data } = letterboxBgr(
      imageOf(2, 1, (x) => [0, 0, x * 100]),
      { longSidePx: 4, multiplePx: 1 },
    );
    expect([...data.subarray(0, 4)]).toEqual([0, 25, 75, 100]);
  });

  it("pads right and below with black up to the multiple, and says how coordinates map back", () => {
    const tensor = letterboxBgr(
      imageOf(100, 50, () => [255, 255, 255]),
      { longSidePx: 40, multiplePx: 32 },
    );
    expect(tensor).toMatchObject({ widthPx: 64, heightPx: 32, scaleX: 0.4, scaleY: 0.4 });
    expect(tensor.data[39]).toBeCloseTo(255, 3);
    expect(tensor.data[40]).toBe(0);
    expect(tensor.data[19 * 64]).toBeCloseTo(255, 3);
    expect(tensor.data[20 * 64]).toBe(0);
  });

  it.each([
    [1280, 853],
    [333, 1279],
    [97, 5000],
    [640, 640],
  ])("keeps a flat %d × %d image flat", (widthPx, heightPx) => {
    const { data, widthPx: inputWidth } = letterboxBgr(
      imageOf(widthPx, heightPx, () => [200, 100, 50]),
      { longSidePx: 320, multiplePx: 1 },
    );
    const planeSize = data.length / 3;
    expect(inputWidth).toBeGreaterThan(0);
    for (const [plane, value] of [50, 100, 200].entries()) {
      const values = data.subarray(plane * planeSize, (plane + 1) * planeSize);
      expect(Math.max(...values.map((number) => Math.abs(number - value)))).toBeLessThan(1e-3);
    }
  });

  it("keeps the mean of a noisy image it halves (every pixel counts once)", () => {
    const image = imageOf(64, 64, (x, y) => [(x * 37 + y * 101) % 256, 0, 0]);
    const { data } = letterboxBgr(image, { longSidePx: 24, multiplePx: 1 });
    const mean = (values: ArrayLike<number>) =>
      Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    const reds = Array.from({ length: 64 * 64 }, (_, index) => image.data[index * 4] ?? 0);
    expect(mean(data.subarray(2 * 24 * 24))).toBeCloseTo(mean(reds), 3);
  });

  it("rejects data that is not the image it claims to be", () => {
    const image = { widthPx: 2, heightPx: 2, data: new Uint8Array(12) };
    expect(() => letterboxBgr(image, { longSidePx: 2, multiplePx: 1 })).toThrow(
      "Expected 16 bytes for 2x2 RGBA. Got 12.",
    );
  });
});

describe("chwNormalise", () => {
  it("separates the channels and applies mean and deviation in units of bytes", () => {
    const planes = chwNormalise(Uint8Array.of(255, 0, 51, 0, 255, 102), {
      channelOrder: "rgb",
      mean: [127.5, 63.75, 51],
      std: [127.5, 63.75, 25.5],
    });
    const expected = [1, -1, -1, 3, 0, 2];
    for (const [index, value] of expected.entries()) expect(planes[index]).toBeCloseTo(value, 5);
  });
  it("puts blue first where a network was trained that way, with the first mean for blue", () => {
    const planes = chwNormalise(Uint8Array.of(10, 20, 30), { channelOrder: "bgr", mean: [1, 2, 3], std: [1, 1, 1] });
    expect([...planes]).toEqual([29, 18, 7]);
  });
  it("rejects a length that is not whole pixels", () => {
    expect(() => chwNormalise(new Uint8Array(4), { channelOrder: "rgb", mean: [0, 0, 0], std: [1, 1, 1] })).toThrow(
      "Got 4 bytes",
    );
  });
});
