// The addresses of Cloudflare Images, imgproxy and thumbor: what their documents' examples mean here, and that whatever a
// dialect can say of a transform is read back as just that.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyTransform } from "../../../tests/fixtures/any-transform.ts";
import { parseCloudflare, printCloudflare } from "./cloudflare.ts";
import { parseImgproxy, printImgproxy } from "./imgproxy.ts";
import { normaliseTransform } from "./normalise-transform.ts";
import { printTail } from "./print-ops.ts";
import type { Printed } from "./printed.ts";
import { parseThumbor, printThumbor } from "./thumbor.ts";
import { Transform } from "./transform.ts";
import type { ReadTransform } from "./transform-draft.ts";

const ID = "0192f0c1-2345-7abc-8def-0123456789ab";

function imgproxy(path: string): ReadTransform {
  const [options = "", extension = ""] = path.split("@");
  return parseImgproxy(
    options.split("/").filter((segment) => segment !== ""),
    extension,
  );
}

const DIALECTS = [
  { name: "Cloudflare", parse: parseCloudflare, print: printCloudflare },
  { name: "imgproxy", parse: imgproxy, print: printImgproxy },
  { name: "thumbor", parse: parseThumbor, print: printThumbor },
] as const;

/** The canonical tail, or what is complained about. */
function meaningOf(read: ReadTransform): string {
  return read.problems === undefined
    ? printTail(read.transform, "p")
    : read.problems.map(({ pointer, message }) => `${pointer} ${message}`).join("; ");
}

describe("Cloudflare's address", () => {
  it.each([
    ["width=80,quality=75", "w_80,q_75/p.jpg"],
    ["w=80,h=60,q=75,f=auto", "w_80,h_60,q_75,f_auto/p.jpg"],
    ["width=250,dpr=2", "w_500/p.jpg"],
    ["fit=scale-down,width=9,height=9", "w_9,h_9/p.jpg"],
    ["fit=contain,width=9", "w_9,fit_contain/p.jpg"],
    ["fit=cover,w=9,h=8,gravity=auto", "w_9,h_8,fit_cover,g_auto/p.jpg"],
    ["fit=cover,w=9,h=8,g=face", "w_9,h_8,fit_cover,g_face/p.jpg"],
    ["fit=crop,w=9,h=8,gravity=left", "w_9,h_8,fit_crop,g_west/p.jpg"],
    ["fit=crop,w=9,h=8,gravity=0x1", "w_9,h_8,fit_crop,g_southwest/p.jpg"],
    ["fit=crop,w=9,h=8,gravity=0.5x0.5", "w_9,h_8,fit_crop/p.jpg"],
    ["fit=crop,w=9,h=8,gravity=0.5x0.33", "w_9,h_8,fit_crop,g_0.5x0.33/p.jpg"],
    ["fit=pad,w=9,h=8,background=#FF0000", "w_9,h_8,fit_pad,bg_ff0000/p.jpg"],
    ["fit=pad,w=9,h=8,background=red", "w_9,h_8,fit_pad,bg_ff0000/p.jpg"],
    ["background=rgb(240,40,145),w=9", "w_9,bg_f02891/p.jpg"],
    ["background=rgb(255 255 0)", "bg_ffff00/p.jpg"],
    ["background=rgba(240,40,145,0)", "bg_f0289100/p.jpg"],
    ["fit=squeeze,w=9,h=8", "w_9,h_8,fit_squeeze/p.jpg"],
    ["blur=50", "blur_20/p.jpg"],
    ["blur=250", "blur_100/p.jpg"],
    ["sharpen=2", "sharpen_2/p.jpg"],
    ["brightness=0.5,contrast=0.5,gamma=0.5", "brightness_0.5,contrast_0.5,gamma_0.5/p.jpg"],
    ["brightness=0", "p.jpg"],
    ["saturation=0", "grayscale_1/p.jpg"],
    ["metadata=keep", "meta_keep/p.jpg"],
    ["metadata=none,anim=false,onerror=redirect,compression=fast,scq=50", "p.jpg"],
    ["rotate=180", "rot_180/p.jpg"],
    // Their width is the turned picture's, and they mirror first.
    ["rotate=90,width=100,height=200", "w_200,h_100,rot_90/p.jpg"],
    ["rotate=90,flip=h", "rot_90,flip_v/p.jpg"],
    ["trim.width=678,trim.height=500,trim.left=30,trim.top=40", "crop_30:40:678:500/p.jpg"],
    ["trim.width=678,trim.height=500", "crop_0:0:678:500/p.jpg"],
    ["trim=border", "trim_10/p.jpg"],
    ["trim=0;0;0;0", "p.jpg"],
    ["format=avif", "p.avif"],
    ["format=baseline-jpeg", "p.jpg"],
    ["quality=high", "q_90/p.jpg"],
  ])("%s is %s", (options, meaning) => {
    expect(meaningOf(parseCloudflare(options))).toBe(meaning);
  });

  it.each([
    ["widht=80", "did you mean width?"],
    ["width=auto", "/width must be"],
    ["width=80,w=80", "/width is given twice"],
    ["trim=20;30;20;0", "/trim in px from four sides needs the photo's size"],
    ["trim.left=30", "/trim must be a whole number"],
    ["format=json", "/format json is what /info"],
    ["fit=aspect-crop", "/fit must be one of"],
    ["background=rgb(300,0,0)", "/background must be a colour"],
    ["draw=x", "Cloudflare's"],
    ["", "Cloudflare's"],
  ])("%s is refused: %s", (options, complaint) => {
    expect(meaningOf(parseCloudflare(options))).toContain(complaint);
  });
});

