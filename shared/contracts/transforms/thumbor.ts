// The dialect of thumbor (thumbor.readthedocs.io) and imagor: segments in one order, then filters:name(arguments):…
import { PhotoId } from "../ids.ts";
import { RENDER_MAX_SIDE_PX, SOURCE_MAX_SIDE_PX, TRANSFORM_MAX_CHARS, TRANSFORM_MAX_OPTIONS } from "../limits.ts";
import { normaliseTransform } from "./normalise-transform.ts";
import {
  printNumber as number,
  quoted,
  type Refuse,
  readNumber,
  refusing,
  roundTo,
  SHARE_DECIMALS,
  type TransformProblem,
} from "./option-values.ts";
import { LostOptions, type Printed } from "./printed.ts";
import { readThumborFilter, type ThumborDraft } from "./thumbor-filters.ts";
import type { CropRect, GRAVITY_SIDES, Transform } from "./transform.ts";
import { finishDraft, type ReadTransform } from "./transform-draft.ts";
import {
  isQuarterTurn,
  mirrorAcrossTurn,
  pointOfSide,
  sideOfPoint,
  turnCrop,
  turnedBack,
  turnGravity,
} from "./turn-frame.ts";

/** Euclidean distance of black and white in RGB: 255 times the root of 3. */
const TRIM_MAX_DISTANCE = 442;
const HORIZONTAL = { left: 0, center: 0.5, right: 1 } as const;
const VERTICAL = { top: 0, middle: 0.5, bottom: 1 } as const;

/** @param path what stands between the signature and the photo's id, decoded; "" for nothing */
export function parseThumbor(path: string): ReadTransform {
  const problems: TransformProblem[] = [];
  if (path.length > TRANSFORM_MAX_CHARS)
    return { problems: [{ pointer: "/path", message: `may be ${TRANSFORM_MAX_CHARS} characters at most` }] };
  const at = path.search(/(?:^|\/)filters:/);
  const segments = (at < 0 ? path : path.slice(0, at)).split("/").filter((segment) => segment !== "");
  const filters = at < 0 ? [] : splitFilters(path.slice(at).replace(/^\/?filters:/, ""));
  if (filters.length > TRANSFORM_MAX_OPTIONS)
    return { problems: [{ pointer: "/filters", message: `may be ${TRANSFORM_MAX_OPTIONS} at most` }] };
  const draft: ThumborDraft = { isFitIn: false, isStretched: false, mayEnlarge: undefined, fill: undefined };
  readSegments(segments, draft, problems);
  for (const filter of filters) {
    const [, name = "", text = ""] = /^([a-z_]+)\((.*)\)$/s.exec(filter) ?? [];
    if (name === "") problems.push({ pointer: "/filters", message: `${quoted(filter)} is no filter(arguments)` });
    else readThumborFilter(draft, name, text === "" ? [] : text.split(","), problems);
  }
  return finishThumbor(draft, problems);
}

/** Colons separate filters, and may be inside of one's arguments. */
function splitFilters(text: string): string[] {
  return text
    .replace(/\/$/, "")
    .split(/:(?![^()]*\))/)
    .filter((filter) => filter !== "");
}

/** Each kind of segment at most once, in thumbor's order: a parser that took any order would read two of one kind. */
function readSegments(segments: readonly string[], draft: ThumborDraft, problems: TransformProblem[]): void {
  const left = [...segments];
  const take = (pattern: RegExp) => {
    const match = pattern.exec(left[0] ?? "");
    if (match !== null) left.shift();
    return match;
  };
  if (take(/^meta$/) !== null)
    problems.push({ pointer: "/meta", message: "is what /info beside a canonical address answers" });
  const trim = take(/^trim(?::(?:top-left|bottom-right))?(?::(\d+))?$/);
  if (trim !== null) draft.trim = readTolerance(trim[1], refusing(problems, "trim"));
  const crop = take(/^([\d.]+)x([\d.]+):([\d.]+)x([\d.]+)$/);
  if (crop !== null) draft.crop = readCrop(crop.slice(1), refusing(problems, "crop"));
  const fitIn = take(/^(adaptive-|adaptative-)?(full-)?fit-in$/);
  if (fitIn?.[1] !== undefined || fitIn?.[2] !== undefined)
    problems.push({ pointer: "/fit-in", message: "adaptive and full need the photo's size: say fit-in" });
  draft.isFitIn = fitIn !== null;
  draft.isStretched = take(/^stretch$/) !== null;
  const size = take(/^(-)?(\d{0,6})x(-)?(\d{0,6})$/);
  if (size !== null) readSize(size, draft, refusing(problems, "size"));
  const padding = size === null ? null : take(/^(\d{1,4})x(\d{1,4})(?::(\d{1,4})x(\d{1,4}))?$/);
  if (padding !== null) {
    const [left = 0, top = 0, right = left, bottom = top] = padding
      .slice(1)
      .flatMap((text) => (text === undefined ? [] : Number(text)));
    if (Math.max(left, top, right, bottom) > 1000)
      problems.push({ pointer: "/padding", message: "may be 1000 px at most" });
    draft.pad = { top, right, bottom, left };
  }
  const across = take(/^(left|center|right)$/)?.[1] as keyof typeof HORIZONTAL | undefined;
  const down = take(/^(top|middle|bottom)$/)?.[1] as keyof typeof VERTICAL | undefined;
  const side = sideOfPoint(HORIZONTAL[across ?? "center"], VERTICAL[down ?? "middle"]);
  if ((across ?? down) !== undefined && side !== null) draft.gravity = { kind: "side", side };
  if (take(/^smart$/) !== null) draft.gravity = { kind: "auto" };
  for (const segment of left)
    problems.push({ pointer: "/path", message: `${quoted(segment)} is not known here, or not in this place` });
}

