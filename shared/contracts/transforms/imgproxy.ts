// imgproxy's dialect (docs.imgproxy.net): `name:argument:argument` segments with slashes between, later ones win. Lengths and
// places there are those of the turned picture; ours are of the picture before it is turned.
import { RENDER_MAX_SIDE_PX, SOURCE_MAX_SIDE_PX, TRANSFORM_MAX_OPTIONS } from "../limits.ts";
import { nearestOption } from "./nearest-option.ts";
import { normaliseTransform } from "./normalise-transform.ts";
import {
  printNumber as number,
  quoted,
  type Refuse,
  readColour,
  readFactor,
  readFlag,
  readNumber,
  readRotation,
  readShare,
  readWhole,
  readWord,
  refusing,
  roundTo,
  SHARE_DECIMALS,
  type TransformProblem,
} from "./option-values.ts";
import { FORMAT_WORDS, readOption } from "./parse-ops.ts";
import { isPreset, PRESETS } from "./presets.ts";
import { LostOptions, type Printed } from "./printed.ts";
import { PAD_MAX_PX } from "./structured-options.ts";
import type { CropRect, Gravity, Transform } from "./transform.ts";
import { finishDraft, type ReadTransform, readDpr, type TransformDraft } from "./transform-draft.ts";
import { isQuarterTurn, pointOfSide, turnCrop, turnedBack, turnGravity } from "./turn-frame.ts";

const SIDES = {
  ce: "center",
  no: "north",
  noea: "northeast",
  ea: "east",
  soea: "southeast",
  so: "south",
  sowe: "southwest",
  we: "west",
  nowe: "northwest",
} as const;
const RESIZING_TYPES = { fit: "fit", fill: "fill", force: "force" } as const;
/** Thresholds and channels are bytes there. */
const BYTE_MAX = 255;

interface ImgproxyDraft extends TransformDraft {
  type?: "fit" | "fill" | "force" | undefined;
  mayEnlarge?: boolean | undefined;
  mayExtend?: boolean | undefined;
  extendGravity?: Gravity | undefined;
  /** Width, height and, where said, the gravity of a cut. */
  cut?: readonly string[] | undefined;
  isStripped?: boolean | undefined;
  keepsCopyright?: boolean | undefined;
}

type ReadOption = (draft: ImgproxyDraft, values: readonly string[], refuse: Refuse) => void;

/** 0 is "by the other side". */
function side(text: string | undefined, refuse: Refuse): number | undefined {
  return text === undefined || text === "" ? undefined : readWhole(text, 0, RENDER_MAX_SIDE_PX, refuse) || undefined;
}

const width: ReadOption = (draft, [text], refuse) => {
  draft.width = side(text, refuse);
};
const height: ReadOption = (draft, [text], refuse) => {
  draft.height = side(text, refuse);
};
const resizingType: ReadOption = (draft, [text = ""], refuse) => {
  if (text === "auto" || text === "fill-down") refuse(`${text} needs the photo's size: say fit or fill`);
  else if (text !== "") draft.type = readWord(text, RESIZING_TYPES, refuse);
};
const enlarge: ReadOption = (draft, [text = ""], refuse) => {
  draft.mayEnlarge = readFlag(text === "" ? "0" : text, refuse);
};
const extend: ReadOption = (draft, [text = "", ...gravity], refuse) => {
  draft.mayExtend = readFlag(text === "" ? "0" : text, refuse);
  if (gravity.length > 0) draft.extendGravity = readGravityValues(gravity, refuse);
};
const size: ReadOption = (draft, [w, h, el, ...ex], refuse) => {
  width(draft, [w ?? ""], refuse);
  height(draft, [h ?? ""], refuse);
  if (el !== undefined) enlarge(draft, [el], refuse);
  if (ex.length > 0) extend(draft, ex, refuse);
};
const brightness: ReadOption = (draft, [text = ""], refuse) => {
  const steps = readNumber(text === "" ? "0" : text, { min: -BYTE_MAX, max: BYTE_MAX, decimals: 3 }, refuse);
  draft.brightness = steps === undefined ? undefined : 1 + steps / BYTE_MAX;
};
const contrast: ReadOption = (draft, [text = ""], refuse) => {
  draft.contrast = text === "" ? undefined : readFactor(text, 0, 10, refuse);
};
const saturation: ReadOption = (draft, [text = ""], refuse) => {
  draft.saturation = text === "" ? undefined : readFactor(text, 0, 10, refuse);
};
const ignored: ReadOption = () => {};

