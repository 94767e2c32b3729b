// AssemblyScript. A window of rows that slides down a picture: those that the taps of a band need, kept where the
// picture may be overwritten, and with colours multiplied by alpha once where there is alpha. Filters nothing.
import { allocate } from "../engine/arena";
import { ResampleAxis } from "../jpeg/lanczos-weights";

/** Rows beyond what a band needs, so that rows move to the window's beginning only now and then. */
const SPARE_ROWS: i32 = 32;

/** Lies in the arena. */
@unmanaged
export class RowWindow {
  /** Address of its first row. */
  rows: usize;
  /** Bytes from row to row: four a pixel, or eight where colours are multiplied. */
  stride: usize;
  capacity: i32;
  /** Rows [first, end) of the picture are in it. */
  first: i32;
  end: i32;
  isOpaque: i32;
}

export function openWindow(columnsAxis: ResampleAxis, rowsAxis: ResampleAxis, bandRows: i32, isOpaque: i32): RowWindow {
  let most = 0;
  for (let row = 0; row < rowsAxis.targetLength; row += bandRows) {
    most = max(most, endOf(rowsAxis, row, bandRows) - startOf(rowsAxis, row));
  }
  const window = changetype<RowWindow>(allocate(offsetof<RowWindow>()));
  const columns = <usize>((columnsAxis.sourceLength + 3) & ~3);
  window.stride = isOpaque ? columns << 2 : columns << 3;
  window.capacity = min(most + SPARE_ROWS, rowsAxis.sourceLength);
  window.rows = allocate(<usize>window.capacity * window.stride);
  window.first = 0;
  window.end = 0;
  window.isOpaque = isOpaque;
  return window;
}

/**
 * Takes in what the band at `row` needs; rows before that may go. Up to 12 bytes beyond the last pixel are read.
 *
 * @returns where row 0 of the picture would lie.
 */
export function slideWindow(
  window: RowWindow,
  pixels: usize,
  widthPx: i32,
  axis: ResampleAxis,
  row: i32,
  bandRows: i32,
): usize {
  const first = startOf(axis, row);
  const end = endOf(axis, row, bandRows);
  const stride = window.stride;
  if (end - window.first > window.capacity) {
    const kept = max(window.end - first, 0);
    memory.copy(window.rows, window.rows + <usize>(first - window.first) * stride, <usize>kept * stride);
    window.first = first;
    window.end = first + kept;
  }
  const sourceStride = <usize>widthPx << 2;
  for (let at = window.end; at < end; at++) {
    const target = window.rows + <usize>(at - window.first) * stride;
    const source = pixels + <usize>at * sourceStride;
    if (window.isOpaque) memory.copy(target, source, sourceStride);
    else premultiplyRow(source, widthPx, target);
  }
  window.end = max(window.end, end);
  return window.rows - <usize>window.first * stride;
}

// @ts-ignore: decorator
@inline
function startOf(axis: ResampleAxis, row: i32): i32 {
  return load<i32>(axis.starts + (<usize>row << 2));
}

// @ts-ignore: decorator
@inline
function endOf(axis: ResampleAxis, row: i32, bandRows: i32): i32 {
  return startOf(axis, min(row + bandRows, axis.targetLength) - 1) + axis.tapCount;
}

/** Colours times alpha, and alpha times 255, as 0…32639: (p >> 1) + (p >> 9) is p * 128 / 255 to one unit. */
function premultiplyRow(source: usize, widthPx: i32, target: usize): void {
  const solid = i8x16.splat(-1);
  for (let x = 0; x < widthPx; x += 4) {
    const pixels = v128.load(source);
    // What a pixel's channels are multiplied by: its alpha, and for alpha itself 255.
    const alphas = v128.shuffle<u8>(pixels, solid, 3, 3, 3, 16, 7, 7, 7, 16, 11, 11, 11, 16, 15, 15, 15, 16);
    const low = i16x8.extmul_low_i8x16_u(pixels, alphas);
    const high = i16x8.extmul_high_i8x16_u(pixels, alphas);
    v128.store(target, i16x8.add(i16x8.shr_u(low, 1), i16x8.shr_u(low, 9)));
    v128.store(target, i16x8.add(i16x8.shr_u(high, 1), i16x8.shr_u(high, 9)), 16);
    source += 16;
    target += 32;
  }
}