function readTolerance(text: string | undefined, refuse: Refuse): number | undefined {
  const distance = readNumber(text ?? "0", { min: 0, max: TRIM_MAX_DISTANCE, decimals: 0 }, refuse);
  return distance === undefined ? undefined : (distance / TRIM_MAX_DISTANCE) * 100;
}

/** Two corners, in px or (imagor) as shares where all four are at most 1. */
function readCrop(texts: readonly string[], refuse: Refuse): CropRect | undefined {
  const [ax, ay, bx, by] = texts.map((text) =>
    readNumber(text, { min: 0, max: SOURCE_MAX_SIDE_PX, decimals: SHARE_DECIMALS }, refuse),
  );
  if (ax === undefined || ay === undefined || bx === undefined || by === undefined) return undefined;
  if (bx === 0 && by === 0) return undefined;
  const isShare = texts.some((text) => text.includes(".")) && Math.max(ax, ay, bx, by) <= 1;
  if (bx <= ax || by <= ay) return refuse("must name the top left corner, then the bottom right one");
  if (!isShare && ![ax, ay, bx, by].every(Number.isInteger)) return refuse("must be px, or shares up to 1.0");
  return {
    unit: isShare ? "fraction" : "px",
    x: ax,
    y: ay,
    width: roundTo(bx - ax, SHARE_DECIMALS),
    height: roundTo(by - ay, SHARE_DECIMALS),
  };
}

/** A minus mirrors; nothing or 0 is "by the other side". */
function readSize([, across, width, down, height]: RegExpExecArray, draft: ThumborDraft, refuse: Refuse): void {
  const side = (text = "") =>
    text === "" ? undefined : readNumber(text, { min: 0, max: RENDER_MAX_SIDE_PX, decimals: 0 }, refuse) || undefined;
  draft.width = side(width);
  draft.height = side(height);
  if (across !== undefined || down !== undefined)
    draft.flip = down === undefined ? "h" : across === undefined ? "v" : "hv";
}

function finishThumbor(draft: ThumborDraft, problems: TransformProblem[]): ReadTransform {
  const { isFitIn, isStretched, mayEnlarge, fill, orient = 0, turn = 0, ...said } = draft;
  if (isStretched) said.fit = "squeeze";
  else if (isFitIn) said.fit = fill === undefined ? (mayEnlarge ? "contain" : "scale-down") : "pad";
  else if (said.width !== undefined && said.height !== undefined) said.fit = mayEnlarge === false ? "crop" : "cover";
  else said.fit = mayEnlarge === false ? "scale-down" : "contain";
  said.background = fill ?? said.background;
  // orient() turns before everything, rotate() after mirroring; ours cuts, resizes, turns and mirrors.
  const back = turnedBack(orient);
  const crop = said.crop && turnCrop(said.crop, back);
  if (crop === null) problems.push({ pointer: "/crop", message: "in px of a turned picture needs the photo's size" });
  said.crop = crop ?? undefined;
  said.gravity = said.gravity && turnGravity(said.gravity, back);
  if (isQuarterTurn(orient)) [said.width, said.height] = [said.height, said.width];
  said.flip = mirrorAcrossTurn(said.flip, turn);
  const rotate = (orient + turn) % 360;
  said.rotate = rotate === 90 || rotate === 180 || rotate === 270 ? rotate : undefined;
  return finishDraft(said, problems);
}