describe("imgproxy's address", () => {
  it.each([
    ["", "p.jpg"],
    ["rs:fit:300:200", "w_300,h_200/p.jpg"],
    ["resize:fit:300:200:1", "w_300,h_200,fit_contain/p.jpg"],
    ["rs:fill:300:400:0/g:sm@png", "w_300,h_400,fit_crop,g_auto/p.png"],
    ["rs:fill:300:400:1/g:nowe", "w_300,h_400,fit_cover,g_northwest/p.jpg"],
    ["rs:force:300:400", "w_300,h_400,fit_squeeze/p.jpg"],
    ["s:300:0:1", "w_300,fit_contain/p.jpg"],
    ["size::200", "h_200/p.jpg"],
    ["w:300/h:200/el:1/rt:fill", "w_300,h_200,fit_cover/p.jpg"],
    ["rs:fit:300:200:0:1/bg:255:0:0", "w_300,h_200,fit_pad,bg_ff0000/p.jpg"],
    ["w:300/h:200/ex:1:so/bg:f00", "w_300,h_200,fit_pad,g_south,bg_ff0000/p.jpg"],
    ["rs:fill:9:9/g:fp:0.3:0.4", "w_9,h_9,fit_crop,g_0.3x0.4/p.jpg"],
    ["rs:fill:9:9/g:obj:face", "w_9,h_9,fit_crop,g_face/p.jpg"],
    ["w:100/dpr:2/pd:10:20", "w_200,pad_20:40/p.jpg"],
    ["pd:10", "pad_10/p.jpg"],
    ["pd:1:2:3:4", "pad_1:2:3:4/p.jpg"],
    ["c:100:50:nowe:10:20", "crop_10:20:100:50/p.jpg"],
    ["c:0.5:0.5", "crop_pct:25:25:50:50/p.jpg"],
    ["c:0.5:0/g:ea", "crop_pct:50:0:50:100/p.jpg"],
    ["c:0.5:0.5:fp:0.9:0.5", "crop_pct:50:25:50:50/p.jpg"],
    ["c:0:0", "p.jpg"],
    ["t:25.5", "trim_10/p.jpg"],
    ["rot:180/fl:1:0", "rot_180,flip_h/p.jpg"],
    // Their width, and their north, are the turned picture's.
    ["rot:90/rs:fill:100:200/g:no", "w_200,h_100,fit_crop,g_west,rot_90/p.jpg"],
    ["rot:90/c:0.5:0:nowe", "crop_pct:0:50:100:50,rot_90/p.jpg"],
    ["bl:2/sh:0.5/pix:8", "blur_2,sharpen_0.5,pixelate_8/p.jpg"],
    ["br:51/co:1.5/sa:0.5", "brightness_1.2,contrast_1.5,saturation_0.5/p.jpg"],
    ["a:51:1.5", "brightness_1.2,contrast_1.5/p.jpg"],
    ["mc:1", "grayscale_1/p.jpg"],
    ["sm:1", "p.jpg"],
    ["sm:0", "meta_keep/p.jpg"],
    ["kcr:1", "meta_copyright/p.jpg"],
    ["q:0", "p.jpg"],
    ["q:80/f:webp", "q_80/p.webp"],
    ["pr:avatar", "w_128,h_128,fit_cover,g_face/p.jpg"],
    ["cb:123/exp:1/fn:x/ar:1/scp:1", "p.jpg"],
  ])("%s is %s", (path, meaning) => {
    expect(meaningOf(imgproxy(path))).toBe(meaning);
  });

  it.each([
    ["rs:fill-down:1:1", "/resize fill-down needs the photo's size"],
    ["resise:fit", "did you mean resize?"],
    ["c:100:50", "/crop in px needs the photo's size"],
    ["c:100:0.5:nowe:1:1", "/crop in px needs"],
    ["rot:90/c:100:50:nowe:1:1", "/crop in px of a turned picture"],
    ["g:no:5:5", "/gravity takes no offsets"],
    ["g:obj:cat", "/gravity of objects"],
    ["wm:0.5", "imgproxy's"],
    ["q:101", "/quality"],
    ["pr:mine", "/preset"],
    ["ar:0", "/auto_rotate"],
    [Array(40).fill("q:80").join("/"), "/options"],
  ])("%s is refused: %s", (path, complaint) => {
    expect(meaningOf(imgproxy(path))).toContain(complaint);
  });
});

