// IIIF Image API 3.0, level 2: {region}/{size}/{rotation}/{quality}.{format} read into a transform and its canonical form.
// Section numbers are those of https://iiif.io/api/image/3.0/.
import { RENDER_MAX_PIXELS, RENDER_MAX_SIDE_PX } from "../limits.ts";
import { DITHER_DEFAULTS, normaliseTransform } from "./normalise-transform.ts";
import { printNumber, quoted, type Refuse, readChoice, refusing, type TransformProblem } from "./option-values.ts";
import { RENDER_FORMATS, type RenderFormat, type Transform } from "./transform.ts";

/** As a person sees it. */
export interface SourceSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

export interface IiifPath {
  readonly region: string;
  readonly size: string;
  readonly rotation: string;
  /** `quality.format` */
  readonly file: string;
}

export type ParsedIiif =
  | {
      readonly transform: Transform & { format: RenderFormat };
      /** §4.8 */
      readonly canonical: string;
      readonly problems?: undefined;
    }
  | { readonly problems: readonly TransformProblem[] };

/** §5.2. Everything but plain JPEG is RGBA in memory: what is promised must hold for PNG and for gray too. */
export const IIIF_MAX_AREA = RENDER_MAX_PIXELS.rgba;
const QUALITIES = ["default", "color", "gray", "bitonal"] as const;
const ROTATIONS: Readonly<Record<string, 0 | 90 | 180 | 270>> = { "0": 0, "90": 90, "180": 180, "270": 270, "360": 0 };
/** A decimal as §4.7 wants it: no sign, no exponent. */
const DECIMAL = /^(?:\d{1,9}(?:\.\d{0,10})?|\.\d{1,10})$/;
const WHOLE = /^\d{1,9}$/;

/** @returns what to draw, with the exact size in px, or everything that is wrong (all of it 400: §4.2 to §4.5) */
export function parseIiif(path: IiifPath, source: SourceSize): ParsedIiif {
  const problems: TransformProblem[] = [];
  const [quality = "", extension = ""] = path.file.split(/\.(?=[^.]*$)/);
  const format = readChoice(extension, RENDER_FORMATS, refusing(problems, "format"));
  const shade = readChoice(quality, QUALITIES, refusing(problems, "quality"));
  const turn = readRotation(path.rotation, refusing(problems, "rotation"));
  const region = readRegion(path.region, source, refusing(problems, "region"));
  const size = region && readSize(path.size, region, format ?? "jpg", refusing(problems, "size"));
  if (!format || !shade || !turn || !region || !size) return { problems };
  const isFull = region.width === source.widthPx && region.height === source.heightPx;
  const isSame = size.width === region.width && size.height === region.height;
  const transform = normaliseTransform({
    ...(isFull ? {} : { crop: { unit: "px", ...region } }),
    ...(isSame ? {} : { width: size.width, height: size.height, fit: "squeeze" }),
    ...turn.transform,
    ...shadeTransform(shade),
    format,
  });
  const canonical = [
    isFull ? "full" : [region.x, region.y, region.width, region.height].join(","),
    size.canonical,
    turn.canonical,
    `${shade === "color" ? "default" : shade}.${format}`,
  ].join("/");
  return { transform: { ...transform, format }, canonical };
}

/** §4.1. What lies outside of the photo is cut off; nothing left is an error. */
function readRegion(text: string, { widthPx, heightPx }: SourceSize, refuse: Refuse): Rect | undefined {
  if (text === "full") return { x: 0, y: 0, width: widthPx, height: heightPx };
  if (text === "square") {
    const side = Math.min(widthPx, heightPx);
    return { x: Math.floor((widthPx - side) / 2), y: Math.floor((heightPx - side) / 2), width: side, height: side };
  }
  const isPercent = text.startsWith("pct:");
  const parts = (isPercent ? text.slice(4) : text).split(",");
  if (parts.length !== 4 || !parts.every((part) => (isPercent ? DECIMAL : WHOLE).test(part)))
    return refuse(`must be full, square, x,y,w,h or pct:x,y,w,h, not ${quoted(text)}`);
  const [x = 0, y = 0, width = 0, height = 0] = parts.map(Number);
  const rect = isPercent
    ? rectOfPercents({ x, y, width, height }, widthPx, heightPx)
    : { x, y, width: Math.min(width, widthPx - x), height: Math.min(height, heightPx - y) };
  return rect.width >= 1 && rect.height >= 1 ? rect : refuse(`${quoted(text)} has no area inside the photo`);
}

