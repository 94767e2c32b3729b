import { describe, expect, it } from "vitest";
import { DIFFUSION_METHODS, shareOf } from "./diffusion-methods.ts";

describe("diffusion methods", () => {
  it.each(Object.entries(DIFFUSION_METHODS))(
    "%s hands on all of an error, but Atkinson's three quarters",
    (name, { taps, divisor }) => {
      const sum = taps.reduce((total, [, , share]) => total + share, 0);
      expect(sum / divisor).toBe(name === "atkinson" ? 0.75 : 1);
    },
  );

  it.each(Object.entries(DIFFUSION_METHODS))(
    "%s only reaches pixels whose turn is to come, each once",
    (_, { taps }) => {
      for (const [across, down] of taps) expect(down > 0 || across > 0).toBe(true);
      expect(new Set(taps.map(([across, down]) => `${across} ${down}`)).size).toBe(taps.length);
      // What the kernels have room for.
      for (const [across, down] of taps)
        expect(Math.abs(across) <= 3 && down <= 3 && (down > 0 || across <= 2)).toBe(true);
    },
  );

  it("says what goes where", () => {
    expect(shareOf(DIFFUSION_METHODS["floyd-steinberg"], 1, 0)).toBe(7 / 16);
    expect(shareOf(DIFFUSION_METHODS["floyd-steinberg"], -1, 1)).toBe(3 / 16);
    expect(shareOf(DIFFUSION_METHODS["floyd-steinberg"], 2, 0)).toBe(0);
    expect(shareOf(DIFFUSION_METHODS["stevenson-arce"], 3, 3)).toBe(5 / 200);
  });
});
