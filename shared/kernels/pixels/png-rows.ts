// AssemblyScript. Rows of RGBA to what a PNG compresses (W3C PNG, third edition, §9): the filter that leaves least, row
// by row; and the checksum of it. Compresses nothing.
import { allocate, mark, release } from "../engine/arena";

const VECTOR: usize = 16;
/** Filter types, in the order of their candidate rows. */
const SUB: i32 = 1;
const FILTERS: i32 = 4;

/**
 * Filters rows [from, to): a byte for the type, then the row. The sum of signed differences' sizes decides, the least
 * is what deflate likes best (§12.8). Up to 12 bytes beyond the last pixel are read.
 *
 * @param channels 1 writes red alone, 3 the colours, 4 all
 */
export function filterPngRows(pixels: usize, widthPx: i32, from: i32, to: i32, channels: i32, target: usize): void {
  const before = mark();
  const bodyBytes = <usize>(widthPx * channels);
  // A vector of zeros in front stands for the pixels left of the first; one behind is room to write whole vectors.
  const bufferBytes = bodyBytes + 3 * VECTOR;
  let current = allocate(bufferBytes) + VECTOR;
  let previous = allocate(bufferBytes) + VECTOR;
  const stride = (bodyBytes + 2 * VECTOR - 1) & ~(VECTOR - 1);
  const candidates = allocate(stride * FILTERS);
  memory.fill(current - VECTOR, 0, bufferBytes);
  memory.fill(previous - VECTOR, 0, bufferBytes);
  if (from > 0) packRow(pixels + (<usize>((from - 1) * widthPx) << 2), widthPx, channels, previous);
  for (let row = from; row < to; row++) {
    packRow(pixels + (<usize>(row * widthPx) << 2), widthPx, channels, current);
    const best = filterRow(current, previous, bodyBytes, <usize>channels, candidates, stride);
    store<u8>(target, <u8>(SUB + best));
    memory.copy(target + 1, candidates + <usize>best * stride, bodyBytes);
    target += bodyBytes + 1;
    const packed = previous;
    previous = current;
    current = packed;
  }
  release(before);
}

/** Leaves out the channels that are not written. Writes up to a vector beyond. */
function packRow(pixels: usize, widthPx: i32, channels: i32, target: usize): void {
  if (channels == 4) {
    memory.copy(target, pixels, <usize>widthPx << 2);
    return;
  }
  const end = pixels + (<usize>widthPx << 2);
  const colours = i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  const reds = i8x16(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
  const order = channels == 3 ? colours : reds;
  const step = <usize>channels << 2;
  for (; pixels < end; pixels += VECTOR, target += step) v128.store(target, i8x16.swizzle(v128.load(pixels), order));
}

/** Writes all candidates, one after the other. @returns the place of the least */
function filterRow(
  current: usize,
  previous: usize,
  bodyBytes: usize,
  channels: usize,
  candidates: usize,
  stride: usize,
): i32 {
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  let subSums = i32x4.splat(0);
  let upSums = subSums;
  let averageSums = subSums;
  let paethSums = subSums;
  for (let i: usize = 0; i < bodyBytes; i += VECTOR) {
    const isInside = i8x16.lt_u(lanes, i8x16.splat(<i8>min<usize>(VECTOR, bodyBytes - i)));
    const value = v128.load(current + i);
    const left = v128.load(current + i - channels);
    const above = v128.load(previous + i);
    const corner = v128.load(previous + i - channels);
    const sub = v128.and(i8x16.sub(value, left), isInside);
    const up = v128.and(i8x16.sub(value, above), isInside);
    // The instruction rounds up, PNG down.
    const odd = v128.and(v128.xor(left, above), i8x16.splat(1));
    const average = v128.and(i8x16.sub(value, i8x16.sub(i8x16.avgr_u(left, above), odd)), isInside);
    const paeth = v128.and(i8x16.sub(value, predict(left, above, corner)), isInside);
    v128.store(candidates + i, sub);
    v128.store(candidates + stride + i, up);
    v128.store(candidates + 2 * stride + i, average);
    v128.store(candidates + 3 * stride + i, paeth);
    subSums = addSizes(subSums, sub);
    upSums = addSizes(upSums, up);
    averageSums = addSizes(averageSums, average);
    paethSums = addSizes(paethSums, paeth);
  }
  const sub = total(subSums);
  const up = total(upSums);
  const average = total(averageSums);
  const paeth = total(paethSums);
  const least = min(min(sub, up), min(average, paeth));
  if (least == paeth) return 3;
  if (least == up) return 1;
  return least == sub ? 0 : 2;
}

/** Paeth's predictor (§9.4) without leaving bytes: the third distance is the sum or the difference of the other two. */
// @ts-ignore: decorator
@inline
function predict(left: v128, above: v128, corner: v128): v128 {
  const toLeft = distance(above, corner);
  const toAbove = distance(left, corner);
  const isSameWay = i8x16.eq(i8x16.ge_u(above, corner), i8x16.ge_u(left, corner));
  const toCorner = v128.bitselect(i8x16.add_sat_u(toLeft, toAbove), distance(toLeft, toAbove), isSameWay);
  const nearest = v128.bitselect(above, corner, i8x16.le_u(toAbove, toCorner));
  return v128.bitselect(left, nearest, v128.and(i8x16.le_u(toLeft, toAbove), i8x16.le_u(toLeft, toCorner)));
}

// @ts-ignore: decorator
@inline
function distance(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
}

/** Adds up how far each byte, as a signed one, is from 0. */
// @ts-ignore: decorator
@inline
function addSizes(sums: v128, bytes: v128): v128 {
  return i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.abs(bytes))));
}

// @ts-ignore: decorator
@inline
function total(sums: v128): i32 {
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}

/** The largest prime below 65536, and how many bytes may be added before sums pass 32 bits (RFC 1950, §9). */
const ADLER_BASE: u32 = 65521;
const ADLER_MOST: usize = 5552;

/** @param checksum of the bytes before; 1 at the start. @returns that of all bytes so far */
export function adler32(checksum: u32, address: usize, sizeBytes: usize): u32 {
  let low = checksum & 0xffff;
  let high = checksum >>> 16;
  const end = address + sizeBytes;
  while (address < end) {
    const stop = min(end, address + ADLER_MOST);
    for (; address < stop; address++) {
      low += <u32>load<u8>(address);
      high += low;
    }
    low %= ADLER_BASE;
    high %= ADLER_BASE;
  }
  return (high << 16) | low;
}
