// AssemblyScript. Lays one picture over another: Porter and Duff's "over" (Compositing digital images, 1984), alpha not
// premultiplied.
import { divideBy255 } from "./flatten";
import { isAllSolid } from "./opaque";

/**
 * Lays a rectangle of `over` on one of `base`.
 *
 * @param opacity 0–255, by which the alpha of `over` is multiplied.
 */
export function composite(
  base: usize,
  baseStride: usize,
  over: usize,
  overStride: usize,
  widthPx: i32,
  heightPx: i32,
  opacity: i32,
): void {
  const opacities = i16x8.splat(<i16>opacity);
  const rowBytes = <usize>widthPx << 2;
  for (let row = 0; row < heightPx; row++) {
    let at: usize = 0;
    for (; at + 16 <= rowBytes; at += 16) {
      v128.store(base + at, layOver(v128.load(base + at), v128.load(over + at), opacities));
    }
    for (; at < rowBytes; at += 4) {
      const pixel = layOver(v128.load32_zero(base + at), v128.load32_zero(over + at), opacities);
      v128.store_lane<u32>(base + at, pixel, 0);
    }
    base += baseStride;
    over += overStride;
  }
}

// @ts-ignore: decorator
@inline
function layOver(base: v128, over: v128, opacities: v128): v128 {
  const alphas = i8x16.swizzle(over, i8x16(3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15));
  const alpha = i8x16.narrow_i16x8_u(
    divideBy255(i16x8.mul(i16x8.extend_low_i8x16_u(alphas), opacities)),
    divideBy255(i16x8.mul(i16x8.extend_high_i8x16_u(alphas), opacities)),
  );
  if (!v128.any_true(alpha)) return base;
  if (!isAllSolid(base)) return layOverClear(base, over, alpha);
  const rest = v128.not(alpha);
  const solid = v128.or(over, i32x4.splat(0xff000000));
  const low = i16x8.add(i16x8.extmul_low_i8x16_u(solid, alpha), i16x8.extmul_low_i8x16_u(base, rest));
  const high = i16x8.add(i16x8.extmul_high_i8x16_u(solid, alpha), i16x8.extmul_high_i8x16_u(base, rest));
  return i8x16.narrow_i16x8_u(divideBy255(low), divideBy255(high));
}

/** As `layOver`, on a base that is not opaque everywhere: both alphas decide. */
function layOverClear(base: v128, over: v128, alpha: v128): v128 {
  const baseLow = i16x8.extend_low_i8x16_u(base);
  const baseHigh = i16x8.extend_high_i8x16_u(base);
  const overLow = i16x8.extend_low_i8x16_u(over);
  const overHigh = i16x8.extend_high_i8x16_u(over);
  const alphaLow = i16x8.extend_low_i8x16_u(alpha);
  const alphaHigh = i16x8.extend_high_i8x16_u(alpha);
  const low = i16x8.narrow_i32x4_s(
    blend(i32x4.extend_low_i16x8_u(baseLow), i32x4.extend_low_i16x8_u(overLow), i32x4.extend_low_i16x8_u(alphaLow)),
    blend(i32x4.extend_high_i16x8_u(baseLow), i32x4.extend_high_i16x8_u(overLow), i32x4.extend_high_i16x8_u(alphaLow)),
  );
  const high = i16x8.narrow_i32x4_s(
    blend(i32x4.extend_low_i16x8_u(baseHigh), i32x4.extend_low_i16x8_u(overHigh), i32x4.extend_low_i16x8_u(alphaHigh)),
    blend(
      i32x4.extend_high_i16x8_u(baseHigh),
      i32x4.extend_high_i16x8_u(overHigh),
      i32x4.extend_high_i16x8_u(alphaHigh),
    ),
  );
  return i8x16.narrow_i16x8_u(low, high);
}

/** One pixel in four lanes; `alpha` is that of `over`, in all of them. */
// @ts-ignore: decorator
@inline
function blend(base: v128, over: v128, alpha: v128): v128 {
  const front = f32x4.mul(f32x4.convert_i32x4_s(alpha), f32x4.splat(1.0 / 255));
  const beneath = f32x4.convert_i32x4_s(v128.shuffle<i32>(base, base, 3, 3, 3, 3));
  const back = f32x4.mul(f32x4.mul(beneath, f32x4.splat(1.0 / 255)), f32x4.sub(f32x4.splat(1), front));
  const both = f32x4.add(front, back);
  const weighed = f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_s(over), front),
    f32x4.mul(f32x4.convert_i32x4_s(base), back),
  );
  const colour = f32x4.div(weighed, both);
  const result = f32x4.replace_lane(colour, 3, f32x4.extract_lane(both, 0) * 255);
  // Where neither is seen, 0 / 0 saturates to 0.
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(result));
}