const OPTIONS: Readonly<Record<string, ReadOption>> = {
  resize: (draft, [type = "", ...rest], refuse) => {
    resizingType(draft, [type], refuse);
    size(draft, rest, refuse);
  },
  size,
  resizing_type: resizingType,
  width,
  height,
  dpr: (draft, [text = ""], refuse) => readDpr(draft, text, refuse),
  enlarge,
  extend,
  gravity: (draft, values, refuse) => {
    draft.gravity = readGravityValues(values, refuse);
  },
  crop: (draft, values) => {
    draft.cut = values;
  },
  trim: (draft, [threshold = "", colour = "", equalAcross = "", equalDown = ""], refuse) => {
    if (colour !== "" || equalAcross !== "" || equalDown !== "") refuse("takes a threshold only");
    const steps = readNumber(threshold, { min: 0, max: BYTE_MAX, decimals: 4 }, refuse);
    draft.trim = steps === undefined ? undefined : (steps / BYTE_MAX) * 100;
  },
  padding: (draft, values, refuse) => {
    const inset = (text: string | undefined, other: number | undefined) =>
      text === undefined || text === "" ? other : readWhole(text, 0, PAD_MAX_PX, refuse);
    const top = inset(values[0], 0);
    const right = inset(values[1], top);
    const bottom = inset(values[2], top);
    const left = inset(values[3], right);
    if (top === undefined || right === undefined || bottom === undefined || left === undefined) return;
    draft.pad = { top, right, bottom, left };
  },
  auto_rotate: (_draft, [text = ""], refuse) => {
    if (readFlag(text, refuse) === false) refuse("cannot be off: photos are shown upright here");
  },
  rotate: (draft, [text = ""], refuse) => {
    draft.rotate = readRotation(text, refuse) || undefined;
  },
  flip: (draft, [across = "", down = "0"], refuse) => {
    const h = readFlag(across === "" ? "0" : across, refuse);
    const v = readFlag(down === "" ? "0" : down, refuse);
    draft.flip = h && v ? "hv" : h ? "h" : v ? "v" : undefined;
  },
  background: (draft, values, refuse) => {
    if (values.length === 3) {
      const channels = values.map((text) => readWhole(text, 0, BYTE_MAX, refuse));
      if (channels.some((channel) => channel === undefined)) return;
      draft.background = channels.map((channel = 0) => channel.toString(16).padStart(2, "0")).join("");
    } else draft.background = values[0] === "" ? undefined : readColour(values[0] ?? "", refuse);
  },
  adjust: (draft, [b = "", c = "", s = ""], refuse) => {
    brightness(draft, [b], refuse);
    contrast(draft, [c], refuse);
    saturation(draft, [s], refuse);
  },
  brightness,
  contrast,
  saturation,
  monochrome: (draft, [intensity = "", ...colour], refuse) => {
    if (colour.length > 0 || (intensity !== "1" && intensity !== "0")) refuse("takes 1 for grey, and no colour");
    else draft.isGrey = intensity === "1" ? true : undefined;
  },
  blur: (draft, [sigma = ""], refuse) => {
    draft.blur = sigma === "0" ? undefined : readFactor(sigma, 0.3, 100, refuse);
  },
  sharpen: (draft, [sigma = ""], refuse) => {
    draft.sharpen = readFactor(sigma, 0, 10, refuse) || undefined;
  },
  pixelate: (draft, [block = ""], refuse) => {
    const px = readWhole(block, 0, 256, refuse);
    draft.pixelate = px === undefined || px < 2 ? undefined : px;
  },
  strip_metadata: (draft, [text = ""], refuse) => {
    draft.isStripped = readFlag(text, refuse);
  },
  keep_copyright: (draft, [text = ""], refuse) => {
    draft.keepsCopyright = readFlag(text, refuse);
  },
  quality: (draft, [text = ""], refuse) => {
    draft.quality = readWhole(text, 0, 100, refuse) || undefined;
  },
  format: (draft, [text = ""], refuse) => {
    draft.format = readWord(text, FORMAT_WORDS, refuse);
  },
  preset: (draft, names, refuse) => {
    for (const name of names) {
      if (!isPreset(name)) return refuse(`knows ${Object.keys(PRESETS).join(", ")}, not ${quoted(name)}`);
      for (const option of PRESETS[name].split(",")) {
        const at = option.indexOf("_");
        readOption(draft, option.slice(0, at), option.slice(at + 1), []);
      }
    }
    return undefined;
  },
  // Said of the answer, of caches and of sources we do not have; whoever asks still needs our own leave.
  cachebuster: ignored,
  expires: ignored,
  filename: ignored,
  return_attachment: ignored,
  strip_color_profile: ignored,
  enforce_thumbnail: ignored,
  disable_animation: ignored,
};

