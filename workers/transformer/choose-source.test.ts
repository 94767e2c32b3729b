// Which picture of a photo is opened, for what is to be made of it.
import { describe, expect, it } from "vitest";
import { planGeometry } from "../../shared/kernels/transform-geometry.ts";
import { chooseSources } from "./choose-source.ts";
import type { RenderTransform } from "./render-state.ts";

const phone = { mime: "image/jpeg", widthPx: 4032, heightPx: 3024 };

function first(transform: RenderTransform, photo = phone): string {
  const [source] = chooseSources(photo, planGeometry(photo, transform), transform);
  return source?.kind === "rendition" ? `w${source.widthPx}` : "original";
}

describe("the source of a render", () => {
  it.each<[string, RenderTransform, string]>([
    ["the smallest rendition twice as wide", { format: "jpg", width: 80 }, "w160"],
    ["the next one for a pixel more", { format: "jpg", width: 81 }, "w320"],
    ["the largest for half of it", { format: "webp", width: 640 }, "w1280"],
    ["the original beyond", { format: "jpg", width: 641 }, "original"],
    [
      "the original for a small part, however small the result",
      { format: "jpg", crop: { unit: "fraction", x: 0, y: 0, width: 0.1, height: 0.1 }, width: 160 },
      "original",
    ],
    ["the original for its metadata", { format: "jpg", width: 80, meta: "copyright" }, "original"],
  ])("is %s", (_, transform, source) => {
    expect(first(transform)).toBe(source);
  });

  it("is the original of a picture that may let something through, where the result can show it", () => {
    const logo = { mime: "image/png", widthPx: 1000, heightPx: 1000 };
    expect(first({ format: "webp", width: 100 }, logo)).toBe("original");
    expect(first({ format: "jpg", width: 100 }, logo)).toBe("w320");
    expect(first({ format: "jpg", width: 100, background: "ff0000" }, logo)).toBe("original");
  });

  it("is never a large original that only a library reads", () => {
    for (const mime of ["image/webp", "image/avif", "image/heic", "image/gif"])
      expect(first({ format: "png", width: 1200 }, { ...phone, mime }), mime).toBe("w1280");
    expect(first({ format: "png", width: 900 }, { mime: "image/avif", widthPx: 1200, heightPx: 900 })).toBe("original");
  });

  it("has a second choice for when the first cannot be read", () => {
    expect(chooseSources(phone, planGeometry(phone, { format: "jpg" } as RenderTransform), { format: "jpg" })).toEqual([
      { kind: "original" },
      { kind: "rendition", widthPx: 1280 },
    ]);
  });
});
