// imgproxy's dialect (docs.imgproxy.net): `name:argument:argument` segments with slashes between, later ones win. Lengths and
// places there are those of the turned picture; ours are of the picture before it is turned.
import { SOURCE_MAX_SIDE_PX, TRANSFORM_MAX_OPTIONS } from "../limits.ts";
import {
  BYTE_MAX,
  IMGPROXY_OPTIONS,
  IMGPROXY_SHORT_NAMES,
  IMGPROXY_SIDES,
  type ImgproxyDraft,
  readGravityValues,
} from "./imgproxy-options.ts";
import { nearestOption } from "./nearest-option.ts";
import { normaliseTransform } from "./normalise-transform.ts";
import {
  printNumber as number,
  quoted,
  type Refuse,
  readNumber,
  readWord,
  refusing,
  roundTo,
  SHARE_DECIMALS,
  type TransformProblem,
} from "./option-values.ts";
import { FORMAT_WORDS } from "./parse-ops.ts";
import { LostOptions, type Printed } from "./printed.ts";
import type { CropRect, Gravity, Transform } from "./transform.ts";
import { finishDraft, type ReadTransform } from "./transform-draft.ts";
import { isQuarterTurn, pointOfSide, turnCrop, turnedBack, turnGravity } from "./turn-frame.ts";

/** @param segments what stands between the signature and /plain/, decoded. @param extension behind `@`; "" for none */
export function parseImgproxy(segments: readonly string[], extension: string): ReadTransform {
  const problems: TransformProblem[] = [];
  const draft: ImgproxyDraft = {};
  if (segments.length > TRANSFORM_MAX_OPTIONS)
    return { problems: [{ pointer: "/options", message: `may be ${TRANSFORM_MAX_OPTIONS} at most` }] };
  for (const segment of segments) {
    const [word = "", ...values] = segment.split(":");
    const option = Object.hasOwn(IMGPROXY_SHORT_NAMES, word) ? (IMGPROXY_SHORT_NAMES[word] ?? word) : word;
    const read = Object.hasOwn(IMGPROXY_OPTIONS, option) ? IMGPROXY_OPTIONS[option] : undefined;
    if (read === undefined) problems.push(unknownOption(word));
    else read(draft, values, refusing(problems, option));
  }
  if (extension !== "") draft.format = readWord(extension, FORMAT_WORDS, refusing(problems, "extension"));
  return finishImgproxy(draft, problems);
}

function unknownOption(word: string): TransformProblem {
  const nearest = nearestOption(word, Object.keys(IMGPROXY_OPTIONS));
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
  return Object.entries(IMGPROXY_SIDES).find(([, side]) => side === gravity.side)?.[0] ?? null;
}

function printCut(crop: CropRect | null): string | null {
  if (crop === null) return null;
  const { unit, x, y, width, height } = crop;
  // 1 would be a pixel, and 0 is all there is.
  const length = (value: number) => (unit === "fraction" && value === 1 ? "0" : number(value));
  return `c:${length(width)}:${length(height)}:nowe:${number(x)}:${number(y)}`;
}
