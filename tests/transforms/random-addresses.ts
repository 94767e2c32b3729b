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

/** @param photo an id, and @param other somebody else's: nothing of it may be answered */
export function randomAddress(random: Random, photo: string, other: string): string {
  const id = random.chance(0.9) ? photo : random.pick([other, "x", photo.toUpperCase(), `${photo}0`, "%00"]);
  const ext = random.pick(EXTENSIONS);
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
