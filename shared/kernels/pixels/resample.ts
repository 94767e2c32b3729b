// AssemblyScript. Separable resampling of RGBA by two planned axes, rows first, four target rows at a time. Colours are
// weighed by their alpha, so that what lies under transparent pixels never shows; opaque pictures skip that.
import { allocate, mark, release } from "../engine/arena";
import { ResampleAxis, WEIGHT_BITS } from "../jpeg/lanczos-weights";
import { openWindow, RowWindow, slideWindow } from "./row-window";

/** Target rows made together: two pixels of 16-bit channels fill a vector, and two vectors share a load of weights. */
export const BAND_ROWS: i32 = 4;
/** Fraction bits between the passes: 255 * 64, and the overshoot of Lanczos on top, fit a signed 16-bit lane. */
const MIDDLE_BITS: i32 = 6;
const ROW_SHIFT: i32 = WEIGHT_BITS - MIDDLE_BITS;
/** Fraction bits of a colour multiplied by its alpha: 255 * 128 fits a signed 16-bit lane. */
const PREMULTIPLIED_BITS: i32 = 7;
/** Half a level between and after the passes. */
const MIDDLE_HALF: i32 = 1 << (MIDDLE_BITS - 1);
/** Bytes between the passes of one pixel in two rows: eight 16-bit channels. */
const PAIR_BYTES: usize = 16;

/**
 * Resamples `source` into `target`, which may not overlap. Rows are tight; up to 12 bytes beyond the last pixel of the
 * source are read, none beyond the target's written.
 */
export function resample(
  source: usize,
  target: usize,
  columnsAxisAddress: usize,
  rowsAxisAddress: usize,
  isOpaque: i32,
): void {
  const columnsAxis = changetype<ResampleAxis>(columnsAxisAddress);
  const rowsAxis = changetype<ResampleAxis>(rowsAxisAddress);
  const before = mark();
  const pairs = allocateBand(columnsAxis.sourceLength);
  const targetHeight = rowsAxis.targetLength;
  const targetStride = <usize>columnsAxis.targetLength << 2;
  // Opaque rows are weighed where they are.
  const window = isOpaque ? changetype<RowWindow>(0) : openWindow(columnsAxis, rowsAxis, BAND_ROWS, 0);
  const width = columnsAxis.sourceLength;
  for (let row = 0; row < targetHeight; row += BAND_ROWS) {
    const rowCount = min(BAND_ROWS, targetHeight - row);
    const rows = isOpaque ? source : slideWindow(window, source, width, rowsAxis, row, BAND_ROWS);
    const stride = isOpaque ? <usize>width << 2 : window.stride;
    const to = target + <usize>row * targetStride;
    resampleBand(rows, stride, columnsAxis, rowsAxis, row, rowCount, pairs, to, isOpaque);
  }
  release(before);
}

/** Room for one band between the passes. */
export function allocateBand(sourceWidth: i32): usize {
  return allocate(<usize>((sourceWidth + 3) & ~3) * PAIR_BYTES * (BAND_ROWS / 2));
}

/**
 * Makes the target rows [row, row + rowCount).
 *
 * @param source where row 0 would lie: only the rows the taps need must be there. Bytes where opaque, else multiplied
 * by alpha
 */
export function resampleBand(
  source: usize,
  stride: usize,
  columnsAxis: ResampleAxis,
  rowsAxis: ResampleAxis,
  row: i32,
  rowCount: i32,
  pairs: usize,
  target: usize,
  isOpaque: i32,
): void {
  const columnCount = (columnsAxis.sourceLength + 3) & ~3;
  const secondPairs = pairs + <usize>columnCount * PAIR_BYTES;
  for (let i = 0; i < rowCount; i++) {
    const place = (i < 2 ? pairs : secondPairs) + <usize>(i & 1) * 8;
    weighRow(source, stride, rowsAxis, row + i, columnCount, place, isOpaque);
  }
  weighColumns(pairs, secondPairs, columnsAxis, target, rowCount, isOpaque);
}

