// AssemblyScript. Element by element, NHWC, float32. Every channel count is a multiple of 4; `to` may be `from`.

/** to = clamp(a + b), `count` floats, a multiple of 4. */
export function add(a: usize, b: usize, to: usize, count: i32, low: f32, high: f32): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  const end = to + (<usize>count << 2);
  for (; to < end; to += 16) {
    v128.store(to, f32x4.pmin(f32x4.pmax(f32x4.add(v128.load(a), v128.load(b)), lows), highs));
    a += 16;
    b += 16;
  }
}

/** Below zero each channel has a slope of its own: He et al., "Delving Deep into Rectifiers", ICCV 2015. */
export function prelu(from: usize, pixels: i32, channels: i32, slopes: usize, to: usize): void {
  const zero = f32x4.splat(0);
  const pixelBytes = <usize>channels << 2;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel: usize = 0; channel < pixelBytes; channel += 16) {
      const value = v128.load(from + channel);
      const below = f32x4.mul(f32x4.pmin(value, zero), v128.load(slopes + channel));
      v128.store(to + channel, f32x4.add(f32x4.pmax(value, zero), below));
    }
    from += pixelBytes;
    to += pixelBytes;
  }
}

/** to = clamp(from × gain + offset), gain and offset by channel: a batch normalisation that no convolution took in. */
export function multiplyAddChannels(
  from: usize, pixels: i32, channels: i32, gains: usize, offsets: usize, to: usize, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  const pixelBytes = <usize>channels << 2;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel: usize = 0; channel < pixelBytes; channel += 16) {
      const value = f32x4.add(
        f32x4.mul(v128.load(from + channel), v128.load(gains + channel)), v128.load(offsets + channel),
      );
      v128.store(to + channel, f32x4.pmin(f32x4.pmax(value, lows), highs));
    }
    from += pixelBytes;
    to += pixelBytes;
  }
}
