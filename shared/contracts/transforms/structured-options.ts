// The options of a canonical address whose values have parts: gravity, crop, pad, border, palette, watermark.
import { PersonId, PhotoId } from "../ids.ts";
import { SOURCE_MAX_SIDE_PX } from "../limits.ts";
import { NAMED_PALETTES } from "./dither-options.ts";
import {
  type Refuse,
  readChoice,
  readColour,
  readFactor,
  readPercent,
  readShare,
  readWhole,
  splitOnce,
} from "./option-values.ts";
import { type CropRect, GRAVITY_SIDES } from "./transform.ts";
import type { TransformDraft } from "./transform-draft.ts";

/** Longest inset (px), and widest border, before dpr. */
export const PAD_MAX_PX = 1000;

export function readGravity(draft: TransformDraft, value: string, refuse: Refuse): undefined {
  const point = /^([\d.]+)x([\d.]+)$/.exec(value);
  const person = /^person:(.*)$/.exec(value)?.[1];
  if (point !== null) {
    const x = readShare(point[1] ?? "", refuse);
    const y = readShare(point[2] ?? "", refuse);
    if (x !== undefined && y !== undefined) draft.gravity = { kind: "point", x, y };
  } else if (person !== undefined) {
    const personId = PersonId.safeParse(person);
    if (personId.success) draft.gravity = { kind: "person", personId: personId.data };
    else refuse("must name the person's id after person:");
  } else {
    const word = readChoice(value, [...GRAVITY_SIDES, "auto", "face"], refuse);
    if (word === "auto" || word === "face") draft.gravity = { kind: word };
    else if (word !== undefined) draft.gravity = { kind: "side", side: word };
  }
}

/** `x:y:width:height` in px, or `pct:` and the same in per cent. */
export function readCrop(draft: TransformDraft, value: string, refuse: Refuse): undefined {
  const isShare = value.startsWith("pct:");
  const numbers = (isShare ? value.slice(4) : value).split(":");
  if (numbers.length !== 4) return refuse("must be x:y:width:height, or pct:x:y:width:height");
  draft.crop = isShare ? cropOfPercents(numbers, refuse) : cropOfPixels(numbers, refuse);
}

export function cropOfPercents(texts: readonly string[], refuse: Refuse): CropRect | undefined {
  const [x, y, width, height] = texts.map((text) => readPercent(text, refuse));
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  if (width === 0 || height === 0 || x === 1 || y === 1) return refuse("must have an area inside the photo");
  return { unit: "fraction", x, y, width, height };
}

export function cropOfPixels(texts: readonly string[], refuse: Refuse): CropRect | undefined {
  const [x, y, width, height] = texts.map((text) => readWhole(text, 0, SOURCE_MAX_SIDE_PX, refuse));
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  if (width === 0 || height === 0) return refuse("must have an area");
  return { unit: "px", x, y, width, height };
}

/** One length for all sides, two for top-bottom and left-right, or four clockwise from the top, as CSS has it. */
export function readPad(draft: TransformDraft, value: string, refuse: Refuse): undefined {
  const lengths = value.split(":").map((text) => readWhole(text, 0, PAD_MAX_PX, refuse));
  const [top, right = top, bottom = top, left = right] = lengths;
  if (lengths.length > 4 || lengths.length === 3) return refuse("must be 1, 2 or 4 lengths");
  if (top === undefined || right === undefined || bottom === undefined || left === undefined) return undefined;
  draft.pad = { top, right, bottom, left };
}

export function readPalette(draft: TransformDraft, value: string, refuse: Refuse): undefined {
  const [word = "", steps] = splitOnce(value, ":");
  const kind = { grey: "grey", gray: "grey", rgb: "rgb", adaptive: "adaptive" }[word] as
    | "grey"
    | "rgb"
    | "adaptive"
    | undefined;
  if (kind !== undefined) {
    const count = steps === undefined ? undefined : readWhole(steps, 2, kind === "rgb" ? 6 : 256, refuse);
    if (count === undefined) draft.palette = { kind };
    else draft.palette = kind === "adaptive" ? { kind, colours: count } : { kind, levels: count };
  } else if (/^[0-9a-f]{6}(?::|$)/i.test(value)) {
    const colours = value.toLowerCase().split(":");
    if (colours.length < 2 || colours.length > 64 || !colours.every((colour) => /^[0-9a-f]{6}$/.test(colour)))
      return refuse("must be 2 to 64 colours, each as rrggbb");
    draft.palette = { kind: "colours", colours };
  } else {
    const name = readChoice(value, NAMED_PALETTES, refuse);
    if (name !== undefined) draft.palette = { kind: "named", name };
  }
}

/** Where a watermark names no more than its photo. */
export const WATERMARK_DEFAULTS = { position: "southeast", opacity: 1, scale: 0.25 } as const;

/** `photo:position:opacity:scale`, the last three as wanted. */
export function readWatermark(draft: TransformDraft, value: string, refuse: Refuse): undefined {
  const [id = "", position = "", opacity = "", scale = ""] = parts(value, 4, refuse) ?? [];
  const photoId = PhotoId.safeParse(id);
  if (!photoId.success) return refuse("must name a photo's id first");
  const read = {
    photoId: photoId.data,
    position: position === "" ? WATERMARK_DEFAULTS.position : readChoice(position, GRAVITY_SIDES, refuse),
    opacity: opacity === "" ? WATERMARK_DEFAULTS.opacity : readFactor(opacity, 0, 1, refuse),
    scale: scale === "" ? WATERMARK_DEFAULTS.scale : readFactor(scale, 0.001, 1, refuse),
  };
  if (read.position !== undefined && read.opacity !== undefined && read.scale !== undefined)
    draft.watermark = { photoId: read.photoId, position: read.position, opacity: read.opacity, scale: read.scale };
}

/** `width:colour`; black where none is named. */
export function readBorder(draft: TransformDraft, value: string, refuse: Refuse): undefined {
  const [width = "", colour = "000000"] = parts(value, 2, refuse) ?? [];
  const widthPx = readWhole(width, 0, PAD_MAX_PX, refuse);
  const read = readColour(colour, refuse);
  if (widthPx && read !== undefined) draft.border = { widthPx, colour: read };
}

function parts(value: string, most: number, refuse: Refuse): string[] | undefined {
  const found = value.split(":");
  return found.length > most ? refuse(`has ${found.length} parts, and the most is ${most}`) : found;
}