/** One target row, all source columns wide. */
function weighRow(
  source: usize,
  stride: usize,
  axis: ResampleAxis,
  row: i32,
  columnCount: i32,
  target: usize,
  isOpaque: i32,
): void {
  const tapCount = axis.tapCount;
  const weights = axis.weights + <usize>(row * tapCount << 1);
  let from = source + <usize>load<i32>(axis.starts + (<usize>row << 2)) * stride;
  const end = target + <usize>columnCount * PAIR_BYTES;
  if (isOpaque) {
    for (; target < end; target += 4 * PAIR_BYTES, from += 16) weighSolid(from, stride, weights, tapCount, target);
  } else {
    for (; target < end; target += 4 * PAIR_BYTES, from += 32) weighClear(from, stride, weights, tapCount, target);
  }
}

/** Four pixels of one target row: pairs of source rows are interleaved, so that one dot product weighs both. */
// @ts-ignore: decorator
@inline
function weighSolid(source: usize, stride: usize, weights: usize, tapCount: i32, target: usize): void {
  const half = i32x4.splat(1 << (ROW_SHIFT - 1));
  let sum0 = half;
  let sum1 = half;
  let sum2 = half;
  let sum3 = half;
  const end = weights + (<usize>tapCount << 1);
  for (; weights < end; weights += 4) {
    const isLast = weights + 2 == end;
    // The row after the last may lie outside of the picture: its weight is 0, and any row stands in for it.
    const upper = v128.load(source);
    const lower = v128.load(isLast ? source : source + stride);
    const pair = isLast ? i32x4.splat(<i32>load<u16>(weights)) : v128.load32_splat(weights);
    source += stride << 1;
    const left = v128.shuffle<u8>(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const right = v128.shuffle<u8>(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(left), pair));
    sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(left), pair));
    sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(right), pair));
    sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(right), pair));
  }
  const low = i16x8.narrow_i32x4_s(i32x4.shr_s(sum0, ROW_SHIFT), i32x4.shr_s(sum1, ROW_SHIFT));
  const high = i16x8.narrow_i32x4_s(i32x4.shr_s(sum2, ROW_SHIFT), i32x4.shr_s(sum3, ROW_SHIFT));
  storeFour(target, low, high);
}

/** As `weighSolid`, on colours multiplied by alpha. */
// @ts-ignore: decorator
@inline
function weighClear(source: usize, stride: usize, weights: usize, tapCount: i32, target: usize): void {
  const shift = ROW_SHIFT + PREMULTIPLIED_BITS;
  const half = i32x4.splat(1 << (ROW_SHIFT + PREMULTIPLIED_BITS - 1));
  let sum0 = half;
  let sum1 = half;
  let sum2 = half;
  let sum3 = half;
  const end = weights + (<usize>tapCount << 1);
  for (; weights < end; weights += 4) {
    const isLast = weights + 2 == end;
    const next = isLast ? source : source + stride;
    const pair = isLast ? i32x4.splat(<i32>load<u16>(weights)) : v128.load32_splat(weights);
    const upperLow = v128.load(source);
    const upperHigh = v128.load(source, 16);
    const lowerLow = v128.load(next);
    const lowerHigh = v128.load(next, 16);
    source += stride << 1;
    const pixel0 = v128.shuffle<i16>(upperLow, lowerLow, 0, 8, 1, 9, 2, 10, 3, 11);
    const pixel1 = v128.shuffle<i16>(upperLow, lowerLow, 4, 12, 5, 13, 6, 14, 7, 15);
    const pixel2 = v128.shuffle<i16>(upperHigh, lowerHigh, 0, 8, 1, 9, 2, 10, 3, 11);
    const pixel3 = v128.shuffle<i16>(upperHigh, lowerHigh, 4, 12, 5, 13, 6, 14, 7, 15);
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(pixel0, pair));
    sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(pixel1, pair));
    sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(pixel2, pair));
    sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(pixel3, pair));
  }
  const low = i16x8.narrow_i32x4_s(i32x4.shr_s(sum0, shift), i32x4.shr_s(sum1, shift));
  const high = i16x8.narrow_i32x4_s(i32x4.shr_s(sum2, shift), i32x4.shr_s(sum3, shift));
  storeFour(target, low, high);
}

/** Four pixels, each to its place beside that of the other row. */
// @ts-ignore: decorator
@inline
function storeFour(target: usize, low: v128, high: v128): void {
  v128.store_lane<u64>(target, low, 0);
  v128.store_lane<u64>(target, low, 1, 16);
  v128.store_lane<u64>(target, high, 0, 32);
  v128.store_lane<u64>(target, high, 1, 48);
}

