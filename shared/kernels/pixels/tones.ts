// AssemblyScript. Colours changed pixel by pixel, in place: a curve for every channel alike, and saturation. Alpha
// stays.

/** Replaces every colour channel by its entry. @param curve Address of u8[256]. */
export function mapTones(pixels: usize, count: i32, curve: usize): void {
  const end = pixels + (<usize>count << 2);
  for (let at = pixels; at < end; at += 4) {
    const pixel = load<u32>(at);
    const red = <u32>load<u8>(curve + (pixel & 0xff));
    const green = <u32>load<u8>(curve + ((pixel >> 8) & 0xff));
    const blue = <u32>load<u8>(curve + ((pixel >> 16) & 0xff));
    store<u32>(at, red | (green << 8) | (blue << 16) | (pixel & 0xff000000));
  }
}

/** Fraction bits: of luma's weights, of luma, of the amount. */
const WEIGHT_BITS: i32 = 14;
const LUMA_BITS: i32 = 4;
const AMOUNT_BITS: i32 = 10;
const RESULT_BITS: i32 = LUMA_BITS + AMOUNT_BITS;
/** Luma of ITU-R BT.601, as JPEG has it: a grey picture is the same whichever way it is made. */
const RED: i16 = 4899;
const GREEN: i16 = 9617;
const BLUE: i16 = 1868;

/**
 * Moves every colour away from the grey of its luma, or to it.
 *
 * @param amount In units of 1 / 1024, 0 to 10240: 0 leaves only luma, 1024 changes nothing.
 */
export function saturate(pixels: usize, count: i32, amount: i32): void {
  const end = pixels + (<usize>count << 2);
  const own = i16x8.splat(<i16>amount);
  const grey = i32x4.splat((1 << AMOUNT_BITS) - amount);
  let at = pixels;
  for (; at + 16 <= end; at += 16) v128.store(at, saturateFour(v128.load(at), own, grey));
  for (; at < end; at += 4) v128.store_lane<u32>(at, saturateFour(v128.load32_zero(at), own, grey), 0);
}

// @ts-ignore: decorator
@inline
function saturateFour(pixels: v128, own: v128, grey: v128): v128 {
  const low = i16x8.extend_low_i8x16_u(pixels);
  const high = i16x8.extend_high_i8x16_u(pixels);
  const changed = i8x16.narrow_i16x8_u(saturateTwo(low, own, grey), saturateTwo(high, own, grey));
  return v128.bitselect(pixels, changed, i32x4.splat(0xff000000));
}

// @ts-ignore: decorator
@inline
function saturateTwo(pixels: v128, own: v128, grey: v128): v128 {
  const weighed = i32x4.dot_i16x8_s(pixels, i16x8(RED, GREEN, BLUE, 0, RED, GREEN, BLUE, 0));
  const half = i32x4.splat(1 << (WEIGHT_BITS - LUMA_BITS - 1));
  const sums = i32x4.add(i32x4.add(weighed, half), v128.shuffle<i32>(weighed, weighed, 1, 0, 3, 2));
  const luma = i32x4.mul(i32x4.shr_s(sums, WEIGHT_BITS - LUMA_BITS), grey);
  const left = i32x4.shl(i32x4.extmul_low_i16x8_s(pixels, own), LUMA_BITS);
  const right = i32x4.shl(i32x4.extmul_high_i16x8_s(pixels, own), LUMA_BITS);
  const rounding = i32x4.splat(1 << (RESULT_BITS - 1));
  const first = i32x4.add(i32x4.add(left, v128.shuffle<i32>(luma, luma, 0, 0, 0, 0)), rounding);
  const second = i32x4.add(i32x4.add(right, v128.shuffle<i32>(luma, luma, 2, 2, 2, 2)), rounding);
  return i16x8.narrow_i32x4_s(i32x4.shr_s(first, RESULT_BITS), i32x4.shr_s(second, RESULT_BITS));
}
