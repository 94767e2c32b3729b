// AssemblyScript. Blurs and sharpens a picture in place: rows that are still needed are in a window before they are
// overwritten.
import { allocate, mark, release } from "../engine/arena";
import { ResampleAxis } from "../jpeg/lanczos-weights";
import { allocateBand, BAND_ROWS, resampleBand } from "./resample";
import { openWindow, slideWindow } from "./row-window";

/** Fraction bits of the amount of sharpening: 10 of them, the most, fill 12 bits. */
const AMOUNT_BITS: i32 = 8;

/** Filters by two planned axes that keep every sample. */
export function blur(pixels: usize, columnsAxis: usize, rowsAxis: usize, isOpaque: i32): void {
  smooth(pixels, columnsAxis, rowsAxis, isOpaque, 0);
}

/**
 * Unsharp mask: adds `amount` of the difference between a picture and its blur. Alpha stays.
 *
 * @param amount In units of 1 / 256; above 0.
 */
export function sharpen(pixels: usize, columnsAxis: usize, rowsAxis: usize, isOpaque: i32, amount: i32): void {
  smooth(pixels, columnsAxis, rowsAxis, isOpaque, amount);
}

function smooth(pixels: usize, columnsAxisAddress: usize, rowsAxisAddress: usize, isOpaque: i32, amount: i32): void {
  const columnsAxis = changetype<ResampleAxis>(columnsAxisAddress);
  const rowsAxis = changetype<ResampleAxis>(rowsAxisAddress);
  const height = rowsAxis.targetLength;
  const stride = <usize>columnsAxis.sourceLength << 2;
  const before = mark();
  const pairs = allocateBand(columnsAxis.sourceLength);
  const blurred = allocate(<usize>BAND_ROWS * stride + 16);
  const window = openWindow(columnsAxis, rowsAxis, BAND_ROWS, isOpaque);
  for (let row = 0; row < height; row += BAND_ROWS) {
    const rowCount = min(BAND_ROWS, height - row);
    const source = slideWindow(window, pixels, columnsAxis.sourceLength, rowsAxis, row, BAND_ROWS);
    const target = pixels + <usize>row * stride;
    const result = amount > 0 ? blurred : target;
    resampleBand(source, window.stride, columnsAxis, rowsAxis, row, rowCount, pairs, result, isOpaque);
    if (amount > 0) exaggerate(target, blurred, <usize>rowCount * stride, amount);
  }
  release(before);
}

/** `picture + amount * (picture - blurred)`, in place; the alpha is the picture's. */
function exaggerate(picture: usize, blurred: usize, sizeBytes: usize, amount: i32): void {
  const amounts = i16x8.splat(<i16>amount);
  let at: usize = 0;
  for (; at + 16 <= sizeBytes; at += 16) {
    v128.store(picture + at, exaggerateFour(v128.load(picture + at), v128.load(blurred + at), amounts));
  }
  for (; at < sizeBytes; at += 4) {
    const pixel = exaggerateFour(v128.load32_zero(picture + at), v128.load32_zero(blurred + at), amounts);
    v128.store_lane<u32>(picture + at, pixel, 0);
  }
}

// @ts-ignore: decorator
@inline
function exaggerateFour(picture: v128, blurred: v128, amounts: v128): v128 {
  const pictureLow = i16x8.extend_low_i8x16_u(picture);
  const pictureHigh = i16x8.extend_high_i8x16_u(picture);
  const low = i16x8.sub(pictureLow, i16x8.extend_low_i8x16_u(blurred));
  const high = i16x8.sub(pictureHigh, i16x8.extend_high_i8x16_u(blurred));
  const sharp = i8x16.narrow_i16x8_u(
    i16x8.add_sat_s(pictureLow, times(low, amounts)),
    i16x8.add_sat_s(pictureHigh, times(high, amounts)),
  );
  return v128.bitselect(picture, sharp, i32x4.splat(0xff000000));
}

// @ts-ignore: decorator
@inline
function times(differences: v128, amounts: v128): v128 {
  const half = i32x4.splat(1 << (AMOUNT_BITS - 1));
  const low = i32x4.add(i32x4.extmul_low_i16x8_s(differences, amounts), half);
  const high = i32x4.add(i32x4.extmul_high_i16x8_s(differences, amounts), half);
  return i16x8.narrow_i32x4_s(i32x4.shr_s(low, AMOUNT_BITS), i32x4.shr_s(high, AMOUNT_BITS));
}
