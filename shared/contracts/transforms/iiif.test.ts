// IIIF Image API 3.0: every form of the specification's tables, and what must be refused (the public validator's cases).
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RENDER_MAX_SIDE_PX } from "../limits.ts";
import { IIIF_MAX_AREA, parseIiif } from "./iiif.ts";
import { IiifInfo, iiifInfo } from "./iiif-info.ts";

const SOURCE = { widthPx: 1000, heightPx: 600 };
const LARGE = { widthPx: 12_032, heightPx: 9024 };

function read(path: string, source = SOURCE) {
  const [region = "", size = "", rotation = "", file = ""] = path.split("/");
  return parseIiif({ region, size, rotation, file }, source);
}

describe("an image request", () => {
  it.each([
    ["full/max/0/default.jpg", { format: "jpg" }, "full/max/0/default.jpg"],
    ["0,0,1000,600/max/0/default.jpg", { format: "jpg" }, "full/max/0/default.jpg"],
    [
      "square/max/0/default.jpg",
      { crop: { unit: "px", x: 200, y: 0, width: 600, height: 600 }, format: "jpg" },
      "200,0,600,600/max/0/default.jpg",
    ],
    [
      "125,15,120,140/max/0/default.png",
      { crop: { unit: "px", x: 125, y: 15, width: 120, height: 140 }, format: "png" },
      "125,15,120,140/max/0/default.png",
    ],
    [
      "900,500,200,200/max/0/default.jpg",
      { crop: { unit: "px", x: 900, y: 500, width: 100, height: 100 }, format: "jpg" },
      "900,500,100,100/max/0/default.jpg",
    ],
    [
      "pct:41.6,7.5,40,70/max/0/default.jpg",
      { crop: { unit: "px", x: 416, y: 45, width: 400, height: 420 }, format: "jpg" },
      "416,45,400,420/max/0/default.jpg",
    ],
    [
      "pct:41.6,7.5,66.6,100/max/0/default.jpg",
      { crop: { unit: "px", x: 416, y: 45, width: 584, height: 555 }, format: "jpg" },
      "416,45,584,555/max/0/default.jpg",
    ],
    [
      "full/500,/0/default.jpg",
      { width: 500, height: 300, fit: "squeeze", format: "jpg" },
      "full/500,300/0/default.jpg",
    ],
    [
      "full/,150/0/default.jpg",
      { width: 250, height: 150, fit: "squeeze", format: "jpg" },
      "full/250,150/0/default.jpg",
    ],
    [
      "full/pct:50/0/default.jpg",
      { width: 500, height: 300, fit: "squeeze", format: "jpg" },
      "full/500,300/0/default.jpg",
    ],
    [
      "full/225,100/0/default.jpg",
      { width: 225, height: 100, fit: "squeeze", format: "jpg" },
      "full/225,100/0/default.jpg",
    ],
    [
      "full/!225,100/0/default.jpg",
      { width: 167, height: 100, fit: "squeeze", format: "jpg" },
      "full/167,100/0/default.jpg",
    ],
    ["full/!9000,9000/0/default.jpg", { format: "jpg" }, "full/max/0/default.jpg"],
    ["full/1000,/0/default.jpg", { format: "jpg" }, "full/max/0/default.jpg"],
    ["full/^1000,600/0/default.jpg", { format: "jpg" }, "full/max/0/default.jpg"],
    [
      "full/^1500,/0/default.jpg",
      { width: 1500, height: 900, fit: "squeeze", format: "jpg" },
      "full/^1500,900/0/default.jpg",
    ],
    [
      "full/^pct:200/0/default.jpg",
      { width: 2000, height: 1200, fit: "squeeze", format: "jpg" },
      "full/^2000,1200/0/default.jpg",
    ],
    [
      "full/^!2000,2000/0/default.jpg",
      { width: 2000, height: 1200, fit: "squeeze", format: "jpg" },
      "full/^2000,1200/0/default.jpg",
    ],
    ["full/max/90/default.jpg", { rotate: 90, format: "jpg" }, "full/max/90/default.jpg"],
    ["full/max/180.0/default.jpg", { rotate: 180, format: "jpg" }, "full/max/180/default.jpg"],
    ["full/max/360/default.jpg", { format: "jpg" }, "full/max/0/default.jpg"],
    ["full/max/!0/default.jpg", { flip: "h", format: "jpg" }, "full/max/!0/default.jpg"],
    ["full/max/!90/default.jpg", { rotate: 90, flip: "v", format: "jpg" }, "full/max/!90/default.jpg"],
    ["full/max/!180/default.jpg", { rotate: 180, flip: "h", format: "jpg" }, "full/max/!180/default.jpg"],
    ["full/max/!270/default.jpg", { rotate: 270, flip: "v", format: "jpg" }, "full/max/!270/default.jpg"],
    ["full/max/0/color.webp", { format: "webp" }, "full/max/0/default.webp"],
    ["full/max/0/gray.avif", { isGrey: true, format: "avif" }, "full/max/0/gray.avif"],
    ["full/max/0/gray.gif", { isGrey: true, format: "gif" }, "full/max/0/gray.gif"],
  ] as const)("%s is drawn", (path, transform, canonical) => {
    expect(read(path)).toEqual({ transform, canonical });
  });

  it("for bitonal is black and white only", () => {
    expect(read("full/max/0/bitonal.png")).toMatchObject({
      transform: { isGrey: true, dither: { palette: { kind: "grey", levels: 2 } } },
      canonical: "full/max/0/bitonal.png",
    });
  });

  it("for more than is drawn at once gets the largest there is", () => {
    const parsed = read("full/max/0/default.jpg", LARGE);
    if (parsed.problems !== undefined) throw new Error("refused");
    const { width = 0, height = 0 } = parsed.transform;
    expect(width * height).toBeLessThanOrEqual(IIIF_MAX_AREA);
    expect(width * height).toBeGreaterThan(IIIF_MAX_AREA * 0.999);
    expect(width / height).toBeCloseTo(LARGE.widthPx / LARGE.heightPx, 2);
    expect(parsed.canonical).toBe("full/max/0/default.jpg");
  });

  it.each([
    ["random/max/0/default.jpg", "/region"],
    ["0,0,0,10/max/0/default.jpg", "/region"],
    ["0,0,10,0/max/0/default.jpg", "/region"],
    ["1000,0,10,10/max/0/default.jpg", "/region"],
    ["pct:100,0,10,10/max/0/default.jpg", "/region"],
    ["pct:0,0,0,10/max/0/default.jpg", "/region"],
    ["-1,0,10,10/max/0/default.jpg", "/region"],
    ["0,0,10/max/0/default.jpg", "/region"],
    ["1.5,0,10,10/max/0/default.jpg", "/region"],
    ["pct:+1,0,10,10/max/0/default.jpg", "/region"],
    ["smart/max/0/default.jpg", "/region"],
    ["full/full/0/default.jpg", "/size"],
    ["full/random/0/default.jpg", "/size"],
    ["full/,/0/default.jpg", "/size"],
    ["full/!,100/0/default.jpg", "/size"],
    ["full/!100,/0/default.jpg", "/size"],
    ["full/0,/0/default.jpg", "/size"],
    ["full/,0/0/default.jpg", "/size"],
    ["full/pct:0/0/default.jpg", "/size"],
    ["full/pct:120/0/default.jpg", "/size"],
    ["full/1001,/0/default.jpg", "/size"],
    ["full/,601/0/default.jpg", "/size"],
    ["full/100,601/0/default.jpg", "/size"],
    ["full/^4097,/0/default.jpg", "/size"],
    ["full/^4000,4000/0/default.jpg", "/size"],
    ["full/^^max/0/default.jpg", "/size"],
    ["full/max/22.5/default.png", "/rotation"],
    ["full/max/361/default.jpg", "/rotation"],
    ["full/max/-90/default.jpg", "/rotation"],
    ["full/max/+90/default.jpg", "/rotation"],
    ["full/max/random/default.jpg", "/rotation"],
    ["full/max/!/default.jpg", "/rotation"],
    ["full/max/0/random.jpg", "/quality"],
    ["full/max/0/native.jpg", "/quality"],
    ["full/max/0/default.tif", "/format"],
    ["full/max/0/default.jp2", "/format"],
    ["full/max/0/default.random", "/format"],
    ["full/max/0/default", "/format"],
  ])("%s is refused for its %s", (path, pointer) => {
    expect(read(path).problems?.map((problem) => problem.pointer)).toEqual([pointer]);
  });

  it("of any form that is drawn has one canonical form, exact sizes and no more than is promised", () => {
    const number = fc.oneof(fc.nat(1200), fc.nat(20_000));
    const numbers = (count: number) =>
      fc.array(number, { minLength: count, maxLength: count }).map((all) => all.join(","));
    const region = fc.oneof(
      fc.constantFrom("full", "square"),
      numbers(4),
      numbers(4).map((all) => `pct:${all}`),
    );
    const form = fc.oneof(
      fc.constant("max"),
      number.map((n) => `${n},`),
      number.map((n) => `,${n}`),
      numbers(2),
      numbers(2).map((all) => `!${all}`),
      fc.double({ min: 0, max: 300, noNaN: true }).map((n) => `pct:${n.toFixed(3)}`),
    );
    const size = fc.tuple(fc.constantFrom("", "^"), form).map((both) => both.join(""));
    const rotation = fc.constantFrom("0", "90", "180", "270", "!0", "!90", "!180", "!270");
    const file = fc.constantFrom("default.jpg", "color.png", "gray.webp", "bitonal.png", "default.avif");
    const source = fc.record({
      widthPx: fc.integer({ min: 1, max: 13_000 }),
      heightPx: fc.integer({ min: 1, max: 13_000 }),
    });
    let drawn = 0;
    fc.assert(
      fc.property(region, size, rotation, file, source, (...[regionText, sizeText, turn, name, from]) => {
        const parsed = read([regionText, sizeText, turn, name].join("/"), from);
        if (parsed.problems !== undefined) return parsed.problems.length > 0;
        drawn++;
        expect(read(parsed.canonical, from)).toEqual(parsed);
        const { crop, width, height } = parsed.transform;
        const cut = crop ?? { x: 0, y: 0, width: from.widthPx, height: from.heightPx };
        expect(cut.x + cut.width).toBeLessThanOrEqual(from.widthPx);
        expect(cut.y + cut.height).toBeLessThanOrEqual(from.heightPx);
        const made = { width: width ?? cut.width, height: height ?? cut.height };
        expect(Math.max(made.width, made.height)).toBeLessThanOrEqual(RENDER_MAX_SIDE_PX);
        expect(made.width * made.height).toBeLessThanOrEqual(IIIF_MAX_AREA);
        if (!sizeText.startsWith("^")) expect(made.width <= cut.width && made.height <= cut.height).toBe(true);
        return true;
      }),
      { numRuns: 5000 },
    );
    expect(drawn).toBeGreaterThan(500);
  });
});

