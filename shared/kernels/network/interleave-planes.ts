// AssemblyScript. The input as callers have it (planes, NCHW) to what kernels read (NHWC, padded with zero channels).

/**
 * @param from planes × pixels floats for each image
 * @param planes at most 4
 * @param channels of the result, 4 or 8; those beyond `planes` are zero
 */
export function interleavePlanes(from: usize, images: i32, planes: i32, pixels: i32, channels: i32, to: usize): void {
  const planeBytes = <usize>pixels << 2;
  const pixelBytes = <usize>channels << 2;
  const zero = f32x4.splat(0);
  for (let image = 0; image < images; image++) {
    const from1 = from + planeBytes, from2 = from1 + planeBytes, from3 = from2 + planeBytes;
    let pos: usize = 0;
    for (; pos + 16 <= planeBytes; pos += 16) {
      const a = v128.load(from + pos), b = planes > 1 ? v128.load(from1 + pos) : zero;
      const c = planes > 2 ? v128.load(from2 + pos) : zero, d = planes > 3 ? v128.load(from3 + pos) : zero;
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7), cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      to = storePixel(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), to, pixelBytes);
      to = storePixel(v128.shuffle<i32>(ab, cd, 2, 3, 6, 7), to, pixelBytes);
      to = storePixel(v128.shuffle<i32>(ab2, cd2, 0, 1, 4, 5), to, pixelBytes);
      to = storePixel(v128.shuffle<i32>(ab2, cd2, 2, 3, 6, 7), to, pixelBytes);
    }
    for (; pos < planeBytes; pos += 4) {
      let pixel = f32x4.replace_lane(zero, 0, load<f32>(from + pos));
      if (planes > 1) pixel = f32x4.replace_lane(pixel, 1, load<f32>(from1 + pos));
      if (planes > 2) pixel = f32x4.replace_lane(pixel, 2, load<f32>(from2 + pos));
      if (planes > 3) pixel = f32x4.replace_lane(pixel, 3, load<f32>(from3 + pos));
      to = storePixel(pixel, to, pixelBytes);
    }
    from += planeBytes * planes;
  }
}

// @ts-ignore: decorator
@inline
function storePixel(pixel: v128, to: usize, pixelBytes: usize): usize {
  v128.store(to, pixel);
  if (pixelBytes > 16) v128.store(to + 16, f32x4.splat(0));
  return to + pixelBytes;
}