const SHORT_NAMES: Readonly<Record<string, string>> = {
  rs: "resize",
  s: "size",
  rt: "resizing_type",
  w: "width",
  h: "height",
  el: "enlarge",
  ex: "extend",
  g: "gravity",
  c: "crop",
  t: "trim",
  pd: "padding",
  ar: "auto_rotate",
  rot: "rotate",
  fl: "flip",
  bg: "background",
  a: "adjust",
  br: "brightness",
  co: "contrast",
  sa: "saturation",
  mc: "monochrome",
  bl: "blur",
  sh: "sharpen",
  pix: "pixelate",
  sm: "strip_metadata",
  kcr: "keep_copyright",
  q: "quality",
  f: "format",
  ext: "format",
  pr: "preset",
  cb: "cachebuster",
  exp: "expires",
  fn: "filename",
  att: "return_attachment",
  scp: "strip_color_profile",
  eth: "enforce_thumbnail",
  da: "disable_animation",
};

/** @param segments what stands between the signature and /plain/, decoded. @param extension behind `@`; "" for none */
export function parseImgproxy(segments: readonly string[], extension: string): ReadTransform {
  const problems: TransformProblem[] = [];
  const draft: ImgproxyDraft = {};
  if (segments.length > TRANSFORM_MAX_OPTIONS)
    return { problems: [{ pointer: "/options", message: `may be ${TRANSFORM_MAX_OPTIONS} at most` }] };
  for (const segment of segments) {
    const [word = "", ...values] = segment.split(":");
    const option = Object.hasOwn(SHORT_NAMES, word) ? (SHORT_NAMES[word] ?? word) : word;
    const read = Object.hasOwn(OPTIONS, option) ? OPTIONS[option] : undefined;
    if (read === undefined) problems.push(unknownOption(word));
    else read(draft, values, refusing(problems, option));
  }
  if (extension !== "") draft.format = readWord(extension, FORMAT_WORDS, refusing(problems, "extension"));
  return finishImgproxy(draft, problems);
}

function unknownOption(word: string): TransformProblem {
  const nearest = nearestOption(word, Object.keys(OPTIONS));
  const hint = nearest === null ? "" : `; did you mean ${nearest}?`;
  return { pointer: `/${word.slice(0, 40)}`, message: `imgproxy's ${quoted(word)} is not known here${hint}` };
}

