import { describe, expect, it } from "vitest";
import { DITHER_ALGORITHMS, NAMED_PALETTES } from "../../../../shared/contracts/transforms/dither-options.ts";
import { parseOps } from "../../../../shared/contracts/transforms/parse-ops.ts";
import { printOps } from "../../../../shared/contracts/transforms/print-ops.ts";
import { Transform } from "../../../../shared/contracts/transforms/transform.ts";
import {
  ditherTransform,
  FIRST_DITHER,
  hasRows,
  METHOD_GROUPS,
  PALETTES,
  type PaletteChoice,
  previewLongest,
  problemWithColours,
  readColours,
  sizeWithin,
} from "./dither-draft.ts";

const offered: readonly string[] = Object.values(METHOD_GROUPS).flatMap((methods) => Object.keys(methods));

describe("the Dither tab's choices", () => {
  it("offer every method there is, each once", () => {
    expect(offered.toSorted()).toEqual([...DITHER_ALGORITHMS].sort());
  });

  it("offer every named palette", () => {
    for (const name of NAMED_PALETTES) expect(Object.keys(PALETTES)).toContain(name);
  });

  it("stand for a transform whose address is read back as the same", () => {
    for (const algorithm of offered)
      for (const palette of Object.keys(PALETTES) as PaletteChoice[]) {
        const transform = ditherTransform({ ...FIRST_DITHER, algorithm, palette, strengthPercent: 65, linear: false });
        expect(Transform.safeParse(transform).success, `${algorithm} ${palette}`).toBe(true);
        const read = parseOps(printOps(transform), "photo.png");
        expect("transform" in read && read.transform.dither?.palette).toEqual(transform.dither?.palette);
      }
  });

  it("read colours as people write them", () => {
    expect(readColours("#E94560, 0f3 ;#fff\nrgb 112233")).toEqual(["e94560", "00ff33", "ffffff", "112233"]);
    expect(readColours("red, #12345, beefcake, #1234567")).toEqual([]);
    expect(problemWithColours("#000, #fff")).toBeNull();
    expect(problemWithColours("#000")).toContain("2 to 64");
    expect(problemWithColours("#000 ".repeat(65))).toContain("2 to 64");
  });

  it("have rows only where errors follow them", () => {
    expect(["floyd-steinberg", "stucki"].map(hasRows)).toEqual([true, true]);
    expect(["riemersma", "bayer8", "none"].map(hasRows)).toEqual([false, false, false]);
  });

  it("show dots that are whole pixels of the screen, as many as there may be", () => {
    expect(previewLongest(512, 888)).toEqual({ px: 444, dotPx: 2 });
    expect(previewLongest(512, 359)).toEqual({ px: 359, dotPx: 1 });
    expect(previewLongest(128, 1000)).toEqual({ px: 125, dotPx: 8 });
    expect(previewLongest(512, 512)).toEqual({ px: 512, dotPx: 1 });
    expect(previewLongest(512, 0)).toEqual({ px: 512, dotPx: 1 });
    expect(previewLongest(1, 700)).toEqual({ px: 1, dotPx: 700 });
  });

  it("keep a preview within its square and never enlarge it", () => {
    expect(sizeWithin(512, { widthPx: 4000, heightPx: 3000 })).toEqual({ widthPx: 512, heightPx: 384 });
    expect(sizeWithin(512, { widthPx: 30, heightPx: 40 })).toEqual({ widthPx: 30, heightPx: 40 });
    expect(sizeWithin(512, { widthPx: 1, heightPx: 9000 })).toEqual({ widthPx: 1, heightPx: 512 });
  });
});
