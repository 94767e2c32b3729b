// The canonical dialect: what an address says, what it is redirected to, and what is wrong with it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyTransform } from "../../../tests/fixtures/any-transform.ts";
import { TRANSFORM_MAX_CHARS } from "../limits.ts";
import { DITHER_ALGORITHMS, NAMED_PALETTES } from "./dither-options.ts";
import { normaliseTransform } from "./normalise-transform.ts";
import { OPTION_NAMES, parseOps } from "./parse-ops.ts";
import { PRESETS } from "./presets.ts";
import { printOps, printTail } from "./print-ops.ts";
import { Transform } from "./transform.ts";

const ID = "0192f0c1-2345-7abc-8def-0123456789ab";

function canonicalOf(ops: string, file = "p.jpg"): string {
  const parsed = parseOps(ops, file);
  return parsed.problems === undefined ? parsed.canonical : JSON.stringify(parsed.problems);
}

function complaintsOf(ops: string, file = "p.jpg"): string[] {
  return (parseOps(ops, file).problems ?? []).map(({ pointer, message }) => `${pointer} ${message}`);
}

describe("an address", () => {
  it.each([
    ["", "p.jpg"],
    ["h_200,w_300", "w_300,h_200/p.jpg"],
    ["w_0300", "w_300/p.jpg"],
    ["w_300,dpr_2", "w_600/p.jpg"],
    ["w_301,h_99,dpr_1.5", "w_452,h_149/p.jpg"],
    ["pad_10,dpr_2,border_1,w_10", "w_20,pad_20,border_2:000000/p.jpg"],
    ["dpr_3", "p.jpg"],
    ["fit_cover", "p.jpg"],
    ["w_300,fit_cover", "w_300,fit_contain/p.jpg"],
    ["w_300,fit_crop", "w_300/p.jpg"],
    ["w_300,h_200,fit_scale-down", "w_300,h_200/p.jpg"],
    ["w_300,h_200,fit_cover,g_center", "w_300,h_200,fit_cover/p.jpg"],
    ["w_300,h_200,fit_cover,g_0.50x.5", "w_300,h_200,fit_cover/p.jpg"],
    ["w_300,h_200,fit_cover,g_0.30x1.0", "w_300,h_200,fit_cover,g_0.3x1/p.jpg"],
    ["w_300,h_200,g_face", "w_300,h_200/p.jpg"],
    [`g_person:${ID},w_9,h_9,fit_crop`, `w_9,h_9,fit_crop,g_person:${ID}/p.jpg`],
    ["crop_0:0:100:50", "crop_0:0:100:50/p.jpg"],
    ["crop_pct:10:10.50:33.3333333:80", "crop_pct:10:10.5:33.3333:80/p.jpg"],
    ["crop_pct:0:0:100:100", "p.jpg"],
    ["trim", "trim_10/p.jpg"],
    ["trim_0", "trim_0/p.jpg"],
    ["rot_-90", "rot_270/p.jpg"],
    ["rot_720", "p.jpg"],
    ["flip_vh", "flip_hv/p.jpg"],
    ["bg_F0a", "bg_ff00aa/p.jpg"],
    ["bg_white", "bg_ffffff/p.jpg"],
    ["bg_ff000080", "bg_ff000080/p.jpg"],
    ["bg_ff0000ff", "bg_ff0000/p.jpg"],
    ["pad_0", "p.jpg"],
    ["pad_1:2", "pad_1:2/p.jpg"],
    ["pad_1:2:1:2", "pad_1:2/p.jpg"],
    ["pad_1:2:3:4", "pad_1:2:3:4/p.jpg"],
    ["border_3:fff", "border_3:ffffff/p.jpg"],
    ["blur_0,sharpen_0,pixelate_1", "p.jpg"],
    ["blur_2.50", "blur_2.5/p.jpg"],
    ["brightness_1,contrast_1.0,gamma_1.000,saturation_1", "p.jpg"],
    ["saturation_0.5,grayscale", "grayscale_1/p.jpg"],
    ["grayscale_0", "p.jpg"],
    ["saturation_0", "grayscale_1/p.jpg"],
    ["redact_faces", "redact_faces:blur/p.jpg"],
    ["redact_faces:fill", "redact_faces:fill/p.jpg"],
    ["dither", "dither_floyd-steinberg/p.jpg"],
    ["pal_mono", "dither_floyd-steinberg,pal_mono/p.jpg"],
    ["levels_4", "dither_floyd-steinberg,pal_grey:4/p.jpg"],
    ["levels_3,pal_rgb", "dither_floyd-steinberg,pal_rgb:3/p.jpg"],
    ["dither_cd18,serpentine_0,strength_1", "dither_cd18/p.jpg"],
    ["dither_atkinson,serpentine_0,linear_0,strength_.5", "dither_atkinson,strength_0.5,serpentine_0,linear_0/p.jpg"],
    ["dither_bayer8,pal_000000:FFFFFF:ff0000", "dither_bayer8,pal_000000:ffffff:ff0000/p.jpg"],
    [`wm_${ID}`, `wm_${ID}:southeast:1:0.25/p.jpg`],
    [`wm_${ID}:center:0.3`, `wm_${ID}:center:0.3:0.25/p.jpg`],
    ["meta_none", "p.jpg"],
    ["meta_copyright", "meta_copyright/p.jpg"],
    ["q_80", "q_80/p.jpg"],
    ["f_webp", "p.webp"],
    ["f_auto", "f_auto/p.jpg"],
    ["thumb", "w_160,h_160/p.jpg"],
    ["w_200,thumb", "w_200,h_160/p.jpg"],
    ["avatar", "w_128,h_128,fit_cover,g_face/p.jpg"],
    ["square,dpr_2,g_north", "w_1024,h_1024,fit_cover,g_north/p.jpg"],
  ])("%s is asked for at %s", (ops, canonical) => {
    expect(canonicalOf(ops)).toBe(canonical);
  });

  it.each([
    ["p.jpeg", "p.jpg"],
    ["p.JPG", "p.jpg"],
    ["p.auto", "f_auto/p.jpg"],
    ["my photo.tar.webp", "my%20photo.tar.webp"],
    ["été/.avif", null],
    ["été.avif", "%C3%A9t%C3%A9.avif"],
    ["\ud800.gif", "%EF%BF%BD.gif"],
  ])("with the file %j goes to %j", (file, canonical) => {
    const parsed = parseOps("", file);
    expect(parsed.problems === undefined ? parsed.canonical : null).toBe(canonical);
  });

  it("drops a quality that its format does not have", () => {
    expect(canonicalOf("q_80", "p.png")).toBe("p.png");
    expect(canonicalOf("q_80", "p.avif")).toBe("q_80/p.avif");
  });

  it("of every preset says what its name stands for", () => {
    for (const [name, ops] of Object.entries(PRESETS)) expect(canonicalOf(name)).toBe(canonicalOf(ops));
  });
});

