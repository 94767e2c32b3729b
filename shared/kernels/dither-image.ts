// Dithers pixels to a palette with the dither kernels, strip by strip: their memory depends on the picture's width alone.
// Runs wherever wasm does; which palette it is, and what becomes of the indices, is the caller's business.
import { DIFFUSION_METHODS, type DiffusionMethod, shareOf } from "./diffusion-methods.ts";
import type { DitherExports } from "./dither-exports.ts";
import { isGreyPalette, levelTables, meanGap, toneTables, WHITE, worthOf } from "./dither-tables.ts";
import { LUMINANCE_WEIGHTS } from "./linear-light.ts";
import type { Palette } from "./palettes.ts";
import { assertRgbaImage, type RgbaImage } from "./rgba-image.ts";
import { type ThresholdMap, thresholdMap } from "./threshold-maps.ts";

/** Widest picture (px): what a strip of it and its errors may fill of the module's memory. */
export const DITHER_MAX_WIDTH_PX = 16_384;
/** Entries of a byte's worth of indices. */
const PALETTE_MAX_ENTRIES = 256;
/** Pixels a map's row is repeated to, so that short maps are not short loops. */
const MAP_ROW_PX = 64;
const WEIGHT_ONE = 1 << 14;
const LIST_PLANE = 256;
/** What is left of Riemersma's memory after each pixel: a sixteenth after 15. */
const RIEMERSMA_KEEP = 16 ** (-1 / 15);

export interface DitherOptions {
  /** A name of dither-options.ts. */
  readonly algorithm: string;
  readonly palette: Palette;
  /** 0–1: share of each error that is handed on, or of a threshold map's span. */
  readonly strength: number;
  /** Error diffusion: every second row from right to left. */
  readonly serpentine: boolean;
  /** Mixes light as eyes do; off: mixes stored values. */
  readonly linear: boolean;
}

/** A picture by palette: the form PNG and GIF keep it in. */
export interface IndexedImage {
  readonly widthPx: number;
  readonly heightPx: number;
  /** One byte a pixel, row by row, no padding. */
  readonly indices: Uint8Array;
  /** Red, green, blue, alpha of each entry, at most 256. Alpha is 255, but 0 of a last entry where the picture has holes. */
  readonly palette: Uint8Array;
}

export interface Ditherer {
  /**
   * Pixels more than half transparent become the last, transparent entry, and take no part in errors; all others count as opaque.
   * Greys are dithered by luminance and come in order, darkest first.
   * Throws RangeError for an unknown algorithm, an empty or too large palette, or a picture wider than DITHER_MAX_WIDTH_PX.
   */
  dither(image: RgbaImage, options: DitherOptions): IndexedImage;
}

/**
 * One per isolate: its memory is used again. Calls are synchronous, so none meets another.
 * @param exports of an instance of dither.wasm, which imports nothing: `new WebAssembly.Instance(module, {}).exports`
 */
export function createDitherer(exports: object): Ditherer {
  const kernels = exports as DitherExports;
  return {
    dither(image, options) {
      assertRgbaImage(image);
      return ditherImage(kernels, image, options);
    },
  };
}

type RunStrip = (y: number, rows: number) => void;

function ditherImage(kernels: DitherExports, image: RgbaImage, options: DitherOptions): IndexedImage {
  const { widthPx, heightPx, data } = image;
  if (widthPx > DITHER_MAX_WIDTH_PX)
    throw new RangeError(`Expected a picture at most ${DITHER_MAX_WIDTH_PX} px wide. Got ${widthPx} px.`);
  const palette = entriesFor(options.palette, data);
  kernels.begin(widthPx);
  const runStrip = prepare(kernels, { ...options, palette });
  kernels.hasHoles();

  const indices = new Uint8Array(widthPx * heightPx);
  const stripRows = kernels.STRIP_ROWS.value;
  const bytes = new Uint8Array(kernels.memory.buffer);
  for (let y = 0; y < heightPx; y += stripRows) {
    const rows = Math.min(stripRows, heightPx - y);
    bytes.set(data.subarray(y * widthPx * 4, (y + rows) * widthPx * 4), kernels.inputAt());
    runStrip(y, rows);
    const from = kernels.outputAt();
    indices.set(bytes.subarray(from, from + rows * widthPx), y * widthPx);
  }
  return { widthPx, heightPx, indices, palette: withAlpha(palette, kernels.hasHoles() !== 0) };
}