/** Every target column of a band of up to four rows. */
function weighColumns(
  pairs: usize,
  secondPairs: usize,
  axis: ResampleAxis,
  target: usize,
  rowCount: i32,
  isOpaque: i32,
): void {
  const targetWidth = axis.targetLength;
  const stride = <usize>targetWidth << 2;
  const weightsStride = <usize>(axis.tapCount << 1);
  let weights = axis.weights;
  let start = axis.starts;
  const end = start + (<usize>targetWidth << 2);
  for (; start < end; start += 4) {
    const at = <usize>load<i32>(start) * PAIR_BYTES;
    const rows01 = weighPixel(pairs + at, weights, weights + weightsStride);
    // Where the band has two rows only, the others hold what an earlier band left there.
    const rows23 = weighPixel(secondPairs + at, weights, weights + weightsStride);
    weights += weightsStride;
    const pixels = isOpaque ? i8x16.narrow_i16x8_u(toLevels(rows01), toLevels(rows23)) : unpremultiply(rows01, rows23);
    v128.store_lane<u32>(target, pixels, 0);
    if (rowCount > 1) v128.store_lane<u32>(target + stride, pixels, 1);
    if (rowCount > 2) v128.store_lane<u32>(target + 2 * stride, pixels, 2);
    if (rowCount > 3) v128.store_lane<u32>(target + 3 * stride, pixels, 3);
    target += 4;
  }
}

/**
 * The weighted sum of neighbouring pixels of two rows, in 16-bit lanes: pairs of them, so that one dot product weighs
 * both.
 */
// @ts-ignore: decorator
@inline
function weighPixel(pixel: usize, weight: usize, weightsEnd: usize): v128 {
  let low = i32x4.splat(1 << (WEIGHT_BITS - 1));
  let high = low;
  for (; weight + 4 <= weightsEnd; weight += 4) {
    const left = v128.load(pixel);
    const right = v128.load(pixel, 16);
    const pair = v128.load32_splat(weight);
    low = i32x4.add(low, i32x4.dot_i16x8_s(v128.shuffle<i16>(left, right, 0, 8, 1, 9, 2, 10, 3, 11), pair));
    high = i32x4.add(high, i32x4.dot_i16x8_s(v128.shuffle<i16>(left, right, 4, 12, 5, 13, 6, 14, 7, 15), pair));
    pixel += 2 * PAIR_BYTES;
  }
  if (weight < weightsEnd) {
    const last = v128.load(pixel);
    const single = v128.load16_splat(weight);
    low = i32x4.add(low, i32x4.extmul_low_i16x8_s(last, single));
    high = i32x4.add(high, i32x4.extmul_high_i16x8_s(last, single));
  }
  return i16x8.narrow_i32x4_s(i32x4.shr_s(low, WEIGHT_BITS), i32x4.shr_s(high, WEIGHT_BITS));
}

// @ts-ignore: decorator
@inline
function toLevels(sums: v128): v128 {
  return i16x8.shr_s(i16x8.add(sums, i16x8.splat(<i16>MIDDLE_HALF)), MIDDLE_BITS);
}

/** Four premultiplied pixels, as sums, back to colours and alpha. */
function unpremultiply(rows01: v128, rows23: v128): v128 {
  const low = i16x8.narrow_i32x4_s(
    divideByAlpha(i32x4.extend_low_i16x8_s(rows01)),
    divideByAlpha(i32x4.extend_high_i16x8_s(rows01)),
  );
  const high = i16x8.narrow_i32x4_s(
    divideByAlpha(i32x4.extend_low_i16x8_s(rows23)),
    divideByAlpha(i32x4.extend_high_i16x8_s(rows23)),
  );
  return i8x16.narrow_i16x8_u(low, high);
}

/** One pixel of sums (r, g, b, a) to levels. What rounds to no alpha has no colour. */
// @ts-ignore: decorator
@inline
function divideByAlpha(sums: v128): v128 {
  const alpha = v128.shuffle<i32>(sums, sums, 3, 3, 3, 3);
  const isSeen = i32x4.ge_s(alpha, i32x4.splat(MIDDLE_HALF));
  const share = f32x4.div(f32x4.splat(255), f32x4.convert_i32x4_s(alpha));
  const scale = f32x4.replace_lane(share, 3, 1 / <f32>(1 << MIDDLE_BITS));
  const levels = f32x4.nearest(f32x4.mul(f32x4.convert_i32x4_s(sums), scale));
  return v128.and(i32x4.trunc_sat_f32x4_s(levels), isSeen);
}
