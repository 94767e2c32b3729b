// AssemblyScript. Where things lie: tables the host fills, then a strip of pixels coming in and of palette indices going out.
// The picture passes through strip by strip, so that memory depends on its width alone.
import { allocate, mark, release } from "../engine/arena";

/** Rows of a strip: the side of the squares a Hilbert curve walks through. */
export const STRIP_ROWS: i32 = 64;
/** Pixels of room before and after each row of errors: taps reach 3 beyond the edge, vectors 4 more. */
export const PAD_PX: i32 = 16;
/** Rows of errors: the one in hand and the three Stevenson and Arce look back at. */
export const ERROR_ROWS: i32 = 4;
/** Entries of the tables that find a level from a value: 12 bits of it. */
export const FINDER_ENTRIES: i32 = 4096;
/** Bytes of a pixel's error: grey as one i32, colour as four f32. */
const ERROR_BYTES: i32 = 16;
const MAP_BYTES: i32 = 64 * 128 * 4;

let tones: usize = 0;
let levels: usize = 0;
let floors: usize = 0;
let nearest: usize = 0;
let palette: usize = 0;
let map: usize = 0;
let taps: usize = 0;
let strips: usize = 0;
let input: usize = 0;
let output: usize = 0;
let sums: usize = 0;
let errors: usize = 0;
let width: i32 = 0;

/** Room for pictures `widthPx` wide; tables keep their place, not their content. Traps beyond the module's maximum memory. */
export function begin(widthPx: i32): void {
  if (strips == 0) {
    tones = allocate(3 * 256 * 4);
    levels = allocate(2 * 256 * 4);
    floors = allocate(FINDER_ENTRIES + 16);
    nearest = allocate(FINDER_ENTRIES + 16);
    palette = allocate(8 * 256 * 4);
    map = allocate(MAP_BYTES);
    taps = allocate(32 * 12);
    strips = mark();
  }
  release(strips);
  width = widthPx;
  input = allocate(<usize>widthPx * 4 * STRIP_ROWS + 16);
  output = allocate(<usize>widthPx * STRIP_ROWS + 16);
  sums = allocate(<usize>(widthPx + PAD_PX) * 4);
  const errorBytes = <usize>(widthPx + 2 * PAD_PX) * ERROR_BYTES * ERROR_ROWS;
  errors = allocate(errorBytes);
  memory.fill(errors, 0, errorBytes);
}

export function widthPx(): i32 {
  return width;
}

/** What a stored byte of red, green and blue is worth: three tables of 256 numbers of 4 bytes. */
export function tonesAt(): usize {
  return tones;
}

/** Levels in order, 256 numbers of 4 bytes; then the middles between each and the next. */
export function levelsAt(): usize {
  return levels;
}

/** By the 12 upper bits of a value: the last level not above the lowest value with those bits. */
export function floorsAt(): usize {
  return floors;
}

/** By the 12 upper bits of a value: the level nearest to the lowest value with those bits. */
export function nearestAt(): usize {
  return nearest;
}

/** Of a list of colours: four factors in 256 f32 each (red, green, blue, constant), then the colours, four f32 each. */
export function paletteAt(): usize {
  return palette;
}

/** A threshold map, row by row, 4 bytes a threshold. */
export function mapAt(): usize {
  return map;
}

/** Of errors of earlier rows: (rows back, pixels to the side, weight), 4 bytes each. */
export function tapsAt(): usize {
  return taps;
}

export function inputAt(): usize {
  return input;
}

export function outputAt(): usize {
  return output;
}

/** A row of sums in 4 bytes a pixel, padded at its end. */
export function sumsAt(): usize {
  return sums;
}

/** The first pixel of the row of errors of picture row `y`, whose errors take `bytes` a pixel. */
// @ts-ignore: decorator
@inline
export function errorsAt(y: i32, bytes: i32): usize {
  return errors + <usize>(((y + ERROR_ROWS) % ERROR_ROWS) * (width + 2 * PAD_PX) + PAD_PX) * bytes;
}