/** The palette as the kernels take it: greys in order and at least two, and room for a hole where there is one. */
function entriesFor(palette: Palette, data: Uint8Array): Palette {
  const count = palette.colours.length / 3;
  if (!Number.isInteger(count) || count < 1 || count > PALETTE_MAX_ENTRIES)
    throw new RangeError(
      `Expected 1 to ${PALETTE_MAX_ENTRIES} colours of three bytes. Got ${palette.colours.length} bytes.`,
    );
  let { colours } = palette;
  if (isGreyPalette(palette)) {
    const greys = Array.from({ length: count }, (_, i) => colours[i * 3]).sort((a, b) => a - b);
    if (greys.length === 1) greys.push(greys[0]);
    colours = Uint8Array.from(greys.flatMap((grey) => [grey, grey, grey]));
  }
  if (count < PALETTE_MAX_ENTRIES || !hasHole(data)) return { ...palette, colours };
  // One has to go; one of the middle is missed least where they are in order, and no more than another where they are not.
  const left = PALETTE_MAX_ENTRIES / 2;
  return {
    colours: Uint8Array.of(...colours.subarray(0, left * 3), ...colours.subarray((left + 1) * 3)),
    cubeLevels: null,
  };
}

function hasHole(data: Uint8Array): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] < 128) return true;
  return false;
}

function withAlpha({ colours }: Palette, hasTransparent: boolean): Uint8Array {
  const count = colours.length / 3;
  const palette = new Uint8Array((count + (hasTransparent ? 1 : 0)) * 4);
  for (let entry = 0; entry < count; entry++) {
    palette.set(colours.subarray(entry * 3, entry * 3 + 3), entry * 4);
    palette[entry * 4 + 3] = 255;
  }
  return palette;
}

/** Fills the kernels' tables; what comes back dithers one strip. */
function prepare(kernels: DitherExports, options: DitherOptions): RunStrip {
  const { algorithm, palette, strength, linear } = options;
  const isGrey = isGreyPalette(palette);
  if (algorithm === "riemersma") {
    prepareColours(kernels, palette, linear, isGrey);
    kernels.setRiemersma(RIEMERSMA_KEEP, strength);
    return (y, rows) => kernels.walk(y, rows);
  }
  if (isGrey) prepareGreys(kernels, palette, linear);
  else prepareColours(kernels, palette, linear, false);
  if (isDiffusion(algorithm)) return prepareDiffusion(kernels, DIFFUSION_METHODS[algorithm], options, isGrey);

  const map = algorithm === "none" ? thresholdMap("cd0") : thresholdMap(algorithm);
  if (!map) throw new RangeError(`Expected a dithering algorithm. Got ${JSON.stringify(algorithm)}.`);
  prepareMap(kernels, map, mapUnit(palette, isGrey, linear), algorithm === "none" ? 0 : strength);
  return isGrey ? (y, rows) => kernels.orderGrey(y, rows) : (y, rows) => kernels.orderColour(y, rows);
}

function isDiffusion(algorithm: string): algorithm is keyof typeof DIFFUSION_METHODS {
  return Object.hasOwn(DIFFUSION_METHODS, algorithm);
}

function prepareGreys(kernels: DitherExports, palette: Palette, linear: boolean): void {
  const count = palette.colours.length / 3;
  const whole = greyLevels(palette, linear);
  const { levels, middles, floors, nearest } = levelTables(whole, "whole");
  ints(kernels, kernels.tonesAt()).set(toneTables(linear, true).map((tone) => Math.round(tone * WHITE)));
  ints(kernels, kernels.levelsAt()).set(levels);
  // Diffusion compares sums, which have the bits of weights below; two equal levels have a middle of their own.
  ints(kernels, kernels.levelsAt() + 1024).set(middles.map((middle) => Math.min(middle * WEIGHT_ONE, 0x7fff_ffff)));
  bytes(kernels, kernels.floorsAt()).set(floors);
  bytes(kernels, kernels.nearestAt()).set(nearest);
  kernels.setGrey(count, count);
}

function greyLevels({ colours }: Palette, linear: boolean): number[] {
  return Array.from({ length: colours.length / 3 }, (_, i) => Math.round(worthOf(colours[i * 3], linear) * WHITE));
}

