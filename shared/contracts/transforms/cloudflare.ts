// The dialect of Cloudflare Images' addresses (developers.cloudflare.com/images): `width=80,quality=75`, comma-separated, in any order.
import { RENDER_MAX_SIDE_PX, TRANSFORM_MAX_CHARS, TRANSFORM_MAX_OPTIONS } from "../limits.ts";
import { nearestOption } from "./nearest-option.ts";
import { normaliseTransform } from "./normalise-transform.ts";
import {
  printNumber as number,
  quoted,
  type Refuse,
  readChoice,
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
import { TRIM_DEFAULT_TOLERANCE } from "./parse-ops.ts";
import { LostOptions, type Printed } from "./printed.ts";
import { cropOfPixels } from "./structured-options.ts";
import { Fit, type Gravity, type Transform } from "./transform.ts";
import { finishDraft, type ReadTransform, readDpr, type TransformDraft } from "./transform-draft.ts";
import { isQuarterTurn, mirrorAcrossTurn, pointOfSide } from "./turn-frame.ts";

/** Between 1 and 250; our largest standard deviation is 100 px. */
const SIGMA_OF_RADIUS = 0.4;
const RADIUS_MAX = 250;
const SIDES = { left: "west", right: "east", top: "north", bottom: "south", center: "center" } as const;
/** Their levels of perceived quality, on our steps. */
const QUALITY_WORDS: Readonly<Record<string, number>> = { high: 90, "medium-high": 80, "medium-low": 65, low: 50 };
const FORMATS = {
  auto: "auto",
  avif: "avif",
  webp: "webp",
  jpeg: "jpg",
  "baseline-jpeg": "jpg",
  png: "png",
  gif: "gif",
} as const;
const FLIPS = { h: "h", v: "v", hv: "hv", vh: "hv" } as const;
const TRIM_PARTS = ["trim.left", "trim.top", "trim.width", "trim.height"] as const;

/** What is still in their words: where a mirroring and the two sides are depends on the turn. */
interface CloudflareDraft extends TransformDraft {
  trimmed: Map<string, string>;
}

type ReadOption = (draft: CloudflareDraft, value: string, refuse: Refuse) => void;

const side = (value: string, refuse: Refuse) => readWhole(value, 1, RENDER_MAX_SIDE_PX, refuse);
/** "0 is ignored": for these it means that nothing is asked for. */
const factor = (value: string, least: number, refuse: Refuse) =>
  value === "0" ? undefined : readFactor(value, least, 10, refuse);

const OPTIONS: Readonly<Record<string, ReadOption>> = {
  width: (draft, value, refuse) => {
    draft.width = side(value, refuse);
  },
  height: (draft, value, refuse) => {
    draft.height = side(value, refuse);
  },
  dpr: readDpr,
  fit: (draft, value, refuse) => {
    draft.fit = readChoice(value, Fit.options, refuse);
  },
  gravity: readGravity,
  quality: (draft, value, refuse) => {
    const word = Object.hasOwn(QUALITY_WORDS, value) ? QUALITY_WORDS[value] : undefined;
    draft.quality = word ?? readWhole(value, 1, 100, refuse);
  },
  format: (draft, value, refuse) => {
    if (value === "json") refuse("json is what /info beside a canonical address answers");
    else draft.format = readWord(value, FORMATS, refuse);
  },
  background: (draft, value, refuse) => {
    draft.background = readCssColour(value, refuse);
  },
  blur: (draft, value, refuse) => {
    const radius = value === "0" ? undefined : readNumber(value, { min: 0.75, max: RADIUS_MAX, decimals: 4 }, refuse);
    draft.blur = radius === undefined ? undefined : radius * SIGMA_OF_RADIUS;
  },
  sharpen: (draft, value, refuse) => {
    draft.sharpen = readFactor(value, 0, 10, refuse) || undefined;
  },
  brightness: (draft, value, refuse) => {
    draft.brightness = factor(value, 0, refuse);
  },
  contrast: (draft, value, refuse) => {
    draft.contrast = factor(value, 0, refuse);
  },
  gamma: (draft, value, refuse) => {
    draft.gamma = factor(value, 0.1, refuse);
  },
  saturation: (draft, value, refuse) => {
    draft.saturation = readFactor(value, 0, 10, refuse);
  },
  rotate: (draft, value, refuse) => {
    draft.rotate = readRotation(value, refuse) || undefined;
  },
  flip: (draft, value, refuse) => {
    draft.flip = readWord(value, FLIPS, refuse);
  },
  metadata: (draft, value, refuse) => {
    const meta = readChoice(value, ["keep", "copyright", "none"], refuse);
    draft.meta = meta === "none" ? undefined : meta;
  },
  trim: (draft, value, refuse) => {
    if (value === "border") draft.trim = TRIM_DEFAULT_TOLERANCE;
    else if (!/^0(?:;0){3}$/.test(value))
      refuse(
        "in px from four sides needs the photo's size: say trim.left, trim.top, trim.width and trim.height, or border",
      );
  },
  ...Object.fromEntries(
    TRIM_PARTS.map((part): [string, ReadOption] => [part, (draft, value) => void draft.trimmed.set(part, value)]),
  ),
  // Said of the answer, not of the picture; there are no animations and no slow connections here.
  ...Object.fromEntries(
    ["anim", "onerror", "compression", "slow-connection-quality"].map((name): [string, ReadOption] => [name, () => {}]),
  ),
};

const SHORT_NAMES: Readonly<Record<string, string>> = {
  w: "width",
  h: "height",
  g: "gravity",
  q: "quality",
  f: "format",
  scq: "slow-connection-quality",
};

/** @param options the segment between /cdn-cgi/image/ (ours: /cf/) and the picture, decoded */
export function parseCloudflare(options: string): ReadTransform {
  const problems: TransformProblem[] = [];
  const draft: CloudflareDraft = { trimmed: new Map() };
  // Commas inside rgb(…) separate numbers, not options.
  const pairs = options.length > TRANSFORM_MAX_CHARS ? [] : options.split(/,(?![^(,]*(?:,[^(,]*){0,3}\))/);
  if (options.length > TRANSFORM_MAX_CHARS || pairs.length > TRANSFORM_MAX_OPTIONS)
    return { problems: [{ pointer: "/options", message: `may be ${TRANSFORM_MAX_OPTIONS} at most` }] };
  const seen = new Set<string>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const word = at < 0 ? pair : pair.slice(0, at);
    const option = Object.hasOwn(SHORT_NAMES, word) ? (SHORT_NAMES[word] ?? word) : word;
    const read = Object.hasOwn(OPTIONS, option) ? OPTIONS[option] : undefined;
    if (seen.has(option)) problems.push({ pointer: `/${option}`, message: "is given twice" });
    else if (read === undefined) problems.push(unknownOption(word));
    else read(draft, at < 0 ? "" : pair.slice(at + 1), refusing(problems, option));
    seen.add(option);
  }
  return finishCloudflare(draft, problems);
}

function finishCloudflare(draft: CloudflareDraft, problems: TransformProblem[]): ReadTransform {
  const { trimmed, ...said } = draft;
  if (trimmed.size > 0)
    said.crop = cropOfPixels(
      TRIM_PARTS.map((part) => trimmed.get(part) ?? (part === "trim.left" || part === "trim.top" ? "0" : "")),
      refusing(problems, "trim"),
    );
  // Theirs mirrors before it turns, and names the sides of the turned picture.
  said.flip = mirrorAcrossTurn(said.flip, said.rotate);
  if (isQuarterTurn(said.rotate)) [said.width, said.height] = [said.height, said.width];
  return finishDraft(said, problems);
}

function unknownOption(word: string): TransformProblem {
  const nearest = nearestOption(word, Object.keys(OPTIONS));
  const hint = nearest === null ? "" : `; did you mean ${nearest}?`;
  return { pointer: `/${word.slice(0, 40)}`, message: `Cloudflare's ${quoted(word)} is not known here${hint}` };
}

function readGravity(draft: TransformDraft, value: string, refuse: Refuse): void {
  const point = /^([\d.]+)x([\d.]+)$/.exec(value);
  if (point !== null) {
    const x = readShare(point[1] ?? "", refuse);
    const y = readShare(point[2] ?? "", refuse);
    if (x !== undefined && y !== undefined) draft.gravity = { kind: "point", x, y };
  } else if (value === "auto" || value === "face") {
    draft.gravity = { kind: value };
  } else {
    const side = readWord(value, SIDES, refuse);
    if (side !== undefined) draft.gravity = { kind: "side", side };
  }
}

/** rgb(…) and rgba(…) with commas or blanks, beside what every dialect takes. */
function readCssColour(value: string, refuse: Refuse): string | undefined {
  const parts = /^rgba?\(([\d.%/,\s]{1,60})\)$/i.exec(value)?.[1]?.split(/[\s,/]+/);
  if (parts === undefined) return readColour(value, refuse);
  const [red, green, blue, alpha = 1] = parts.map((part) =>
    part.endsWith("%") ? Number(part.slice(0, -1)) / 100 : Number(part),
  );
  const channels = [red, green, blue, Math.round(alpha * 255)];
  if (parts.length < 3 || parts.length > 4 || !channels.every(isByte))
    return refuse(`must be a colour as rrggbb or rgb(r,g,b), not ${quoted(value)}`);
  return readColour(channels.map((channel) => channel.toString(16).padStart(2, "0")).join(""), refuse);
}

function isByte(channel: number | undefined): channel is number {
  return Number.isInteger(channel) && Number(channel) >= 0 && Number(channel) <= 255;
}

/** @returns the options segment */
export function printCloudflare(transform: Transform): Printed {
  const normal = normaliseTransform(transform);
  const lost = new LostOptions(normal);
  lost.whole("pad", "border", "pixelate", "redactFaces", "dither", "watermark");
  const { crop } = normal;
  const isTurned = isQuarterTurn(normal.rotate);
  const options: Record<string, string | undefined> = {
    width: lost.print(isTurned ? "height" : "width", String),
    height: lost.print(isTurned ? "width" : "height", String),
    fit: lost.print("fit", String),
    gravity: lost.print("gravity", printGravity),
    "trim.left": lost.print("crop", ({ unit, x }) => (unit === "px" ? String(x) : null)),
    "trim.top": crop?.unit === "px" ? String(crop.y) : undefined,
    "trim.width": crop?.unit === "px" ? String(crop.width) : undefined,
    "trim.height": crop?.unit === "px" ? String(crop.height) : undefined,
    trim: lost.print("trim", (tolerance) => (tolerance === TRIM_DEFAULT_TOLERANCE ? "border" : null)),
    rotate: lost.print("rotate", String),
    flip: mirrorAcrossTurn(normal.flip, normal.rotate),
    background: lost.print("background", (colour) => `#${colour}`),
    blur: lost.print("blur", (sigma) => number(sigma / SIGMA_OF_RADIUS)),
    sharpen: lost.print("sharpen", number),
    brightness: lost.print("brightness", (value) => (value === 0 ? null : number(value))),
    contrast: lost.print("contrast", (value) => (value === 0 ? null : number(value))),
    gamma: lost.print("gamma", number),
    saturation: normal.isGrey ? "0" : lost.print("saturation", number),
    metadata: normal.meta,
    quality: lost.print("quality", String),
    format: normal.format === "jpg" ? "jpeg" : normal.format,
  };
  const text = Object.entries(options)
    .flatMap(([option, value]) => (value === undefined ? [] : [`${option}=${value}`]))
    .join(",");
  return { text, lost: lost.lost };
}

function printGravity(gravity: Gravity): string | null {
  if (gravity.kind === "auto" || gravity.kind === "face") return gravity.kind;
  if (gravity.kind === "point") return `${number(gravity.x)}x${number(gravity.y)}`;
  if (gravity.kind === "person") return null;
  const word = Object.entries(SIDES).find(([, side]) => side === gravity.side)?.[0];
  return word ?? pointOfSide(gravity.side).map(number).join("x");
}