describe("thumbor's address", () => {
  it.each([
    ["", "p.jpg"],
    ["300x200", "w_300,h_200,fit_cover/p.jpg"],
    ["300x200/smart", "w_300,h_200,fit_cover,g_auto/p.jpg"],
    ["300x200/left/top", "w_300,h_200,fit_cover,g_northwest/p.jpg"],
    ["300x200/right", "w_300,h_200,fit_cover,g_east/p.jpg"],
    ["300x200/bottom", "w_300,h_200,fit_cover,g_south/p.jpg"],
    ["300x", "w_300,fit_contain/p.jpg"],
    ["0x200", "h_200,fit_contain/p.jpg"],
    ["0x0", "p.jpg"],
    ["-300x-200", "w_300,h_200,fit_cover,flip_hv/p.jpg"],
    ["-0x0", "flip_h/p.jpg"],
    ["fit-in/300x200", "w_300,h_200/p.jpg"],
    ["fit-in/300x200/filters:upscale()", "w_300,h_200,fit_contain/p.jpg"],
    ["fit-in/200x200/filters:fill(white)", "w_200,h_200,fit_pad,bg_ffffff/p.jpg"],
    ["fit-in/300x300/filters:fill(add8e6,1)", "w_300,h_300,fit_pad,bg_add8e6/p.jpg"],
    [
      "fit-in/-180x180/10x10/filters:saturation(100):fill(yellow)",
      "w_180,h_180,fit_pad,flip_h,bg_ffff00,pad_10,saturation_2/p.jpg",
    ],
    ["200x200/smart/filters:fill(white):format(png):quality(80)", "w_200,h_200,fit_cover,g_auto,bg_ffffff/p.png"],
    ["stretch/300x200", "w_300,h_200,fit_squeeze/p.jpg"],
    ["300x200/filters:no_upscale()", "w_300,h_200,fit_crop/p.jpg"],
    ["30x40:100x150", "crop_30:40:70:110/p.jpg"],
    ["30x40:100x150/300x200", "w_300,h_200,fit_cover,crop_30:40:70:110/p.jpg"],
    ["0.1x0.1:0.9x1.0", "crop_pct:10:10:80:90/p.jpg"],
    ["0x0:0x0/300x200", "w_300,h_200,fit_cover/p.jpg"],
    ["trim/300x200", "w_300,h_200,fit_cover,trim_0/p.jpg"],
    ["trim:bottom-right:221", "trim_50/p.jpg"],
    ["300x200/filters:focal(0.1x0.2:0.3x0.4)", "w_300,h_200,fit_cover,g_0.2x0.3/p.jpg"],
    ["300x200/filters:focal(0.1,0.2)", "w_300,h_200,fit_cover,g_0.1x0.2/p.jpg"],
    ["filters:blur(7)", "blur_7/p.jpg"],
    ["filters:blur(7,3)", "blur_3/p.jpg"],
    ["filters:sharpen(2,1.0,true)", "sharpen_2/p.jpg"],
    ["filters:brightness(40):contrast(-40)", "brightness_1.4,contrast_0.6/p.jpg"],
    ["filters:grayscale()", "grayscale_1/p.jpg"],
    // thumbor turns anticlockwise, after mirroring.
    ["filters:rotate(90)", "rot_270/p.jpg"],
    ["-0x0/filters:rotate(90)", "rot_270,flip_v/p.jpg"],
    ["300x200/top/filters:orient(90)", "w_200,h_300,fit_cover,g_east,rot_270/p.jpg"],
    ["filters:strip_exif():strip_icc()", "p.jpg"],
    [`filters:watermark(${ID},right,bottom,50,20)`, `wm_${ID}:southeast:0.5:0.2/p.jpg`],
    [`filters:watermark(${ID},-0,0,0)`, `wm_${ID}:northeast:1:0.25/p.jpg`],
  ])("%s is %s", (path, meaning) => {
    expect(meaningOf(parseThumbor(path))).toBe(meaning);
  });

  it.each([
    ["meta/300x200", "/meta"],
    ["300x200/fit-in", "/path"],
    ["adaptive-fit-in/300x200", "/fit-in"],
    ["full-fit-in/300x200", "/fit-in"],
    ["origx200", "/path"],
    ["99999x1", "/size"],
    ["10x10:5x5", "/crop must name"],
    ["filters:grayscal()", "did you mean grayscale?"],
    ["filters:fill(blur)", "/fill"],
    ["filters:round_corner(20)", "/round_corner"],
    ["filters:focal(10x20:30x40)", "/focal in px"],
    ["filters:watermark(http://x,0,0,0)", "/watermark"],
    ["filters:blur(", "/filters"],
    ["filters:quality(x)", "/quality"],
  ])("%s is refused: %s", (path, complaint) => {
    expect(meaningOf(parseThumbor(path))).toContain(complaint);
  });
});