function rectOfPercents(percents: Rect, widthPx: number, heightPx: number): Rect {
  if (percents.width === 0 || percents.height === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.round((percents.x * widthPx) / 100);
  const y = Math.round((percents.y * heightPx) / 100);
  const width = Math.max(1, Math.round((percents.width * widthPx) / 100));
  const height = Math.max(1, Math.round((percents.height * heightPx) / 100));
  return { x, y, width: Math.min(width, widthPx - x), height: Math.min(height, heightPx - y) };
}

interface ReadSize extends Size {
  readonly canonical: string;
}

/** §4.2. `^` may enlarge; without it a size above the region's is an error. */
function readSize(text: string, region: Rect, format: RenderFormat, refuse: Refuse): ReadSize | undefined {
  const mayEnlarge = text.startsWith("^");
  const form = mayEnlarge ? text.slice(1) : text;
  const most = scaleToLimits(region, format);
  const largest = scaled(region, Math.min(1, most), format);
  const enlarged = scaled(region, most, format);
  if (form === "max") return withCanonical(mayEnlarge ? enlarged : largest, region, { largest, enlarged });
  const wanted = wantedSize(form, region, mayEnlarge, format);
  if (wanted === null)
    return refuse(`must be max, w, or ,h or w,h or !w,h or pct:n, each with ^ or without, not ${quoted(text)}`);
  const { width, height } = wanted;
  if (width < 1 || height < 1) return refuse(`${quoted(text)} would be less than a pixel`);
  if (!mayEnlarge && (width > region.width || height > region.height))
    return refuse(`${quoted(text)} is larger than the region (${region.width} x ${region.height}); ^${text} enlarges`);
  if (width > RENDER_MAX_SIDE_PX || height > RENDER_MAX_SIDE_PX || width * height > maxArea(format))
    return refuse(`${width} x ${height} is more than ${RENDER_MAX_SIDE_PX} px a side or ${maxArea(format)} px in all`);
  return withCanonical(wanted, region, { largest, enlarged });
}

interface Extremes {
  readonly largest: Size;
  /** The largest where `^` allows more than there is. */
  readonly enlarged: Size;
}

/** §4.8: `^` only where it is needed, and max for what it means. */
function withCanonical(size: Size, region: Rect, { largest, enlarged }: Extremes): ReadSize {
  const { width, height } = size;
  const isEnlarged = width > region.width || height > region.height;
  const most = isEnlarged ? enlarged : largest;
  const isMost = width === most.width && height === most.height;
  return { width, height, canonical: `${isEnlarged ? "^" : ""}${isMost ? "max" : `${width},${height}`}` };
}

/** @returns null for no form of a size */
function wantedSize(form: string, region: Rect, mayEnlarge: boolean, format: RenderFormat) {
  const percent = /^pct:(.+)$/.exec(form)?.[1];
  if (percent !== undefined) {
    if (!DECIMAL.test(percent)) return null;
    const scale = Number(percent) / 100;
    return scale === 0 ? { width: 0, height: 0 } : scaledBy(region, scale);
  }
  const [, bang = "", w = "", h = ""] = /^(!?)(\d{0,9}),(\d{0,9})$/.exec(form) ?? [];
  if ((w === "" && h === "") || (bang === "!" && (w === "" || h === ""))) return null;
  const width = Number(w);
  const height = Number(h);
  if ((w !== "" && width === 0) || (h !== "" && height === 0)) return { width: 0, height: 0 };
  if (h === "") return { width, height: atLeastOne((region.height * width) / region.width) };
  if (w === "") return { width: atLeastOne((region.width * height) / region.height), height };
  if (bang === "") return { width, height };
  const fitting = Math.min(width / region.width, height / region.height, scaleToLimits(region, format));
  return scaled(region, mayEnlarge ? fitting : Math.min(1, fitting), format);
}

function maxArea(format: RenderFormat): number {
  return format === "webp" || format === "avif" ? RENDER_MAX_PIXELS[format] : IIIF_MAX_AREA;
}

/** By how much a region may be enlarged, or must be made smaller, to be as large as we draw. */
function scaleToLimits({ width, height }: Size, format: RenderFormat): number {
  return Math.min(
    RENDER_MAX_SIDE_PX / width,
    RENDER_MAX_SIDE_PX / height,
    Math.sqrt(maxArea(format) / (width * height)),
  );
}

function scaledBy({ width, height }: Size, scale: number) {
  return { width: atLeastOne(width * scale), height: atLeastOne(height * scale) };
}

/** As scaledBy, and never above a limit by rounding. */
function scaled(region: Rect, scale: number, format: RenderFormat) {
  const { width, height } = scaledBy(region, scale);
  if (width * height <= maxArea(format)) return { width, height };
  return {
    width: Math.max(1, Math.floor(region.width * scale)),
    height: Math.max(1, Math.floor(region.height * scale)),
  };
}

function atLeastOne(length: number): number {
  return Math.max(1, Math.round(length));
}

/** §4.3: `!` mirrors first. We turn first, and a quarter turn makes one mirror axis the other. */
function readRotation(text: string, refuse: Refuse) {
  const isMirrored = text.startsWith("!");
  const degrees = isMirrored ? text.slice(1) : text;
  if (!DECIMAL.test(degrees) || Number(degrees) > 360)
    return refuse(`must be a number of degrees from 0 to 360, with ! or without, not ${quoted(text)}`);
  const turn = ROTATIONS[printNumber(Number(degrees))];
  if (turn === undefined) return refuse("must be 0, 90, 180 or 270: no other angle is drawn");
  const flip = turn === 90 || turn === 270 ? ("v" as const) : ("h" as const);
  return {
    transform: { ...(turn === 0 ? {} : { rotate: turn }), ...(isMirrored ? { flip } : {}) },
    canonical: `${isMirrored ? "!" : ""}${turn}`,
  };
}

function shadeTransform(shade: (typeof QUALITIES)[number]): Partial<Transform> {
  if (shade === "gray") return { isGrey: true };
  if (shade !== "bitonal") return {};
  return {
    isGrey: true,
    dither: { algorithm: "floyd-steinberg", ...DITHER_DEFAULTS, palette: { kind: "grey", levels: 2 } },
  };
}
