// AssemblyScript. Averages boxes of whole pixels: rows of 3 or 4 bytes a pixel in, rows of 4 out. The fourth byte has
// no meaning.

/**
 * Boxes of 2x2. Where the width is odd the pixel behind the last must repeat it.
 *
 * @param channels 3 or 4. @param targetPx Boxes; up to 3 more are written, and 16 bytes of each row beyond them read.
 */
export function averageTwoRows(upper: usize, lower: usize, channels: i32, targetPx: i32, target: usize): void {
  if (channels === 3) averagePairs<u8>(upper, lower, targetPx, target);
  else averagePairs<u16>(upper, lower, targetPx, target);
}

/** The type parameter only names the pixel: u8 for 3 bytes, u16 for 4. */
// @ts-ignore: decorator
@inline function averagePairs<Pixel>(upper: usize, lower: usize, targetPx: i32, target: usize): void {
  const isRgb = sizeof<Pixel>() === 1;
  const step: usize = isRgb ? 12 : 16;
  const end = target + (<usize>targetPx << 2);
  while (target < end) {
    const first = averageFour<Pixel>(v128.load(upper), v128.load(lower));
    const second = averageFour<Pixel>(v128.load(upper + step), v128.load(lower + step));
    v128.store(target, i8x16.narrow_i16x8_u(first, second));
    upper += step * 2;
    lower += step * 2;
    target += 16;
  }
}

/** Four pixels above four others: two averages of four 16-bit channels. */
// @ts-ignore: decorator
@inline function averageFour<Pixel>(upper: v128, lower: v128): v128 {
  const left = i16x8.add(widenLeft<Pixel>(upper), widenLeft<Pixel>(lower));
  const right = i16x8.add(widenRight<Pixel>(upper), widenRight<Pixel>(lower));
  const sums = i16x8.add(v128.shuffle<u64>(left, right, 0, 2), v128.shuffle<u64>(left, right, 1, 3));
  return i16x8.shr_u(i16x8.add(sums, i16x8.splat(2)), 2);
}

/** Pixels 0 and 1. */
// @ts-ignore: decorator
@inline function widenLeft<Pixel>(pixels: v128): v128 {
  if (sizeof<Pixel>() !== 1) return i16x8.extend_low_i8x16_u(pixels);
  return i8x16.swizzle(pixels, i8x16(0, -1, 1, -1, 2, -1, -1, -1, 3, -1, 4, -1, 5, -1, -1, -1));
}

/** Pixels 2 and 3. */
// @ts-ignore: decorator
@inline function widenRight<Pixel>(pixels: v128): v128 {
  if (sizeof<Pixel>() !== 1) return i16x8.extend_high_i8x16_u(pixels);
  return i8x16.swizzle(pixels, i8x16(6, -1, 7, -1, 8, -1, -1, -1, 9, -1, 10, -1, 11, -1, -1, -1));
}

/** Adds a row of bytes to a row of 16-bit sums, which hold 257 rows; works up to 15 bytes beyond either's end. */
export function addRowToSums(row: usize, sums: usize, sizeBytes: usize): void {
  for (let i: usize = 0; i < sizeBytes; i += 16) {
    const bytes = v128.load(row + i);
    const at = sums + (i << 1);
    v128.store(at, i16x8.add(v128.load(at), i16x8.extend_low_i8x16_u(bytes)));
    v128.store(at, i16x8.add(v128.load(at, 16), i16x8.extend_high_i8x16_u(bytes)), 16);
  }
}

/** Column sums of `rows` rows to averages of boxes `boxPx` wide; the last box is as wide as is left. */
export function averageSums(sums: usize, channels: i32, widthPx: i32, boxPx: i32, rows: i32, target: usize): void {
  const pixelBytes = <usize>channels << 1;
  let left = widthPx;
  while (left > 0) {
    const count = min(boxPx, left);
    let total = i64x2.splat(0);
    for (let x = 0; x < count; x++) {
      total = i32x4.add(total, v128.load_ext<u16>(sums));
      sums += pixelBytes;
    }
    storeAverage(total, count * rows, target);
    target += 4;
    left -= count;
  }
}

/** The sums of an interlaced image, which are whole boxes already: 16 bits for each of 4 channels. */
export function averageBoxes(sums: usize, widthPx: i32, boxPx: i32, rows: i32, target: usize): void {
  let left = widthPx;
  while (left > 0) {
    const count = min(boxPx, left);
    storeAverage(v128.load_ext<u16>(sums), count * rows, target);
    sums += 8;
    target += 4;
    left -= count;
  }
}

// @ts-ignore: decorator
@inline function storeAverage(total: v128, count: i32, target: usize): void {
  const share: f32 = 1 / <f32>count;
  const mean = f32x4.add(f32x4.mul(f32x4.convert_i32x4_u(total), f32x4.splat(share)), f32x4.splat(0.5));
  const words = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_u(mean), total);
  v128.store_lane<u32>(target, i8x16.narrow_i16x8_u(words, words), 0);
}