/** What is left of a transform when a dialect has no words for some of it. */
function without(transform: Transform, { lost }: Printed): Transform {
  const kept = Object.entries(normaliseTransform(transform)).filter(
    ([option]) => !lost.some((name) => name === option),
  );
  return normaliseTransform({ format: "jpg", ...Object.fromEntries(kept) } as Transform);
}

describe.each(DIALECTS)("$name's dialect", ({ parse, print }) => {
  it("says of every transform what it reads back, and names the rest", () => {
    fc.assert(
      fc.property(anyTransform(), (transform) => {
        const printed = print(transform);
        expect(parse(printed.text)).toEqual({ transform: without(transform, printed) });
      }),
      { numRuns: 2000 },
    );
  });

  it("loses nothing of sizes, fits, sides, turns, quality and format", () => {
    const plain = anyTransform(["jpg", "png", "webp", "avif", "gif"]).map(
      ({ width, height, fit, rotate, quality, format }) =>
        Object.fromEntries(
          Object.entries({ width, height, fit: fit === "pad" ? "cover" : fit, rotate, quality, format }).filter(
            ([, value]) => value !== undefined,
          ),
        ),
    );
    fc.assert(
      fc.property(plain, (transform) => print(transform as Transform).lost.length === 0),
      { numRuns: 500 },
    );
  });

  it("never fails on what somebody made up", () => {
    const words = [
      "width",
      "=",
      ",",
      "rs",
      ":",
      "fill",
      "/",
      "300",
      "x",
      "fit-in",
      "filters:",
      "blur(",
      ")",
      "0.5",
      "-",
      "crop",
      "c",
      "g",
      "#",
    ];
    const text = fc.oneof(
      fc.array(fc.constantFrom(...words), { maxLength: 20 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    fc.assert(
      fc.property(text, (made) => {
        const read = parse(made);
        return read.problems === undefined ? Transform.safeParse(read.transform).success : read.problems.length > 0;
      }),
      { numRuns: 5000 },
    );
  });
});
