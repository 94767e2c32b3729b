// AssemblyScript. Lays a picture on one opaque colour, in place.
import { isAllSolid } from "./opaque";

/**
 * `out = ground + (colour - ground) * alpha / 255`, rounded; alpha 255.
 *
 * @param ground 0xAABBGGRR of the colour beneath; its alpha is ignored.
 */
export function flatten(pixels: usize, count: i32, ground: u32): void {
  const grounds = i32x4.splat(ground | 0xff000000);
  const end = pixels + <usize>count * 4;
  let at = pixels;
  for (; at + 16 <= end; at += 16) {
    const four = v128.load(at);
    if (!isAllSolid(four)) v128.store(at, layOver(four, grounds));
  }
  for (; at < end; at += 4) v128.store_lane<u32>(at, layOver(v128.load32_zero(at), grounds), 0);
}

/** Four pixels on four opaque ones. */
// @ts-ignore: decorator
@inline
function layOver(pixels: v128, grounds: v128): v128 {
  const alpha = i8x16.swizzle(pixels, i8x16(3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15));
  const rest = v128.not(alpha);
  const solid = v128.or(pixels, i32x4.splat(0xff000000));
  const low = i16x8.add(i16x8.extmul_low_i8x16_u(solid, alpha), i16x8.extmul_low_i8x16_u(grounds, rest));
  const high = i16x8.add(i16x8.extmul_high_i8x16_u(solid, alpha), i16x8.extmul_high_i8x16_u(grounds, rest));
  return i8x16.narrow_i16x8_u(divideBy255(low), divideBy255(high));
}

/** Unsigned x / 255, rounded, exact for 0…65025 (J. Blinn, "Three wrongs make a right", 1995). */
// @ts-ignore: decorator
@inline
export function divideBy255(values: v128): v128 {
  const biased = i16x8.add(values, i16x8.splat(128));
  return i16x8.shr_u(i16x8.add(biased, i16x8.shr_u(biased, 8)), 8);
}
