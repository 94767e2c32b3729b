// AssemblyScript. The input as callers have it (planes, NCHW) to what kernels read (NHWC, padded with zero channels).

/**
 * @param from planes × pixels floats for each image
 * @param channels of the result, a multiple of 4, at least `planes`
 */
export function interleavePlanes(from: usize, images: i32, planes: i32, pixels: i32, channels: i32, to: usize): void {
  const planeBytes = <usize>pixels << 2;
  const pixelBytes = <usize>channels << 2;
  for (let image = 0; image < images; image++) {
    for (let plane = 0; plane < channels; plane++) {
      let out = to + (<usize>plane << 2);
      if (plane < planes) {
        const end = from + planeBytes;
        for (; from < end; from += 4) {
          store<f32>(out, load<f32>(from));
          out += pixelBytes;
        }
      } else {
        for (let pixel = 0; pixel < pixels; pixel++) {
          store<f32>(out, 0);
          out += pixelBytes;
        }
      }
    }
    to += pixelBytes * pixels;
  }
}
