import { describe, expect, it } from "vitest";
import { type FixedPaletteSpec, fixedPalette } from "./palettes.ts";

const hexOf = (spec: FixedPaletteSpec) =>
  Array.from({ length: fixedPalette(spec).colours.length / 3 }, (_, i) =>
    Buffer.from(fixedPalette(spec).colours.subarray(i * 3, i * 3 + 3)).toString("hex"),
  );

describe("palettes", () => {
  it("step evenly from black to white", () => {
    expect(hexOf({ kind: "grey", levels: 2 })).toEqual(["000000", "ffffff"]);
    expect(hexOf({ kind: "grey", levels: 4 })).toEqual(["000000", "555555", "aaaaaa", "ffffff"]);
    expect(new Set(hexOf({ kind: "grey", levels: 256 })).size).toBe(256);
  });

  it("mix n steps of each channel, blue fastest, and say so", () => {
    expect(hexOf({ kind: "rgb", levels: 2 })).toEqual([
      "000000",
      "0000ff",
      "00ff00",
      "00ffff",
      "ff0000",
      "ff00ff",
      "ffff00",
      "ffffff",
    ]);
    expect(new Set(hexOf({ kind: "rgb", levels: 6 })).size).toBe(216);
    expect(fixedPalette({ kind: "rgb", levels: 6 }).cubeLevels).toBe(6);
  });

  it.each([
    ["mono", 2],
    ["gameboy", 4],
    ["cga", 4],
    ["ega", 16],
    ["pico8", 16],
    ["heliograph", 5],
    ["eink6", 6],
  ] as const)("%s has %i colours, each once", (name, count) => {
    expect(new Set(hexOf({ kind: "named", name })).size).toBe(count);
    expect(hexOf({ kind: "named", name }).length).toBe(count);
  });

  it("take colours as they are written", () => {
    expect(hexOf({ kind: "colours", colours: ["0a1b2c", "ff0080"] })).toEqual(["0a1b2c", "ff0080"]);
  });
});
