// thumbor's and imagor's filters, each with the arguments their documents name.
import { PhotoId } from "../ids.ts";
import { nearestOption } from "./nearest-option.ts";
import {
  quoted,
  type Refuse,
  readColour,
  readFactor,
  readNumber,
  readRotation,
  readShare,
  readWhole,
  readWord,
  refusing,
  type TransformProblem,
} from "./option-values.ts";
import type { TransformDraft } from "./transform-draft.ts";
import { sideOfPoint, turnedBack } from "./turn-frame.ts";

export interface ThumborDraft extends TransformDraft {
  isFitIn: boolean;
  isStretched: boolean;
  /** undefined: by the way it is fitted. */
  mayEnlarge: boolean | undefined;
  fill: string | undefined;
  /** Clockwise: before everything else, and after it. */
  orient?: 0 | 90 | 180 | 270 | undefined;
  turn?: 0 | 90 | 180 | 270 | undefined;
}

type ReadFilter = (draft: ThumborDraft, values: readonly string[], refuse: Refuse) => void;

const FORMATS = { jpeg: "jpg", jpg: "jpg", png: "png", webp: "webp", avif: "avif", gif: "gif" } as const;
/** Where a watermark is by a word, its first letter (imagor), or nothing from an edge. */
const ACROSS = { left: 0, l: 0, "0": 0, center: 0.5, right: 1, r: 1, "-0": 1 } as const;
const DOWN = { top: 0, t: 0, "0": 0, center: 0.5, bottom: 1, b: 1, "-0": 1 } as const;
/** A watermark's width (%) where none is named. */
const WATERMARK_PERCENT = "25";

const FILTERS: Readonly<Record<string, ReadFilter>> = {
  background_color: (draft, [colour = ""], refuse) => {
    draft.background = readColour(colour, refuse);
  },
  fill: (draft, [colour = ""], refuse) => {
    if (colour === "auto" || colour === "blur") refuse("takes a colour; auto and blur are not drawn here");
    else draft.fill = colour === "none" ? "00000000" : readColour(colour, refuse);
  },
  blur: (draft, [radius = "", sigma = radius], refuse) => {
    draft.blur = sigma === "0" ? undefined : readFactor(sigma, 0.3, 100, refuse);
  },
  sharpen: (draft, [amount = ""], refuse) => {
    draft.sharpen = readFactor(amount, 0, 10, refuse) || undefined;
  },
  pixelate: (draft, [block = ""], refuse) => {
    draft.pixelate = readWhole(block, 2, 256, refuse);
  },
  brightness: (draft, [percent = ""], refuse) => {
    draft.brightness = readPercentChange(percent, refuse);
  },
  contrast: (draft, [percent = ""], refuse) => {
    draft.contrast = readPercentChange(percent, refuse);
  },
  saturation: (draft, [percent = ""], refuse) => {
    draft.saturation = readPercentChange(percent, refuse);
  },
  grayscale: (draft) => {
    draft.isGrey = true;
  },
  quality: (draft, [percent = ""], refuse) => {
    draft.quality = readWhole(percent, 1, 100, refuse);
  },
  format: (draft, [format = ""], refuse) => {
    draft.format = readWord(format, FORMATS, refuse);
  },
  rotate: (draft, [degrees = ""], refuse) => {
    draft.turn = turnedBack(readRotation(degrees, refuse) ?? 0);
  },
  orient: (draft, [degrees = ""], refuse) => {
    draft.orient = turnedBack(readRotation(degrees, refuse) ?? 0);
  },
  stretch: (draft) => {
    draft.isStretched = true;
  },
  upscale: (draft) => {
    draft.mayEnlarge = true;
  },
  no_upscale: (draft) => {
    draft.mayEnlarge = false;
  },
  focal: readFocal,
  watermark: readWatermark,
  // Nothing of the photo's own data is sent unless it is asked for, and what is drawn is sRGB.
  strip_exif: () => {},
  strip_icc: () => {},
};

export function readThumborFilter(
  draft: ThumborDraft,
  name: string,
  values: readonly string[],
  problems: TransformProblem[],
): void {
  const read = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (read !== undefined) {
    read(draft, values, refusing(problems, name));
    return;
  }
  const nearest = nearestOption(name, Object.keys(FILTERS));
  const hint = nearest === null ? "" : `; did you mean ${nearest}?`;
  problems.push({ pointer: `/${name.slice(0, 40)}`, message: `the filter ${quoted(name)} is not known here${hint}` });
}

/** -100 (none of it) to 100 (twice as much). */
function readPercentChange(text: string, refuse: Refuse): number | undefined {
  const percent = readNumber(text, { min: -100, max: 100, decimals: 1 }, refuse);
  return percent === undefined ? undefined : 1 + percent / 100;
}

/** A point, or a region's middle, as shares (imagor): px would need the photo's size. */
function readFocal(draft: ThumborDraft, values: readonly string[], refuse: Refuse): void {
  const numbers = values.join(",").split(/[x:,]/);
  if (!numbers.every((text) => text.includes(".") || text === "0" || text === "1"))
    return void refuse("in px needs the photo's size: say shares from 0.0 to 1.0");
  const [ax, ay, bx = ax, by = ay] = numbers.map((text) => readShare(text, refuse));
  if (ax === undefined || ay === undefined || bx === undefined || by === undefined) return;
  draft.gravity = { kind: "point", x: (ax + bx) / 2, y: (ay + by) / 2 };
}

/** image, x, y, transparency (0–100), width in per cent of the result's. */
function readWatermark(draft: ThumborDraft, values: readonly string[], refuse: Refuse): void {
  const [image = "", across = "center", down = "center", alpha = "0", ratio = WATERMARK_PERCENT] = values;
  const photoId = PhotoId.safeParse(image);
  if (!photoId.success) return void refuse("must name a photo's id first");
  const x = readWord(across, ACROSS, refuse);
  const y = readWord(down, DOWN, refuse);
  const transparency = readNumber(alpha, { min: 0, max: 100, decimals: 1 }, refuse);
  const percent = readNumber(ratio === "none" ? WATERMARK_PERCENT : ratio, { min: 0.1, max: 100, decimals: 1 }, refuse);
  if (x === undefined || y === undefined || transparency === undefined || percent === undefined) return;
  draft.watermark = {
    photoId: photoId.data,
    position: sideOfPoint(x, y) ?? "center",
    opacity: 1 - transparency / 100,
    scale: percent / 100,
  };
}