function finishImgproxy(draft: ImgproxyDraft, problems: TransformProblem[]): ReadTransform {
  const { type, mayEnlarge, mayExtend, extendGravity, cut, isStripped, keepsCopyright, ...said } = draft;
  const back = turnedBack(said.rotate ?? 0);
  if (type === "force") said.fit = "squeeze";
  else if (type === "fill") said.fit = mayEnlarge ? "cover" : "crop";
  else if (mayExtend) said.fit = "pad";
  else if (type !== undefined || said.fit === undefined) said.fit = mayEnlarge ? "contain" : "scale-down";
  const crop = cut && readCut(cut, said.gravity, refusing(problems, "crop"));
  const turned = crop && turnCrop(crop, back);
  if (turned === null) problems.push({ pointer: "/crop", message: "in px of a turned picture needs the photo's size" });
  said.crop = turned ?? undefined;
  if (said.fit === "pad") said.gravity = extendGravity;
  said.gravity = said.gravity && turnGravity(said.gravity, back);
  if (isQuarterTurn(said.rotate)) [said.width, said.height] = [said.height, said.width];
  if (isStripped === false) said.meta = "keep";
  else if (keepsCopyright) said.meta = "copyright";
  return finishDraft(said, problems);
}

/** `type:x:y`; offsets only where a cut has them (readCut). */
function readGravityValues([type = "", ...places]: readonly string[], refuse: Refuse): Gravity | undefined {
  if (type === "sm") return { kind: "auto" };
  if (type === "obj" || type === "objw") {
    const isFace = places.length === 1 && places[0] === "face" && type === "obj";
    return isFace ? { kind: "face" } : refuse("of objects knows obj:face only");
  }
  if (type === "fp") {
    const [x, y] = [places[0] ?? "", places[1] ?? ""].map((text) => readShare(text, refuse));
    return x === undefined || y === undefined ? undefined : { kind: "point", x, y };
  }
  const side = readWord(type, SIDES, refuse);
  if (side === undefined) return undefined;
  if (places.some((offset) => offset !== "" && Number(offset) !== 0))
    return refuse("takes no offsets; a point is fp:x:y");
  return { kind: "side", side };
}

/** `width:height:gravity`: shares below 1, px from 1 on, 0 for all there is. Without the photo's size px can be cut from the corner only. */
function readCut(values: readonly string[], outer: Gravity | undefined, refuse: Refuse): CropRect | undefined {
  const [w = "0", h = "0", type, ...places] = values;
  const lengths = [w, h].map((text) => readLength(text, refuse));
  const [across, down] = lengths;
  if (across === undefined || down === undefined || (across === 0 && down === 0)) return undefined;
  const offsets = type === "nowe" ? places.map((text) => readLength(text, refuse)) : [];
  const [left = 0, top = 0] = offsets;
  if ([across, down, left, top].every((length) => length < 1)) {
    const size = { width: across || 1, height: down || 1 };
    if (type === "nowe") return fractionAt(left, top, size);
    const gravity = type === undefined ? outer : readGravityValues([type, ...places], refuse);
    if (gravity !== undefined && gravity.kind !== "side" && gravity.kind !== "point")
      return refuse("knows sides, corners and fp:x:y only; what to keep in view is resize's gravity");
    const [x, y] =
      gravity === undefined
        ? [0.5, 0.5]
        : gravity.kind === "point"
          ? [gravity.x, gravity.y]
          : pointOfSide(gravity.side);
    const isPoint = gravity?.kind === "point";
    const start = (at: number, length: number) =>
      isPoint ? Math.min(Math.max(0, at - length / 2), 1 - length) : at * (1 - length);
    return fractionAt(start(x, size.width), start(y, size.height), size);
  }
  if (type !== "nowe" || across < 1 || down < 1)
    return refuse("in px needs the photo's size, but for width:height:nowe:left:top");
  if ([across, down, left, top].some((length) => !Number.isInteger(length))) return refuse("mixes px and shares");
  return { unit: "px", x: left, y: top, width: across, height: down };
}