function prepareColours(kernels: DitherExports, palette: Palette, linear: boolean, isOneTone: boolean): void {
  const count = palette.colours.length / 3;
  floats(kernels, kernels.tonesAt()).set(toneTables(linear, isOneTone));
  const list = floats(kernels, kernels.paletteAt());
  const padded = Math.ceil(count / 4) * 4;
  for (let entry = 0; entry < padded; entry++) {
    let constant = entry < count ? 0 : 1e9;
    for (const [channel, weight] of LUMINANCE_WEIGHTS.entries()) {
      const part = entry < count ? worthOf(palette.colours[entry * 3 + channel], linear) : 0;
      list[channel * LIST_PLANE + entry] = -2 * weight * part;
      list[4 * LIST_PLANE + entry * 4 + channel] = part;
      constant += weight * part * part;
    }
    list[3 * LIST_PLANE + entry] = constant;
  }
  if (palette.cubeLevels === null) {
    kernels.setList(padded, count, isOneTone ? 1 : 0);
    return;
  }
  const steps = Array.from({ length: palette.cubeLevels }, (_, i) => worthOf(palette.colours[i * 3 + 2], linear));
  const { levels, middles, floors, nearest } = levelTables(steps, "share");
  floats(kernels, kernels.levelsAt()).set(levels);
  floats(kernels, kernels.levelsAt() + 1024).set(middles);
  bytes(kernels, kernels.floorsAt()).set(floors);
  bytes(kernels, kernels.nearestAt()).set(nearest);
  kernels.setCube(palette.cubeLevels, count);
}

function prepareDiffusion(
  kernels: DitherExports,
  method: DiffusionMethod,
  options: DitherOptions,
  isGrey: boolean,
): RunStrip {
  const { strength, serpentine } = options;
  const unit = isGrey ? WEIGHT_ONE : 1;
  const weigh = (share: number) => (isGrey ? Math.round(share * strength * unit) : share * strength);
  const earlier = method.taps.filter(([, down]) => down > 0);
  for (const [i, [across, down, share]] of earlier.entries()) {
    const at = kernels.tapsAt() + i * 12;
    ints(kernels, at).set([down, across]);
    const weight = weigh(share / method.divisor);
    if (isGrey) ints(kernels, at + 8)[0] = weight;
    else floats(kernels, at + 8)[0] = weight;
  }
  kernels.setDiffusion(earlier.length, serpentine ? 1 : 0);
  const ahead = weigh(shareOf(method, 1, 0));
  const ahead2 = weigh(shareOf(method, 2, 0));
  return isGrey
    ? (y, rows) => kernels.diffuseGrey(y, rows, ahead, ahead2)
    : (y, rows) => kernels.diffuseColour(y, rows, ahead, ahead2);
}

/** How a threshold (0–1) is told to the kernel: as a value between two greys, a share of their distance, or what to add to a colour. */
type MapUnit = { readonly of: (threshold: number) => number; readonly isWhole: boolean };

function mapUnit(palette: Palette, isGrey: boolean, linear: boolean): MapUnit {
  if (isGrey) {
    const [low = 0, high = 0, ...more] = greyLevels(palette, linear);
    if (more.length > 0) return { of: (threshold) => Math.round(threshold * WEIGHT_ONE), isWhole: true };
    return { of: (threshold) => Math.round(low + threshold * (high - low)), isWhole: true };
  }
  if (palette.cubeLevels !== null) return { of: (threshold) => threshold, isWhole: false };
  const span = meanGap(palette, linear);
  return { of: (threshold) => (0.5 - threshold) * span, isWhole: false };
}

function prepareMap(kernels: DitherExports, map: ThresholdMap, unit: MapUnit, strength: number): void {
  const { width, height, thresholds } = map;
  const repeated = width * Math.ceil(MAP_ROW_PX / width);
  const told = unit.isWhole ? ints(kernels, kernels.mapAt()) : floats(kernels, kernels.mapAt());
  for (let y = 0; y < height; y++)
    for (let x = 0; x < repeated; x++)
      told[y * repeated + x] = unit.of(0.5 + (thresholds[y * width + (x % width)] - 0.5) * strength);
  kernels.setMap(repeated, height);
}

const ints = (kernels: DitherExports, at: number) => new Int32Array(kernels.memory.buffer, at);
const floats = (kernels: DitherExports, at: number) => new Float32Array(kernels.memory.buffer, at);
const bytes = (kernels: DitherExports, at: number) => new Uint8Array(kernels.memory.buffer, at);