describe("an address that says nothing", () => {
  it.each([
    ["width_300", '/width there is no option "width"; did you mean w?'],
    ["heigth_1", '/heigth there is no option "heigth"; did you mean h?'],
    ["sharpn_1", '/sharpn there is no option "sharpn"; did you mean sharpen?'],
    ["brigthness_1", '/brigthness there is no option "brigthness"; did you mean brightness?'],
    ["zzzzzzzzzzz_1", '/zzzzzzzzzzz there is no option "zzzzzzzzzzz"'],
    ["toString_1", '/toString there is no option "toString"'],
    ["__proto___1", '/ there is no option ""'],
    ["w_1,,h_1", '/ there is no option ""'],
    ["w_1,w_2", "/w is given twice"],
    ["thumb,small", "/small is given twice"],
    ["w_0", '/w must be a whole number from 1 to 4096, not "0"'],
    ["w_1e3", '/w must be a whole number from 1 to 4096, not "1e3"'],
    ["w_99999999999999999999", '/w must be a whole number from 1 to 4096, not "99999999999999999999"'],
    ["w_4096,dpr_4", "/width is 16384 px, and the most is 4096"],
    ["dpr_0", '/dpr must be a number from 0.1 to 4, not "0"'],
    ["fit_covr", '/fit must be one of scale-down, contain, cover, crop, pad, squeeze, not "covr"; did you mean cover?'],
    ["rot_45", '/rot must be a multiple of 90, not "45"'],
    ["bg_blurple", '/bg must be a colour as rrggbb, not "blurple"'],
    ["g_person:me", "/g must name the person's id after person:"],
    ["crop_1:2:3", "/crop must be x:y:width:height, or pct:x:y:width:height"],
    ["crop_1:2:0:3", "/crop must have an area"],
    ["crop_pct:100:0:10:10", "/crop must have an area inside the photo"],
    ["dither_floyd", '/dither does not know "floyd"; did you mean floyd-steinberg?'],
    ["pal_mono,levels_4", "/levels means nothing beside a fixed palette"],
    ["pal_rgb,levels_7", "/levels must be 2 to 6 for rgb, not 7"],
    ["wm_x", "/wm must name a photo's id first"],
    [`q_80${",q_80".repeat(32)}`, "/options may be 32 at most, in 2000 characters"],
    ["x".repeat(TRANSFORM_MAX_CHARS + 1), "/options may be 32 at most, in 2000 characters"],
    ["w_1\u0000\n<script>", '/w must be a whole number from 1 to 4096, not "1??<script>"'],
  ])("%j: %s", (ops, complaint) => {
    expect(complaintsOf(ops)).toContain(complaint);
  });

  it("names everything that is wrong with it at once", () => {
    expect(complaintsOf("w_x,h_y,zoom_3", "p.tiff")).toHaveLength(4);
  });

  it.each(["jpg", ".jpg", "a\nb.jpg", `${"x".repeat(300)}.jpg`, ""])("is also one with the file %j", (file) => {
    expect(complaintsOf("", file).join()).toMatch(/^\/name/);
  });
});