function fractionAt(x: number, y: number, size: { width: number; height: number }): CropRect {
  return { unit: "fraction", x: roundTo(x, SHARE_DECIMALS), y: roundTo(y, SHARE_DECIMALS), ...size };
}

function readLength(text: string, refuse: Refuse): number | undefined {
  return readNumber(text === "" ? "0" : text, { min: 0, max: SOURCE_MAX_SIDE_PX, decimals: SHARE_DECIMALS }, refuse);
}

/** @returns the segments between the signature and /plain/; "" for none. The format goes behind the id, as `@extension` */
export function printImgproxy(transform: Transform): Printed {
  const normal = normaliseTransform(transform);
  const lost = new LostOptions(normal);
  lost.whole("border", "gamma", "redactFaces", "dither", "watermark");
  const degrees = normal.rotate ?? 0;
  const [w, h] = isQuarterTurn(degrees) ? [normal.height, normal.width] : [normal.width, normal.height];
  const { flip, pad, meta } = normal;
  const gravity = lost.print("gravity", (value) => printGravity(turnGravity(value, degrees)));
  const isPad = normal.fit === "pad";
  const segments = [
    w === undefined && h === undefined
      ? undefined
      : `rs:${resizeWords(normal.fit)}`.replace("W", String(w ?? 0)).replace("H", String(h ?? 0)),
    isPad ? `ex:1${gravity === undefined ? "" : `:${gravity}`}` : gravity && `g:${gravity}`,
    lost.print("crop", (crop) => printCut(turnCrop(crop, degrees))),
    lost.print("trim", (tolerance) => `t:${number((tolerance * BYTE_MAX) / 100)}`),
    pad && `pd:${pad.top}:${pad.right}:${pad.bottom}:${pad.left}`,
    degrees === 0 ? undefined : `rot:${degrees}`,
    flip && `fl:${flip === "v" ? 0 : 1}:${flip === "h" ? 0 : 1}`,
    lost.print("background", (colour) => (colour.length === 6 ? `bg:${colour}` : null)),
    lost.print("brightness", (factor) => (factor > 2 ? null : `br:${number(roundTo((factor - 1) * BYTE_MAX, 3))}`)),
    lost.print("contrast", (factor) => `co:${number(factor)}`),
    lost.print("saturation", (factor) => `sa:${number(factor)}`),
    normal.isGrey && "mc:1",
    lost.print("blur", (sigma) => `bl:${number(sigma)}`),
    lost.print("sharpen", (amount) => `sh:${number(amount)}`),
    lost.print("pixelate", (block) => `pix:${block}`),
    meta && (meta === "keep" ? "sm:0" : "kcr:1"),
    lost.print("quality", (quality) => `q:${quality}`),
    `f:${normal.format}`,
  ];
  return { text: segments.filter((segment) => segment !== undefined).join("/"), lost: lost.lost };
}

function resizeWords(fit: Transform["fit"]): string {
  if (fit === "cover" || fit === "crop") return `fill:W:H:${fit === "cover" ? 1 : 0}`;
  if (fit === "squeeze") return "force:W:H";
  return `fit:W:H:${fit === undefined ? 0 : 1}`;
}

function printGravity(gravity: Gravity): string | null {
  if (gravity.kind === "auto") return "sm";
  if (gravity.kind === "face") return "obj:face";
  if (gravity.kind === "person") return null;
  if (gravity.kind === "point") return `fp:${number(gravity.x)}:${number(gravity.y)}`;
  return Object.entries(SIDES).find(([, side]) => side === gravity.side)?.[0] ?? null;
}

function printCut(crop: CropRect | null): string | null {
  if (crop === null) return null;
  const { unit, x, y, width, height } = crop;
  // 1 would be a pixel, and 0 is all there is.
  const length = (value: number) => (unit === "fraction" && value === 1 ? "0" : number(value));
  return `c:${length(width)}:${length(height)}:nowe:${number(x)}:${number(y)}`;
}
