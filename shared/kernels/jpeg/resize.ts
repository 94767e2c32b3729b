// AssemblyScript. Separable Lanczos3 resampling of one 8-bit plane: columns first, then rows, eight target rows at a time.
// Needs two buffers of a few rows besides the planes. Knows no colours: chroma siting is in the caller's axes.
import { allocate, mark, release } from "../engine/arena";
import { ResampleAxis, WEIGHT_BITS } from "./lanczos-weights";
import { storeTransposed8x8Bytes, transpose8x8Words } from "./transpose";

/** Target rows made together: one 16-bit lane of a vector each. */
const BAND_ROWS: i32 = 8;
/** Fraction bits between the passes: 255 * 64, and the overshoot of Lanczos on top, fit a signed 16-bit lane. */
const MIDDLE_BITS: i32 = 6;
const COLUMN_SHIFT: i32 = WEIGHT_BITS - MIDDLE_BITS;
/** q15mulr drops 15 bits of a product where the weights have 14: one fraction bit is lost. */
const ROW_SHIFT: i32 = MIDDLE_BITS - (15 - WEIGHT_BITS);
const ROW_HALF: i32 = 1 << (ROW_SHIFT - 1);
const VECTOR_BYTES: usize = 16;

/** Eight target columns of a band, in 16 bits. */
const block: usize = memory.data(BAND_ROWS * 16, 16);

/**
 * Resamples a plane by two planned axes. The plane's rows must be readable up to a multiple of 16 bytes, and the target's
 * writable up to a multiple of 8: what lies there beyond its width is overwritten.
 */
export function resizePlane(
  source: usize,
  sourceStride: i32,
  target: usize,
  targetStride: i32,
  columnsAxisAddress: usize,
  rowsAxisAddress: usize,
): void {
  const columnsAxis = changetype<ResampleAxis>(columnsAxisAddress);
  const rowsAxis = changetype<ResampleAxis>(rowsAxisAddress);
  const sourceWidth = columnsAxis.sourceLength;
  const wholeVectors = (sourceWidth + 15) & ~15;
  const before = mark();
  // 64 bytes more than the samples need, so that rows of 2048 samples do not compete for the same cache lines.
  const rowBytes = <usize>(wholeVectors << 1) + 64;
  const rows = allocate(<usize>BAND_ROWS * rowBytes);
  const columns = allocate(<usize>wholeVectors * VECTOR_BYTES);
  const targetHeight = rowsAxis.targetLength;
  for (let row = 0; row < targetHeight; row += BAND_ROWS) {
    const rowCount = min(BAND_ROWS, targetHeight - row);
    // Whole rows at a time: processors fetch ahead along a row of the source, not across rows.
    for (let i = 0; i < rowCount; i++) {
      filterRow(source, <usize>sourceStride, rowsAxis, row + i, wholeVectors, rows + <usize>i * rowBytes);
    }
    for (let x = 0; x < sourceWidth; x += 8) {
      transpose8x8Words(rows + <usize>(x << 1), rowBytes, columns + <usize>x * VECTOR_BYTES);
    }
    filterBand(columns, columnsAxis, target + <usize>(row * targetStride), targetStride, rowCount);
  }
  release(before);
}

/** One target row, all source columns wide, in 16 bits. */
function filterRow(
  source: usize,
  sourceStride: usize,
  axis: ResampleAxis,
  row: i32,
  columnCount: i32,
  target: usize,
): void {
  const tapCount = axis.tapCount;
  const weights = axis.weights + <usize>(row * tapCount << 1);
  const rowStart = source + <usize>load<i32>(axis.starts + (<usize>row << 2)) * sourceStride;
  for (let x = 0; x < columnCount; x += 16) {
    filter16Columns(rowStart + <usize>x, sourceStride, weights, tapCount, target + <usize>(x << 1));
  }
}

