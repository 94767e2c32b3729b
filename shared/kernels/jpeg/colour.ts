// AssemblyScript. RGB rows to full-range BT.601 YCbCr planes with 4:2:0 chroma, and back (JFIF, ITU-T T.871 §7).

/** Fraction bits of the coefficients; each set below sums to exactly 1 or 0, so that grey stays grey. */
const BITS: i32 = 15;
const Y_RED: i32 = 9798; // 0.299
const Y_GREEN: i32 = 19235; // 0.587
const Y_BLUE: i32 = 3735; // 0.114
const CB_RED: i32 = -5529; // -0.168736
const CB_GREEN: i32 = -10855; // -0.331264
const CB_BLUE: i32 = 16384; // 0.5
const CR_RED: i32 = 16384; // 0.5
const CR_GREEN: i32 = -13720; // -0.418688
const CR_BLUE: i32 = -2664; // -0.081312

/** Pixels converted at once. */
const STEP: i32 = 8;
/** A box of 2x2 pixels makes one chroma sample: two more bits of sum. */
const CHROMA_SHIFT: i32 = BITS + 2;

/** One row or two of up to 8 pixels, padded to the right and downwards by their last ones. */
const corner: usize = memory.data(2 * 8 * 4 + 16, 16);
const CORNER_STRIDE: usize = 32;
const cornerLuma: usize = memory.data(32, 16);
const cornerChroma: usize = memory.data(16, 16);

/**
 * Converts a band of rows. Every 2x2 box of pixels makes one chroma sample, so a band begins at an even row of the picture, and
 * only the last one may have an odd number of rows. An odd last column or row counts twice.
 *
 * @param channels 3 for RGB, 4 for RGBA, whose alpha is ignored: flatten first.
 * @param cb Address of this band's first Cb row; 0 makes luma alone.
 */
export function convertRgbRows(
  rows: usize,
  rowStride: i32,
  channels: i32,
  widthPx: i32,
  heightPx: i32,
  y: usize,
  yStride: i32,
  cb: usize,
  cr: usize,
  chromaStride: i32,
): void {
  // The last pixels go through `corner`, because 16-byte loads would read beyond the last row.
  const wholeWidth = max(widthPx - STEP, 0) & ~(STEP - 1);
  for (let row = 0; row < heightPx; row += 2) {
    const upper = rows + <usize>(row * rowStride);
    const hasLower = row + 1 < heightPx;
    const lower = hasLower ? upper + <usize>rowStride : upper;
    const yUpper = y + <usize>(row * yStride);
    const yLower = hasLower ? yUpper + <usize>yStride : yUpper;
    const chromaRow = <usize>((row >> 1) * chromaStride);
    for (let x = 0; x < wholeWidth; x += STEP) {
      const at = <usize>(x * channels);
      const chromaAt = chromaRow + <usize>(x >> 1);
      convert8x2(upper + at, lower + at, channels, yUpper + <usize>x, yLower + <usize>x, cb, cr, chromaAt);
    }
    for (let x = wholeWidth; x < widthPx; x += STEP) {
      const count = min(STEP, widthPx - x);
      copyCorner(upper + <usize>(x * channels), corner, channels, count);
      copyCorner(lower + <usize>(x * channels), corner + CORNER_STRIDE, channels, count);
      const chroma: usize = cb == 0 ? 0 : cornerChroma;
      convert8x2(corner, corner + CORNER_STRIDE, channels, cornerLuma, cornerLuma + 16, chroma, chroma + 8, 0);
      memory.copy(yUpper + <usize>x, cornerLuma, count);
      memory.copy(yLower + <usize>x, cornerLuma + 16, count);
      if (cb == 0) continue;
      const chromaAt = chromaRow + <usize>(x >> 1);
      memory.copy(cb + chromaAt, cornerChroma, (count + 1) >> 1);
      memory.copy(cr + chromaAt, cornerChroma + 8, (count + 1) >> 1);
    }
  }
}

function copyCorner(from: usize, to: usize, channels: i32, count: i32): void {
  memory.copy(to, from, <usize>(count * channels));
  const last = from + <usize>((count - 1) * channels);
  for (let x = count; x < STEP; x++) memory.copy(to + <usize>(x * channels), last, channels);
}

