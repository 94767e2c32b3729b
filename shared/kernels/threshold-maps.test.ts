import { describe, expect, it } from "vitest";
import { type ThresholdMap, thresholdMap } from "./threshold-maps.ts";

const NAMES = [
  ...["bayer2", "bayer4", "bayer8", "bayer16", "clustered4", "clustered6", "clustered8", "blue-noise"],
  ...Array.from({ length: 19 }, (_, i) => `cd${i}`),
];

function map(name: string): ThresholdMap {
  const found = thresholdMap(name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

/** Light cells around each light cell, where a map shows an area of this value: few where dots are scattered, many where they cluster. */
function lightNeighbours({ width, height, thresholds }: ThresholdMap, value: number): number {
  const isLight = (x: number, y: number) =>
    value > (thresholds[((y + height) % height) * width + ((x + width) % width)] ?? 1);
  let neighbours = 0;
  let lights = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!isLight(x, y)) continue;
      lights++;
      for (const [across, down] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const)
        if (isLight(x + across, y + down)) neighbours++;
    }
  return neighbours / lights;
}

describe("threshold maps", () => {
  it.each(NAMES)("%s holds every rank equally often, within its range and around a half", (name) => {
    const { width, height, thresholds } = map(name);
    expect(thresholds.length).toBe(width * height);
    const counts = Map.groupBy(thresholds, (threshold) => threshold);
    expect(new Set([...counts.values()].map((same) => same.length)).size).toBe(1);
    expect(Math.min(...thresholds)).toBeGreaterThan(0);
    expect(Math.max(...thresholds)).toBeLessThan(1);
    expect(thresholds.reduce((sum, one) => sum + one, 0) / thresholds.length).toBeCloseTo(0.5, 5);
  });

  it("are none for other names", () => {
    for (const name of [
      "bayer",
      "bayer3",
      "bayer32",
      "cd19",
      "cd",
      "cd-1",
      "clustered5",
      "floyd-steinberg",
      "none",
      "",
    ])
      expect(thresholdMap(name), name).toBeNull();
  });

  it("have Bayer's matrix of 4 × 4", () => {
    expect(Array.from(map("bayer4").thresholds, (threshold) => threshold * 16 - 0.5)).toEqual([
      ...[15, 3, 12, 0],
      ...[7, 11, 4, 8],
      ...[13, 1, 14, 2],
      ...[5, 9, 6, 10],
    ]);
  });

  it("scatter or cluster as their names say", () => {
    // Cells at random would have 4 × value.
    for (const value of [0.15, 0.25, 0.4]) {
      for (const scattered of ["bayer4", "bayer8", "bayer16", "cd5", "blue-noise"])
        expect(lightNeighbours(map(scattered), value), scattered).toBeLessThan(0.7 * 4 * value);
      for (const clustered of ["clustered6", "clustered8", "cd8", "cd11", "cd12", "cd14", "cd16", "cd18"])
        expect(lightNeighbours(map(clustered), value), clustered).toBeGreaterThan(0.9);
    }
  });

  it("are no Bayer pattern where blue noise is asked for: no row is like another", () => {
    const { width, height, thresholds } = map("blue-noise");
    expect([width, height]).toEqual([64, 64]);
    const rows = new Set(
      Array.from({ length: height }, (_, y) => thresholds.subarray(y * width, (y + 1) * width).join()),
    );
    expect(rows.size).toBe(64);
  });

  it("keep circles round: black ones are white ones turned over", () => {
    for (const [black, white] of [
      ["cd13", "cd14"],
      ["cd15", "cd16"],
      ["cd17", "cd18"],
    ] as const) {
      const middle = (name: string) => {
        const { width, height, thresholds } = map(name);
        return thresholds[Math.floor(height / 2) * width + Math.floor(width / 2)] ?? Number.NaN;
      };
      expect(middle(white)).toBeLessThan(0.15);
      expect(middle(black)).toBeGreaterThan(0.85);
    }
  });
});
