// AssemblyScript. PNG's filters undone with vectors: one pixel a step where a pixel depends on the one before it.
// All of them read and write up to 16 bytes beyond a row's end.
import { unfilterBytes } from "./unfilter-bytes";

const FILTER_SUB: u32 = 1;
const FILTER_UP: u32 = 2;
const FILTER_AVERAGE: u32 = 3;
export const FILTER_PAETH: u32 = 4;

/** Same contract as unfilterBytes, and the same bytes. `filter` is 0 to 4. */
export function unfilterRow(
  filter: u32,
  source: usize,
  prior: usize,
  target: usize,
  rowBytes: usize,
  pixelBytes: usize,
): void {
  if (filter === 0) memory.copy(target, source, rowBytes);
  else if (filter === FILTER_UP) addAbove(source, prior, target, rowBytes);
  else if (pixelBytes === 3) unfilterPixels<u8>(filter, source, prior, target, rowBytes);
  else if (pixelBytes === 4) unfilterPixels<u16>(filter, source, prior, target, rowBytes);
  else if (pixelBytes === 6) unfilterPixels<u32>(filter, source, prior, target, rowBytes);
  else if (pixelBytes === 8) unfilterPixels<u64>(filter, source, prior, target, rowBytes);
  else unfilterBytes(filter, source, prior, target, rowBytes, pixelBytes);
}

/** Whether two rows of this filter, one below the other, can be undone in one sweep. */
export function canUnfilterPairs(pixelBytes: usize): bool {
  return pixelBytes === 3 || pixelBytes === 4;
}

/** Two rows, both of the Paeth filter; `pixelBytes` 3 or 4. */
export function unfilterPaethPair(
  upperSource: usize,
  lowerSource: usize,
  prior: usize,
  upperTarget: usize,
  lowerTarget: usize,
  rowBytes: usize,
  pixelBytes: usize,
): void {
  if (pixelBytes === 3) paethPair<u8>(upperSource, lowerSource, prior, upperTarget, lowerTarget, rowBytes);
  else paethPair<u16>(upperSource, lowerSource, prior, upperTarget, lowerTarget, rowBytes);
}

function addAbove(source: usize, prior: usize, target: usize, rowBytes: usize): void {
  for (let i: usize = 0; i < rowBytes; i += 16) {
    v128.store(target + i, i8x16.add(v128.load(source + i), v128.load(prior + i)));
  }
}

/**
 * The type parameter only names the pixel's size, so that each size is compiled on its own: u8 3, u16 4, u32 6, u64 8
 * bytes.
 */
// @ts-ignore: decorator
@inline function bytesOf<Pixel>(): usize {
  if (sizeof<Pixel>() === 1) return 3;
  if (sizeof<Pixel>() === 2) return 4;
  return sizeof<Pixel>() === 4 ? 6 : 8;
}

/** Writes beyond the pixel are overwritten by the next one. */
// @ts-ignore: decorator
@inline function storePixel<Pixel>(target: usize, lanes: v128): void {
  const bytes = i8x16.narrow_i16x8_u(lanes, lanes);
  if (bytesOf<Pixel>() <= 4) v128.store_lane<u32>(target, bytes, 0);
  else v128.store_lane<u64>(target, bytes, 0);
}

/** All lanes are bytes widened to 16 bits; see unfilter-bytes for the rule. */
// @ts-ignore: decorator
@inline function paethPrediction(left: v128, above: v128, aboveLeft: v128): v128 {
  const leftward = i16x8.sub(above, aboveLeft);
  const upward = i16x8.sub(left, aboveLeft);
  const toLeft = i16x8.abs(leftward);
  const toAbove = i16x8.abs(upward);
  const toAboveLeft = i16x8.abs(i16x8.add(leftward, upward));
  const other = v128.bitselect(above, aboveLeft, i16x8.le_s(toAbove, toAboveLeft));
  return v128.bitselect(left, other, i16x8.le_s(toLeft, i16x8.min_s(toAbove, toAboveLeft)));
}

function unfilterPixels<Pixel>(filter: u32, source: usize, prior: usize, target: usize, rowBytes: usize): void {
  const step = bytesOf<Pixel>();
  let left = i64x2.splat(0);
  if (filter === FILTER_SUB) {
    for (let i: usize = 0; i < rowBytes; i += step) {
      // Adding bytes in 16-bit lanes wraps as the filter demands: the upper halves are zero and stay so.
      left = i8x16.add(left, v128.load_ext<u8>(source + i));
      storePixel<Pixel>(target + i, left);
    }
  } else if (filter === FILTER_AVERAGE) {
    for (let i: usize = 0; i < rowBytes; i += step) {
      const prediction = i16x8.shr_u(i16x8.add(left, v128.load_ext<u8>(prior + i)), 1);
      left = i8x16.add(prediction, v128.load_ext<u8>(source + i));
      storePixel<Pixel>(target + i, left);
    }
  } else {
    let aboveLeft = i64x2.splat(0);
    for (let i: usize = 0; i < rowBytes; i += step) {
      const above = v128.load_ext<u8>(prior + i);
      left = i8x16.add(paethPrediction(left, above, aboveLeft), v128.load_ext<u8>(source + i));
      aboveLeft = above;
      storePixel<Pixel>(target + i, left);
    }
  }
}

/**
 * The lower row follows one pixel behind the upper one, in the upper half of the same vectors: the chain of dependent
 * instructions, which is what a Paeth row costs, is walked once for two rows.
 */
function paethPair<Pixel>(
  upperSource: usize,
  lowerSource: usize,
  prior: usize,
  upperTarget: usize,
  lowerTarget: usize,
  rowBytes: usize,
): void {
  const step = bytesOf<Pixel>();
  let left = i64x2.splat(0);
  let aboveLeft = i64x2.splat(0);
  // Before its first pixel the lower row sees nothing but zeros.
  let raw = i16x8.extend_low_i8x16_u(v128.load_zero<u32>(upperSource));
  for (let i: usize = 0; i < rowBytes; i += step) {
    const above = v128.shuffle<u64>(v128.load_ext<u8>(prior + i), left, 0, 2);
    left = i8x16.add(paethPrediction(left, above, aboveLeft), raw);
    aboveLeft = above;
    const bytes = i8x16.narrow_i16x8_u(left, left);
    v128.store_lane<u32>(upperTarget + i, bytes, 0);
    if (i > 0) v128.store_lane<u32>(lowerTarget + i - step, bytes, 1);
    const next = v128.load_lane<u32>(lowerSource + i, v128.load_zero<u32>(upperSource + i + step), 1);
    raw = i16x8.extend_low_i8x16_u(next);
  }
  const above = v128.shuffle<u64>(left, left, 0, 0);
  left = i8x16.add(paethPrediction(left, above, aboveLeft), raw);
  const bytes = i8x16.narrow_i16x8_u(left, left);
  v128.store_lane<u32>(lowerTarget + rowBytes - step, bytes, 1);
}