describe("docs/transforms.md", () => {
  const document = readFileSync(join(import.meta.dirname, "../../../docs/transforms.md"), "utf8");
  const rows = [...document.matchAll(/^\| `([a-z]+)` +\|.*\| `([^`]+)` +\|$/gm)].map(
    ([, option = "", example = ""]) => ({
      option,
      example,
    }),
  );

  it("has a row for every option, and for no other", () => {
    expect(rows.map(({ option }) => option).sort()).toEqual([...OPTION_NAMES].sort());
  });

  it.each(rows)("shows $option by an example that holds", ({ option, example }) => {
    expect(complaintsOf(example)).toEqual([]);
    expect(`,${example}`).toContain(`,${option}_`);
  });

  it("names every preset, dither method and palette", () => {
    const maps = DITHER_ALGORITHMS.filter((name) => !/^cd\d+$/.test(name));
    for (const name of [...Object.keys(PRESETS), ...maps, ...NAMED_PALETTES]) expect(document).toContain(`\`${name}\``);
  });
});

describe("what is printed", () => {
  it("is read as the same value again, and printed the same", () => {
    fc.assert(
      fc.property(anyTransform(), (transform) => {
        expect(Transform.safeParse(transform).success).toBe(true);
        const tail = printTail(transform, "a b");
        const [file = "", ops = ""] = tail.split("/").reverse();
        const parsed = parseOps(ops, decodeURIComponent(file));
        expect(parsed).toEqual({ transform: normaliseTransform(transform), name: "a b", canonical: tail });
      }),
      { numRuns: 3000 },
    );
  });

  it("is the same for every order of the options", () => {
    fc.assert(
      fc.property(anyTransform(), fc.infiniteStream(fc.nat()), (transform, order) => {
        const words = printOps(transform).split(",");
        const shuffled = words.map((word) => [order.next().value, word] as const).sort(([a], [b]) => a - b);
        const ops = shuffled.map(([, word]) => word).join(",");
        expect(canonicalOf(ops, `p.${transform.format}`)).toBe(printTail(transform, "p"));
      }),
      { numRuns: 500 },
    );
  });
});

/** `npm run test:transforms` asks for 100,000. */
const STRINGS = Number(process.env["HELIOGRAPH_URLS"] ?? 20_000);

it("answers 100,000 random option strings with a transform, or with problems", { timeout: 180_000 }, () => {
  const words = [
    ...OPTION_NAMES,
    ...Object.keys(PRESETS),
    "pct:",
    "person:",
    ID,
    "faces",
    "fill",
    "cover",
    "pad",
    "auto",
  ];
  const values = [
    "1",
    "0",
    "-1",
    "300",
    "4096",
    "9e9",
    "1.5",
    ".",
    ":",
    "x",
    "fff",
    "bayer8",
    "mono",
    "jpg",
    "√",
    "\u0000",
  ];
  const piece = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(fc.constantFrom(...words), fc.constantFrom(...values)).map((pair) => pair.join("_")),
    },
    { weight: 2, arbitrary: fc.constantFrom(...words, ...values) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  );
  const ops = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(","));
  const file = fc.oneof(fc.constantFrom("p.jpg", "p.auto", "p.webp", "p", ""), fc.string({ maxLength: 8 }));
  let readable = 0;
  fc.assert(
    fc.property(ops, file, (text, name) => {
      const parsed = parseOps(text, name);
      if (parsed.problems !== undefined) return parsed.problems.length > 0;
      readable++;
      return Transform.safeParse(parsed.transform).success;
    }),
    { numRuns: STRINGS },
  );
  expect(readable).toBeGreaterThan(STRINGS / 100);
});