/** @returns what stands between the signature and the photo's id */
export function printThumbor(transform: Transform): Printed {
  const normal = normaliseTransform(transform);
  const lost = new LostOptions(normal);
  lost.whole("border", "gamma", "redactFaces", "dither");
  const { width, height, fit, flip, pad, gravity } = normal;
  const mirrored = mirrorAcrossTurn(flip, normal.rotate);
  const isSized = width !== undefined || height !== undefined;
  const isBoth = width !== undefined && height !== undefined;
  const isFitIn = isSized && (fit === "contain" || fit === "pad" || fit === undefined);
  const size = `${mirrored?.includes("h") ? "-" : ""}${width ?? 0}x${mirrored?.includes("v") ? "-" : ""}${height ?? 0}`;
  const background = lost.print("background", (colour) => (colour.length === 6 ? colour : null));
  if (fit === "pad" && background === undefined) lost.lost.push("fit");
  const isPad = fit === "pad" && background !== undefined;
  const focal = gravity?.kind === "point" ? `focal(${number(gravity.x)}x${number(gravity.y)})` : undefined;
  const filters = [
    isFitIn && fit === "contain" ? "upscale()" : undefined,
    isBoth && fit === "crop" ? "no_upscale()" : undefined,
    focal,
    isPad ? `fill(${background})` : background && `background_color(${background})`,
    // Theirs turns anticlockwise.
    normal.rotate && `rotate(${360 - normal.rotate})`,
    lost.print("brightness", printPercent("brightness")),
    lost.print("contrast", printPercent("contrast")),
    lost.print("saturation", printPercent("saturation")),
    normal.isGrey && "grayscale()",
    lost.print("blur", (sigma) => `blur(${number(sigma)})`),
    lost.print("sharpen", (amount) => `sharpen(${number(amount)})`),
    lost.print("pixelate", (block) => `pixelate(${block})`),
    lost.print("watermark", printWatermark),
    lost.print("quality", (quality) => `quality(${quality})`),
    lost.print("format", (format) => (format === "auto" ? null : `format(${format === "jpg" ? "jpeg" : format})`)),
  ].filter((filter) => filter !== undefined);
  lost.whole("meta");
  const segments = [
    lost.print("trim", printTolerance),
    lost.print("crop", ({ unit, x, y, width: w, height: h }) => printCorners(unit, [x, y, x + w, y + h])),
    isFitIn ? "fit-in" : undefined,
    fit === "squeeze" ? "stretch" : undefined,
    isSized || mirrored !== undefined || pad !== undefined ? size : undefined,
    pad && `${pad.left}x${pad.top}:${pad.right}x${pad.bottom}`,
    ...(lost.print("gravity", (value) =>
      fit === "pad" && !isPad ? null : value.kind === "face" || value.kind === "person" ? null : "",
    ) === undefined || gravity === undefined
      ? []
      : alignments(gravity)),
    filters.length > 0 ? `filters:${filters.join(":")}` : undefined,
  ];
  return { text: segments.filter((segment) => segment !== undefined).join("/"), lost: lost.lost };
}

function alignments(gravity: NonNullable<Transform["gravity"]>): string[] {
  if (gravity.kind === "auto") return ["smart"];
  if (gravity.kind !== "side") return [];
  const [x, y] = pointOfSide(gravity.side as (typeof GRAVITY_SIDES)[number]);
  const name = (words: Readonly<Record<string, number>>, at: number) =>
    at === 0.5 ? [] : Object.keys(words).filter((word) => words[word] === at);
  return [...name(HORIZONTAL, x), ...name(VERTICAL, y)];
}

/** Only what comes back as it was: thumbor knows whole distances. */
function printTolerance(percent: number): string | null {
  const distance = Math.round((percent / 100) * TRIM_MAX_DISTANCE);
  if (roundTo((distance / TRIM_MAX_DISTANCE) * 100, 3) !== percent) return null;
  return distance === 0 ? "trim" : `trim:top-left:${distance}`;
}

function printCorners(unit: CropRect["unit"], [ax = 0, ay = 0, bx = 0, by = 0]: readonly number[]): string {
  // A point says that it is a share: 1 alone would be a pixel.
  const length = (value: number) => (unit === "fraction" ? number(value).replace(/^(\d+)$/, "$1.0") : number(value));
  return `${length(ax)}x${length(ay)}:${length(bx)}x${length(by)}`;
}

function printPercent(filter: string): (factor: number) => string | null {
  return (factor) => (factor > 2 ? null : `${filter}(${number(roundTo((factor - 1) * 100, 1))})`);
}

function printWatermark({ photoId, position, opacity, scale }: NonNullable<Transform["watermark"]>): string {
  const [x, y] = pointOfSide(position);
  const across = x === 0 ? "left" : x === 1 ? "right" : "center";
  const down = y === 0 ? "top" : y === 1 ? "bottom" : "center";
  const alpha = number(roundTo((1 - opacity) * 100, 1));
  return `watermark(${PhotoId.parse(photoId)},${across},${down},${alpha},${number(roundTo(scale * 100, 1))})`;
}
