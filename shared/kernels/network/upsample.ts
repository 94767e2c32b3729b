// AssemblyScript. Every pixel four times: nearest neighbour, twice the size, NHWC, float32. Channels: a multiple of 4.

export function upsample2x(from: usize, images: i32, height: i32, width: i32, channels: i32, to: usize): void {
  const pixelBytes = <usize>channels << 2;
  for (let row = 0; row < images * height * 2; row++) {
    for (let x = 0; x < width * 2; x++) {
      memory.copy(to, from + pixelBytes * ((row >> 1) * width + (x >> 1)), pixelBytes);
      to += pixelBytes;
    }
  }
}

/** to = upsampled + other, clamped. `other` is as large as `to`, and may be it. */
export function addUpsampled2x(
  from: usize, other: usize, images: i32, height: i32, width: i32, channels: i32, to: usize, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  const pixelBytes = <usize>channels << 2;
  for (let row = 0; row < images * height * 2; row++) {
    for (let x = 0; x < width * 2; x++) {
      let pixel = from + pixelBytes * ((row >> 1) * width + (x >> 1));
      const end = to + pixelBytes;
      for (; to < end; to += 16) {
        v128.store(to, f32x4.pmin(f32x4.pmax(f32x4.add(v128.load(pixel), v128.load(other)), lows), highs));
        pixel += 16;
        other += 16;
      }
    }
  }
}