/** One target row of 16 columns: pairs of source rows are interleaved, so that one dot product weighs both. */
// @ts-ignore: decorator
@inline
function filter16Columns(source: usize, stride: usize, weights: usize, tapCount: i32, target: usize): void {
  const zero = i32x4.splat(0);
  const half = i32x4.splat(1 << (COLUMN_SHIFT - 1));
  let sum0 = half;
  let sum1 = half;
  let sum2 = half;
  let sum3 = half;
  const pairsEnd = weights + (<usize>(tapCount & ~1) << 1);
  let weight = weights;
  for (; weight < pairsEnd; weight += 4) {
    const upper = v128.load(source);
    const lower = v128.load(source + stride);
    source += stride << 1;
    const pair = v128.load32_splat(weight);
    const left = v128.shuffle<u8>(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const right = v128.shuffle<u8>(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(left), pair));
    sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(left), pair));
    sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(right), pair));
    sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(right), pair));
  }
  if (tapCount & 1) {
    const last = v128.load(source);
    // The row after the last may lie outside the plane: zeros stand in for it.
    const pair = i32x4.splat(<i32>load<u16>(weight));
    const left = v128.shuffle<u8>(last, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const right = v128.shuffle<u8>(last, zero, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(left), pair));
    sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(left), pair));
    sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(right), pair));
    sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(right), pair));
  }
  sum0 = i32x4.shr_s(sum0, COLUMN_SHIFT);
  sum1 = i32x4.shr_s(sum1, COLUMN_SHIFT);
  sum2 = i32x4.shr_s(sum2, COLUMN_SHIFT);
  sum3 = i32x4.shr_s(sum3, COLUMN_SHIFT);
  v128.store(target, i16x8.narrow_i32x4_s(sum0, sum1));
  v128.store(target, i16x8.narrow_i32x4_s(sum2, sum3), 16);
}

/** Every target column of a band: lanes are rows, so taps need neither padding nor a horizontal sum. */
function filterBand(columns: usize, axis: ResampleAxis, target: usize, targetStride: i32, rowCount: i32): void {
  const targetWidth = axis.targetLength;
  const weightsStride = <usize>(axis.tapCount << 1);
  for (let x = 0; x < targetWidth; x += 8) {
    const columnCount = min(8, targetWidth - x);
    let start = axis.starts + (<usize>x << 2);
    let weight = axis.weights + <usize>x * weightsStride;
    for (let i = 0; i < columnCount; i++) {
      const column = columns + <usize>load<i32>(start) * VECTOR_BYTES;
      const sum = weighColumns(column, weight, weight + weightsStride);
      weight += weightsStride;
      v128.store(block + <usize>i * VECTOR_BYTES, i16x8.shr_s(sum, ROW_SHIFT));
      start += 4;
    }
    storeTransposed8x8Bytes(
      i8x16.narrow_i16x8_u(v128.load(block), v128.load(block, 16)),
      i8x16.narrow_i16x8_u(v128.load(block, 32), v128.load(block, 48)),
      i8x16.narrow_i16x8_u(v128.load(block, 64), v128.load(block, 80)),
      i8x16.narrow_i16x8_u(v128.load(block, 96), v128.load(block, 112)),
      target + <usize>x,
      <isize>targetStride,
      rowCount,
    );
  }
}

/** The weighted sum of neighbouring columns, in eight lanes of 16 bits. */
// @ts-ignore: decorator
@inline
function weighColumns(column: usize, weight: usize, weightsEnd: usize): v128 {
  let sum = i16x8.splat(<i16>ROW_HALF);
  // Unrolled, because a tap is as little work as the loop around it.
  for (; weight + 8 <= weightsEnd; weight += 8) {
    const product0 = i16x8.q15mulr_sat_s(v128.load(column), v128.load16_splat(weight));
    const product1 = i16x8.q15mulr_sat_s(v128.load(column, 16), v128.load16_splat(weight, 2));
    const product2 = i16x8.q15mulr_sat_s(v128.load(column, 32), v128.load16_splat(weight, 4));
    const product3 = i16x8.q15mulr_sat_s(v128.load(column, 48), v128.load16_splat(weight, 6));
    const products = i16x8.add(i16x8.add(product0, product1), i16x8.add(product2, product3));
    sum = i16x8.add(sum, products);
    column += 4 * VECTOR_BYTES;
  }
  for (; weight < weightsEnd; weight += 2) {
    sum = i16x8.add(sum, i16x8.q15mulr_sat_s(v128.load(column), v128.load16_splat(weight)));
    column += VECTOR_BYTES;
  }
  return sum;
}
