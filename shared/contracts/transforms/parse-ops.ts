// Reads the options of a canonical address, /i/{photo}/{ops}/{name}.{ext}: `key_value` pairs with commas between, in any order.
import {
  RENDER_FILE_NAME_MAX_CHARS,
  RENDER_MAX_SIDE_PX,
  TRANSFORM_MAX_CHARS,
  TRANSFORM_MAX_OPTIONS,
} from "../limits.ts";
import { DITHER_ALGORITHMS } from "./dither-options.ts";
import { nearestOption } from "./nearest-option.ts";
import {
  quoted,
  type Refuse,
  readChoice,
  readColour,
  readFactor,
  readFlag,
  readRotation,
  readWhole,
  readWord,
  refusing,
  splitOnce,
  type TransformProblem,
} from "./option-values.ts";
import { isPreset, PRESETS } from "./presets.ts";
import { printTail } from "./print-ops.ts";
import { readBorder, readCrop, readGravity, readPad, readPalette, readWatermark } from "./structured-options.ts";
import { Fit, RENDER_FORMATS, type RenderFormat, type Transform } from "./transform.ts";
import { finishDraft, readDpr, type TransformDraft } from "./transform-draft.ts";

export type ParsedOps =
  | {
      readonly transform: Transform;
      /** The path after the photo's id as it must be asked for: others redirect (301) to it. */
      readonly canonical: string;
      /** The file's name without its extension, decoded. */
      readonly name: string;
      readonly problems?: undefined;
    }
  | { readonly problems: readonly TransformProblem[] };

type ReadOption = (draft: TransformDraft, value: string, refuse: Refuse) => void;

const side = (value: string, refuse: Refuse) => readWhole(value, 1, RENDER_MAX_SIDE_PX, refuse);
const factor = (value: string, refuse: Refuse) => readFactor(value, 0, 10, refuse);

/** Extensions and values of `f`. */
export const FORMAT_WORDS: Readonly<Record<string, RenderFormat | "auto">> = {
  ...(Object.fromEntries(RENDER_FORMATS.map((format) => [format, format])) as Record<RenderFormat, RenderFormat>),
  jpeg: "jpg",
  auto: "auto",
};

const OPTIONS: Readonly<Record<string, ReadOption>> = {
  w: (draft, value, refuse) => {
    draft.width = side(value, refuse);
  },
  h: (draft, value, refuse) => {
    draft.height = side(value, refuse);
  },
  dpr: readDpr,
  fit: (draft, value, refuse) => {
    draft.fit = readChoice(value, Fit.options, refuse);
  },
  g: readGravity,
  crop: readCrop,
  trim: (draft, value, refuse) => {
    draft.trim = value === "" ? TRIM_DEFAULT_TOLERANCE : readFactor(value, 0, 100, refuse);
  },
  rot: (draft, value, refuse) => {
    draft.rotate = readRotation(value, refuse) || undefined;
  },
  flip: (draft, value, refuse) => {
    draft.flip = readWord(value, FLIP_WORDS, refuse);
  },
  bg: (draft, value, refuse) => {
    draft.background = readColour(value, refuse);
  },
  pad: readPad,
  border: readBorder,
  blur: (draft, value, refuse) => {
    draft.blur = value === "0" ? undefined : readFactor(value, 0.3, 100, refuse);
  },
  sharpen: (draft, value, refuse) => {
    draft.sharpen = readFactor(value, 0, 10, refuse) || undefined;
  },
  pixelate: (draft, value, refuse) => {
    const block = readWhole(value, 0, 256, refuse);
    draft.pixelate = block === undefined || block < 2 ? undefined : block;
  },
  brightness: (draft, value, refuse) => {
    draft.brightness = factor(value, refuse);
  },
  contrast: (draft, value, refuse) => {
    draft.contrast = factor(value, refuse);
  },
  gamma: (draft, value, refuse) => {
    draft.gamma = readFactor(value, 0.1, 10, refuse);
  },
  saturation: (draft, value, refuse) => {
    draft.saturation = factor(value, refuse);
  },
  grayscale: (draft, value, refuse) => {
    draft.isGrey = readFlag(value, refuse) || undefined;
  },
  redact: (draft, value, refuse) => {
    draft.redactFaces = readWord(value, REDACT_WORDS, refuse);
  },
  dither: (draft, value, refuse) => {
    draft.algorithm = value === "" ? "floyd-steinberg" : readChoice(value, DITHER_ALGORITHMS, refuse);
  },
  pal: readPalette,
  levels: (draft, value, refuse) => {
    draft.levels = readWhole(value, 2, 256, refuse);
  },
  strength: (draft, value, refuse) => {
    draft.strength = readFactor(value, 0, 1, refuse);
  },
  serpentine: (draft, value, refuse) => {
    draft.serpentine = readFlag(value, refuse);
  },
  linear: (draft, value, refuse) => {
    draft.linear = readFlag(value, refuse);
  },
  wm: readWatermark,
  meta: (draft, value, refuse) => {
    const meta = readChoice(value, ["keep", "copyright", "none"], refuse);
    draft.meta = meta === "none" ? undefined : meta;
  },
  q: (draft, value, refuse) => {
    draft.quality = readWhole(value, 1, 100, refuse);
  },
  f: (draft, value, refuse) => {
    draft.format = readWord(value, FORMAT_WORDS, refuse);
  },
};