describe("info.json", () => {
  it.each([SOURCE, LARGE, { widthPx: 1, heightPx: 1 }, { widthPx: 600, heightPx: 20_000 }])(
    "of %o names sizes and tiles that are drawn",
    (source) => {
      const info = iiifInfo("https://example.test/iiif/3/x", source);
      expect(IiifInfo.parse(info)).toEqual(info);
      expect(Object.keys(info)[0]).toBe("@context");
      expect(info.sizes.length).toBeGreaterThan(0);
      for (const { width, height } of info.sizes)
        expect(read(`full/${width},${height}/0/default.jpg`, source).problems).toBeUndefined();
      for (const { width: side, scaleFactors } of info.tiles)
        for (const factor of scaleFactors) {
          // The implementation notes' tile arithmetic: the last column and row, which are cut short.
          const across = side * factor;
          const x = Math.floor((source.widthPx - 1) / across) * across;
          const y = Math.floor((source.heightPx - 1) / across) * across;
          const width = Math.min(across, source.widthPx - x);
          const height = Math.min(across, source.heightPx - y);
          const size = `${Math.ceil(width / factor)},${Math.ceil(height / factor)}`;
          expect(read(`${x},${y},${width},${height}/${size}/0/default.jpg`, source).problems).toBeUndefined();
        }
    },
  );
});