/** Two rows of 8 pixels: 16 luma samples, and 4 of each chroma when `cb` is an address. */
// @ts-ignore: decorator
@inline
function convert8x2(
  upper: usize,
  lower: usize,
  channels: i32,
  yUpper: usize,
  yLower: usize,
  cb: usize,
  cr: usize,
  chromaAt: usize,
): void {
  const half = <usize>(4 * channels);
  // Red and green of a pixel lie side by side for one dot product; blue and a zero for another.
  const isRgba = channels == 4;
  const redGreen = isRgba
    ? i8x16(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1)
    : i8x16(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1);
  const blue = isRgba
    ? i8x16(2, -1, -1, -1, 6, -1, -1, -1, 10, -1, -1, -1, 14, -1, -1, -1)
    : i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1);
  const upper0 = v128.load(upper);
  const upper1 = v128.load(upper + half);
  const lower0 = v128.load(lower);
  const lower1 = v128.load(lower + half);
  const upperRg0 = i8x16.swizzle(upper0, redGreen);
  const upperB0 = i8x16.swizzle(upper0, blue);
  const upperRg1 = i8x16.swizzle(upper1, redGreen);
  const upperB1 = i8x16.swizzle(upper1, blue);
  const lowerRg0 = i8x16.swizzle(lower0, redGreen);
  const lowerB0 = i8x16.swizzle(lower0, blue);
  const lowerRg1 = i8x16.swizzle(lower1, redGreen);
  const lowerB1 = i8x16.swizzle(lower1, blue);
  storeLuma(yUpper, weighLuma(upperRg0, upperB0), weighLuma(upperRg1, upperB1));
  storeLuma(yLower, weighLuma(lowerRg0, lowerB0), weighLuma(lowerRg1, lowerB1));
  if (cb == 0) return;
  const rg0 = i16x8.add(upperRg0, lowerRg0);
  const b0 = i16x8.add(upperB0, lowerB0);
  const rg1 = i16x8.add(upperRg1, lowerRg1);
  const b1 = i16x8.add(upperB1, lowerB1);
  const cbWeights = i32x4.splat(<i32>((CB_RED & 0xffff) | (CB_GREEN << 16)));
  const crWeights = i32x4.splat(<i32>((CR_RED & 0xffff) | (CR_GREEN << 16)));
  storeChroma(cb + chromaAt, weigh(rg0, b0, cbWeights, CB_BLUE), weigh(rg1, b1, cbWeights, CB_BLUE));
  storeChroma(cr + chromaAt, weigh(rg0, b0, crWeights, CR_BLUE), weigh(rg1, b1, crWeights, CR_BLUE));
}

// @ts-ignore: decorator
@inline
function weigh(redGreen: v128, blue: v128, redGreenWeights: v128, blueWeight: i32): v128 {
  const redAndGreen = i32x4.dot_i16x8_s(redGreen, redGreenWeights);
  return i32x4.add(redAndGreen, i32x4.dot_i16x8_s(blue, i32x4.splat(blueWeight & 0xffff)));
}

// @ts-ignore: decorator
@inline
function weighLuma(redGreen: v128, blue: v128): v128 {
  const sum = weigh(redGreen, blue, i32x4.splat(Y_RED | (Y_GREEN << 16)), Y_BLUE);
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << (BITS - 1))), BITS);
}

// @ts-ignore: decorator
@inline
function storeLuma(to: usize, left: v128, right: v128): void {
  const words = i16x8.narrow_i32x4_s(left, right);
  v128.store_lane<u64>(to, i8x16.narrow_i16x8_u(words, words), 0);
}

/** Adds neighbours, which completes the 2x2 boxes. */
// @ts-ignore: decorator
@inline
function storeChroma(to: usize, left: v128, right: v128): void {
  const even = v128.shuffle<i32>(left, right, 0, 2, 4, 6);
  const odd = v128.shuffle<i32>(left, right, 1, 3, 5, 7);
  const middle = i32x4.splat((128 << CHROMA_SHIFT) + (1 << (CHROMA_SHIFT - 1)));
  const samples = i32x4.shr_s(i32x4.add(i32x4.add(even, odd), middle), CHROMA_SHIFT);
  const words = i16x8.narrow_i32x4_s(samples, samples);
  v128.store_lane<u32>(to, i8x16.narrow_i16x8_u(words, words), 0);
}

/** Fraction bits of the way back. */
const BACK_BITS: i32 = 16;
const BACK_HALF: i32 = 1 << (BACK_BITS - 1);
const RED_CR: i32 = 91881; // 1.402
const GREEN_CB: i32 = -22554; // -0.344136
const GREEN_CR: i32 = -46802; // -0.714136
const BLUE_CB: i32 = 116130; // 1.772
/** What of each is left for 16 bits when whole multiples of the sample are taken off: Cr, -Cr, 2 Cb. */
const RED_CR_REST: i32 = RED_CR - (1 << BACK_BITS);
const GREEN_CR_REST: i32 = GREEN_CR + (1 << BACK_BITS);
const BLUE_CB_REST: i32 = BLUE_CB - (2 << BACK_BITS);