/** What others call ours, for "did you mean". */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  width: "w",
  height: "h",
  gravity: "g",
  rotate: "rot",
  rotation: "rot",
  background: "bg",
  padding: "pad",
  grey: "grayscale",
  greyscale: "grayscale",
  palette: "pal",
  watermark: "wm",
  quality: "q",
  format: "f",
  thumbnail: "thumb",
  algorithm: "dither",
};

/** Every option by name, in no order; docs/transforms.md has a row for each. */
export const OPTION_NAMES: readonly string[] = Object.keys(OPTIONS);
const KNOWN_NAMES = [...OPTION_NAMES, ...Object.keys(PRESETS), ...Object.keys(OTHER_NAMES)];

/** Tolerance (%) of a trim that names none: what JPEG does to a white edge stays below. */
export const TRIM_DEFAULT_TOLERANCE = 10;
const FLIP_WORDS = { h: "h", v: "v", hv: "hv", vh: "hv", both: "hv" } as const;
const REDACT_WORDS = {
  faces: "blur",
  "faces:blur": "blur",
  "faces:pixelate": "pixelate",
  "faces:fill": "fill",
} as const;

/**
 * @param ops the options, decoded; "" for none. @param file `name.ext`, decoded: the extension is the format, unless `f` says
 * another. Never throws: an address that says nothing comes back as every problem found in it.
 */
export function parseOps(ops: string, file: string): ParsedOps {
  const problems: TransformProblem[] = [];
  const draft: TransformDraft = {};
  const { name, extension } = splitFile(file);
  if (name === "" || name.length > RENDER_FILE_NAME_MAX_CHARS || /[\p{Cc}/\\]/u.test(name))
    problems.push({
      pointer: "/name",
      message: `must be 1 to ${RENDER_FILE_NAME_MAX_CHARS} characters before the extension`,
    });
  draft.format = readWord(extension, FORMAT_WORDS, refusing(problems, "extension"));
  for (const [option, value] of splitOps(ops, problems)) readOption(draft, option, value, problems);
  const finished = finishDraft(draft, problems);
  if (finished.problems !== undefined) return finished;
  const { transform } = finished;
  return { transform, name, canonical: printTail(transform, name) };
}

/** Reads one option by its canonical name; what is wrong with it is added to `problems`. */
export function readOption(draft: TransformDraft, option: string, value: string, problems: TransformProblem[]): void {
  const read = Object.hasOwn(OPTIONS, option) ? OPTIONS[option] : undefined;
  if (read !== undefined) read(draft, value, refusing(problems, option));
  else problems.push(unknownOption(option));
}

/** An option once; a preset's own stand back behind it. */
function splitOps(ops: string, problems: TransformProblem[]): Map<string, string> {
  const pairs = new Map<string, string>();
  if (ops === "") return pairs;
  const words = ops.length > TRANSFORM_MAX_CHARS ? [] : ops.split(",");
  if (ops.length > TRANSFORM_MAX_CHARS || words.length > TRANSFORM_MAX_OPTIONS) {
    const message = `may be ${TRANSFORM_MAX_OPTIONS} at most, in ${TRANSFORM_MAX_CHARS} characters`;
    problems.push({ pointer: "/options", message });
    return pairs;
  }
  let preset = "";
  for (const word of words) {
    const [option = "", value] = splitOnce(word, "_");
    const isNamed = value === undefined && isPreset(option);
    if (isNamed && preset === "") preset = PRESETS[option];
    else if (isNamed || pairs.has(option)) problems.push({ pointer: `/${option}`, message: "is given twice" });
    else pairs.set(option, value ?? "");
  }
  for (const word of preset === "" ? [] : preset.split(",")) {
    const [option = "", value = ""] = splitOnce(word, "_");
    if (!pairs.has(option)) pairs.set(option, value);
  }
  return pairs;
}

function unknownOption(option: string): TransformProblem {
  const nearest = nearestOption(option, KNOWN_NAMES);
  const ours = nearest === null ? null : (OTHER_NAMES[nearest] ?? nearest);
  const hint = ours === null ? "" : `; did you mean ${ours}?`;
  return { pointer: `/${option.slice(0, 40)}`, message: `there is no option ${quoted(option)}${hint}` };
}

function splitFile(file: string): { name: string; extension: string } {
  const dot = file.lastIndexOf(".");
  return dot < 0 ? { name: "", extension: file } : { name: file.slice(0, dot), extension: file.slice(dot + 1) };
}
