// AssemblyScript. Lays RGBA rows on white, because JPEG has no alpha.

/**
 * Colour over white: 255 - (255 - c) * a / 255, rounded. The fourth byte of a pixel is of no meaning afterwards.
 * Works up to 12 bytes beyond the row's end, and in place when both addresses are one.
 */
export function flattenRow(rgba: usize, flat: usize, widthPx: i32): void {
  const opaque = i32x4.splat(0xff00_0000);
  const end = rgba + (<usize>widthPx << 2);
  while (rgba < end) {
    const pixels = v128.load(rgba);
    v128.store(flat, i32x4.all_true(i32x4.ge_u(pixels, opaque)) ? pixels : flattenPixels(pixels));
    rgba += 16;
    flat += 16;
  }
}

// @ts-ignore: decorator
@inline function flattenPixels(pixels: v128): v128 {
  const alphas = i8x16.swizzle(pixels, i8x16(3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15));
  const missing = v128.not(pixels);
  const low = divideBy255(i16x8.extmul_low_i8x16_u(missing, alphas));
  const high = divideBy255(i16x8.extmul_high_i8x16_u(missing, alphas));
  return v128.not(i8x16.narrow_i16x8_u(low, high));
}

/** Rounded, exact for every product of two bytes (Blinn, "Three Wrongs Make a Right", 1995). */
// @ts-ignore: decorator
@inline function divideBy255(products: v128): v128 {
  const rounded = i16x8.add(products, i16x8.splat(128));
  return i16x8.shr_u(i16x8.add(rounded, i16x8.shr_u(rounded, 8)), 8);
}