/**
 * Planes of one size to packed RGBA, opaque. Rows of the planes must be readable up to a multiple of 8.
 *
 * @param cb Address of Cb; 0 for grey.
 */
export function convertPlanesToRgba(
  y: usize,
  yStride: i32,
  cb: usize,
  cr: usize,
  chromaStride: i32,
  widthPx: i32,
  heightPx: i32,
  rgba: usize,
): void {
  const neutral = i8x16.splat(-128);
  for (let row = 0; row < heightPx; row++) {
    const lumaRow = y + <usize>(row * yStride);
    const chromaAt = <usize>(row * chromaStride);
    let x = 0;
    for (; x + STEP <= widthPx; x += STEP) {
      const luma = v128.load8x8_u(lumaRow + <usize>x);
      const blueness = cb == 0 ? neutral : v128.load64_zero(cb + chromaAt + <usize>x);
      const redness = cb == 0 ? neutral : v128.load64_zero(cr + chromaAt + <usize>x);
      storeRgba(luma, blueness, redness, rgba);
      rgba += STEP << 2;
    }
    for (; x < widthPx; x++) {
      const blueness = cb == 0 ? 0 : <i32>load<u8>(cb + chromaAt + <usize>x) - 128;
      const redness = cb == 0 ? 0 : <i32>load<u8>(cr + chromaAt + <usize>x) - 128;
      storePixel((<i32>load<u8>(lumaRow + <usize>x) << BACK_BITS) + BACK_HALF, blueness, redness, rgba);
      rgba += 4;
    }
  }
}

/** One pixel; `luma` with its fraction bits and half a level. */
// @ts-ignore: decorator
@inline
function storePixel(luma: i32, blueness: i32, redness: i32, rgba: usize): void {
  store<u8>(rgba, clampToByte((luma + RED_CR * redness) >> BACK_BITS));
  store<u8>(rgba, clampToByte((luma + GREEN_CB * blueness + GREEN_CR * redness) >> BACK_BITS), 1);
  store<u8>(rgba, clampToByte((luma + BLUE_CB * blueness) >> BACK_BITS), 2);
  store<u8>(rgba, 255, 3);
}

/** Eight pixels, to the bit as `storePixel` makes them. `luma` in 16 bits, the others the lower eight bytes. */
// @ts-ignore: decorator
@inline
function storeRgba(luma: v128, blueness: v128, redness: v128, rgba: usize): void {
  const offset = i16x8.splat(128);
  const cb = i16x8.sub(i16x8.extend_low_i8x16_u(blueness), offset);
  const cr = i16x8.sub(i16x8.extend_low_i8x16_u(redness), offset);
  const left = v128.shuffle<i16>(cb, cr, 0, 8, 1, 9, 2, 10, 3, 11);
  const right = v128.shuffle<i16>(cb, cr, 4, 12, 5, 13, 6, 14, 7, 15);
  const redRest = weighBack(left, right, i32x4.splat(RED_CR_REST << 16));
  const greenRest = weighBack(left, right, i32x4.splat((GREEN_CR_REST << 16) | (GREEN_CB & 0xffff)));
  const blueRest = weighBack(left, right, i32x4.splat(BLUE_CB_REST & 0xffff));
  const red = i16x8.add(i16x8.add(luma, cr), redRest);
  const green = i16x8.add(i16x8.sub(luma, cr), greenRest);
  const blue = i16x8.add(i16x8.add(luma, i16x8.shl(cb, 1)), blueRest);
  const redGreen = i8x16.narrow_i16x8_u(red, green);
  const blueSolid = v128.shuffle<u8>(i8x16.narrow_i16x8_u(blue, blue), i8x16.splat(-1), 0, 16, 1, 16, 2, 16, 3, 16, 4, 16, 5, 16, 6, 16, 7, 16);
  const pairs = v128.shuffle<u8>(redGreen, redGreen, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  v128.store(rgba, v128.shuffle<i16>(pairs, blueSolid, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(rgba, v128.shuffle<i16>(pairs, blueSolid, 4, 12, 5, 13, 6, 14, 7, 15), 16);
}

/** Pairs of Cb and Cr weighed and rounded, eight of them. */
// @ts-ignore: decorator
@inline
function weighBack(left: v128, right: v128, weights: v128): v128 {
  const half = i32x4.splat(BACK_HALF);
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(left, weights), half), BACK_BITS),
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(right, weights), half), BACK_BITS),
  );
}

// @ts-ignore: decorator
@inline
function clampToByte(value: i32): u8 {
  return <u8>max(0, min(255, value));
}
