// From what is chosen in the Transform tab to the address it stands for.
import { describe, expect, it } from "vitest";
import { parseOps } from "../../../../shared/contracts/transforms/parse-ops.ts";
import { printOps, printTail } from "../../../../shared/contracts/transforms/print-ops.ts";
import {
  addressName,
  FIRST_DRAFT,
  fullSizePx,
  planOf,
  sayAgainst,
  shapeShare,
  transformOf,
  withShape,
} from "./transform-draft.ts";

const LANDSCAPE = { widthPx: 4000, heightPx: 3000 };

describe("the Transform tab's choices", () => {
  it("begin with a picture of a size that is kept", () => {
    expect(printTail(transformOf(FIRST_DRAFT), "a")).toBe("w_1600,h_1600/a.jpg");
    expect(planOf(transformOf(FIRST_DRAFT), LANDSCAPE).output).toEqual({ widthPx: 1600, heightPx: 1200 });
  });

  it("are read back from their address as they were", () => {
    const draft = {
      ...withShape(FIRST_DRAFT, "16:9", LANDSCAPE),
      orientation: { rotate: 90, isMirrored: true } as const,
      longestPx: 801,
      format: "webp" as const,
      quality: 60,
    };
    const transform = transformOf(draft);
    const parsed = parseOps(printOps(transform), "a.webp");
    expect("transform" in parsed && parsed.transform).toEqual({
      ...transform,
      crop: { unit: "fraction", x: 0, y: 0.125, width: 1, height: 0.75 },
    });
    expect(planOf(transform, LANDSCAPE).output).toEqual({ widthPx: 451, heightPx: 801 });
  });

  it("keep a shape's ratio in pixels, whatever the photo's is", () => {
    const { crop } = withShape(FIRST_DRAFT, "square", LANDSCAPE);
    expect(crop.width * LANDSCAPE.widthPx).toBeCloseTo(crop.height * LANDSCAPE.heightPx);
    expect(shapeShare("free", LANDSCAPE)).toBeNull();
  });

  it("go back to the whole photo, and begin free with a frame that can be seen", () => {
    expect(withShape(withShape(FIRST_DRAFT, "square", LANDSCAPE), "whole", LANDSCAPE)).toEqual(FIRST_DRAFT);
    expect(withShape(FIRST_DRAFT, "free", LANDSCAPE).crop).toEqual({ x: 0.1, y: 0.1, width: 0.8, height: 0.8 });
    const square = withShape(FIRST_DRAFT, "square", LANDSCAPE);
    expect(withShape(square, "free", LANDSCAPE).crop).toEqual(square.crop);
  });

  it("say nothing of quality where a format has none, and never go beyond what is made", () => {
    expect(printOps(transformOf({ ...FIRST_DRAFT, format: "png", quality: 40 }))).toBe("w_1600,h_1600");
    expect(fullSizePx({ widthPx: 12_000, heightPx: 9000 })).toBe(4096);
    expect(fullSizePx({ widthPx: 800, heightPx: 900 })).toBe(900);
    expect(planOf(transformOf({ ...FIRST_DRAFT, format: "avif", longestPx: 4096 }), LANDSCAPE).problem).toBe(
      "too-large",
    );
  });

  it.each([
    { filename: "Ladakh/2026/IMG_0042.JPG", name: "IMG_0042" },
    { filename: "../../etc/passwd", name: "passwd" },
    { filename: "Über den Wolken?.heic", name: "U-ber-den-Wolken" },
    { filename: "日本.png", name: "photo" },
    { filename: ".jpg", name: "photo" },
    { filename: `${"x".repeat(200)}.jpg`, name: "x".repeat(60) },
  ])("call $filename $name in an address", ({ filename, name }) => {
    expect(addressName(filename)).toBe(name);
  });

  it.each([
    { bytes: 80, words: "92 % smaller than the original" },
    { bytes: 1000, words: "about as large as the original" },
    { bytes: 1120, words: "12 % larger than the original" },
  ])("compare $bytes with 1000 bytes: $words", ({ bytes, words }) => {
    expect(sayAgainst(bytes, 1000)).toBe(words);
  });
});
