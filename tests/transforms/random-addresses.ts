// Addresses of the image service nobody would write by hand: options of every dialect, right, wrong, absurd and cut short.
import { DITHER_ALGORITHMS, NAMED_PALETTES } from "../../shared/contracts/transforms/dither-options.ts";
import type { Random } from "../simulation/random.ts";

const NUMBERS = [
  "0",
  "1",
  "7",
  "64",
  "100",
  "320",
  "4096",
  "4097",
  "65535",
  "1e9",
  "-1",
  "0.5",
  "NaN",
  "",
  "1e-9",
  "９",
  "Infinity",
  "0x10",
  "2147483648",
  "00",
  "+5",
  "1.5",
];
const WORDS = [
  "auto",
  "face",
  "cover",
  "contain",
  "pad",
  "squeeze",
  "north",
  "center",
  "fff",
  "#000",
  "ff00ff80",
  "none",
  "keep",
  "copyright",
  "h",
  "hv",
  "blur",
  "pixelate",
  "fill",
  "person:x",
  "10x10",
  "0.5x0.5",
  "1,2,3,4",
  "__proto__",
  "constructor",
  "toString",
  "%00",
  "%2e%2e%2f",
  "..",
  "%F0%9F%8C%85",
  "%ff",
  "<script>",
  "'--",
  "a".repeat(300),
  ...NAMED_PALETTES,
];
const KEYS = [
  "w",
  "h",
  "fit",
  "g",
  "dpr",
  "rot",
  "flip",
  "crop",
  "trim",
  "bg",
  "pad",
  "border",
  "blur",
  "sharpen",
  "pixelate",
  "brightness",
  "contrast",
  "gamma",
  "saturation",
  "grayscale",
  "redact",
  "dither",
  "levels",
  "pal",
  "strength",
  "serpentine",
  "linear",
  "wm",
  "wmpos",
  "wmopacity",
  "wmscale",
  "meta",
  "q",
  "f",
  "__proto__",
  "width",
  "wdith",
  "gravity",
  "thumbnail",
  "rotate",
  "",
];
const EXTENSIONS = ["jpg", "png", "webp", "gif", "avif", "auto", "jpeg", "svg", "exe", "", "JPG", "json"];

/** Options that are right, each by itself. Together they may still be refused. */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  w: ["16", "40", "64", "33"],
  h: ["16", "40", "64", "7"],
  fit: ["scale-down", "contain", "cover", "crop", "pad", "squeeze"],
  g: ["auto", "face", "north", "southwest", "center", "0.5x0.25"],
  dpr: ["2", "1.5"],
  rot: ["90", "180", "270"],
  flip: ["h", "v", "hv"],
  crop: ["4:4:20:20", "pct:10:10:50:50"],
  trim: ["10"],
  bg: ["ffffff", "f00", "00000080"],
  pad: ["3", "1:2:3:4"],
  border: ["2:ff0000"],
  blur: ["1.5", "30"],
  sharpen: ["1"],
  pixelate: ["4"],
  brightness: ["1.2"],
  contrast: ["0.5"],
  gamma: ["2.2"],
  saturation: ["0"],
  grayscale: ["1"],
  redact: ["faces", "faces:fill"],
  dither: DITHER_ALGORITHMS,
  pal: ["grey:4", "rgb:2", "adaptive:8", ...NAMED_PALETTES, "000000:ffffff:ff0000"],
  strength: ["0.5"],
  meta: ["keep", "copyright", "none"],
  q: ["1", "50", "80", "100"],
};
/** The same in three other dialects. */
const RIGHT_ELSEWHERE = {
  seed: ["thumbnail=20", "rotate=180", "rotate=90&thumbnail=16"],
  cloudflare: ["width=20", "width=20,height=20,fit=cover", "rotate=90,quality=50", "blur=5,width=30"],
  imgproxy: ["rs:fill:20:20", "w:20", "rt:fit/w:20/h:10", "bl:2/q:50"],
} as const;

/** @param photo an id, and @param other somebody else's: nothing of it may be answered */
export function randomAddress(random: Random, photo: string, other: string): string {
  const id = random.chance(0.9) ? photo : random.pick([other, "x", photo.toUpperCase(), `${photo}0`, "%00"]);
  const ext = random.pick(EXTENSIONS);
  // Half of them by somebody who knows the options.
  if (random.chance(0.5)) return rightAddress(random, photo);
  switch (random.int(7)) {
    case 0:
    case 1:
      return `/i/${id}/${options(random, "_", ",")}/photo.${ext}${random.chance(0.7) ? "?dry=1" : ""}`;
    case 2:
      return `/api/v1/img/${id}.${ext}?${options(random, "=", "&")}`;
    case 3:
      return `/cf/${options(random, "=", ",")}/${id}`;
    case 4:
      return `/imgproxy/_/${options(random, ":", "/")}/plain/${id}@${ext}`;
    case 5:
      return `/thumbor/unsafe/${random.pick(NUMBERS)}x${random.pick(NUMBERS)}/filters:${random.pick(KEYS)}(${value(random)})/${id}`;
    default:
      return `/iiif/3/${id}/${random.pick(["full", "square", "0,0,9,9", "pct:1,2,3,4", value(random)])}/${random.pick(["max", "^max", "9,", ",9", "9,9", "!9,9", "pct:50", value(random)])}/${random.pick(["0", "90", "!180", "45", value(random)])}/${random.pick(["default", "gray", "bitonal", "color", value(random)])}.${ext}`;
  }
}

function rightAddress(random: Random, photo: string): string {
  const format = random.pick(["jpg", "png", "webp", "gif", "avif"]);
  switch (random.int(6)) {
    case 0:
      return `/api/v1/img/${photo}.${format}?${random.pick(RIGHT_ELSEWHERE.seed)}`;
    case 1:
      return `/cf/${random.pick(RIGHT_ELSEWHERE.cloudflare)}/${photo}`;
    case 2:
      return `/imgproxy/_/${random.pick(RIGHT_ELSEWHERE.imgproxy)}/plain/${photo}@${format}`;
    default: {
      const names = Object.keys(RIGHT);
      const chosen = new Set(Array.from({ length: 1 + random.int(4) }, () => random.pick(names)));
      const ops = [...chosen].map((name) => `${name}_${random.pick(RIGHT[name] ?? [""])}`).join(",");
      return `/i/${photo}/${ops}/photo.${format}${random.chance(0.3) ? "?dry=1" : ""}`;
    }
  }
}

function options(random: Random, between: string, separator: string): string {
  const count = random.chance(0.05) ? random.int(60) : random.int(6);
  const text = Array.from(
    { length: count },
    () => `${random.pick(KEYS)}${random.chance(0.95) ? between : ""}${value(random)}`,
  ).join(separator);
  return random.chance(0.1) ? text.slice(0, random.int(text.length + 1)) : text;
}

function value(random: Random): string {
  return random.pick(random.pick([NUMBERS, NUMBERS, WORDS, DITHER_ALGORITHMS]));
}
