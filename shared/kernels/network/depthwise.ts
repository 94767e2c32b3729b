// AssemblyScript. Depthwise convolutions: every channel with a filter of its own, four channels at a time. NHWC, float32.
//
// Nine weights stay in registers while the filter walks a row; each input pixel is loaded once for each of the three rows it is
// part of, and added to the three sums it belongs to. That is three loads for nine products, where bounds checks make loads dear.

/**
 * 3×3, one pixel of zeros around, then a clamp.
 * @param weights nine rows (ky, kx) of `channels` floats
 * @param channels a multiple of 4
 * @param zeros `width` × channels floats of 0, to stand in for the row above and below
 * @param stride 1 or 2; the output has ceil(side / stride) pixels
 */
export function depthwise3x3(
  from: usize, images: i32, height: i32, width: i32, channels: i32, stride: i32,
  weights: usize, bias: usize, zeros: usize, to: usize, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  const pixelBytes = <usize>channels << 2;
  const rowBytes = pixelBytes * width;
  const outRowBytes = pixelBytes * ((width + stride - 1) / stride);
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < height; y += stride) {
      const middle = from + rowBytes * y;
      const above = y > 0 ? middle - rowBytes : zeros;
      const below = y + 1 < height ? middle + rowBytes : zeros;
      for (let channel: usize = 0; channel < pixelBytes; channel += 16) {
        if (stride == 1) {
          rowStride1(
            above + channel, middle + channel, below + channel, width, pixelBytes,
            weights + channel, bias + channel, to + channel, lows, highs,
          );
        } else {
          rowStride2(
            above + channel, middle + channel, below + channel, width, pixelBytes,
            weights + channel, bias + channel, to + channel, lows, highs,
          );
        }
      }
      to += outRowBytes;
    }
    from += rowBytes * height;
  }
}

function rowStride1(
  above: usize, middle: usize, below: usize, width: i32, pixelBytes: usize,
  weights: usize, biases: usize, out: usize, low: v128, high: v128,
): void {
  const w00 = v128.load(weights), w01 = v128.load(weights + pixelBytes), w02 = v128.load(weights + 2 * pixelBytes);
  weights += 3 * pixelBytes;
  const w10 = v128.load(weights), w11 = v128.load(weights + pixelBytes), w12 = v128.load(weights + 2 * pixelBytes);
  weights += 3 * pixelBytes;
  const w20 = v128.load(weights), w21 = v128.load(weights + pixelBytes), w22 = v128.load(weights + 2 * pixelBytes);
  const bias = v128.load(biases);

  // The sum that the coming pixel ends, and the one it is the middle of.
  let ending = bias, current = bias;
  const end = out + pixelBytes * (width - 1);
  let a = v128.load(above), b = v128.load(middle), c = v128.load(below);
  ending = f32x4.add(ending, f32x4.add(f32x4.mul(a, w01), f32x4.add(f32x4.mul(b, w11), f32x4.mul(c, w21))));
  current = f32x4.add(current, f32x4.add(f32x4.mul(a, w00), f32x4.add(f32x4.mul(b, w10), f32x4.mul(c, w20))));
  while (out < end) {
    above += pixelBytes;
    middle += pixelBytes;
    below += pixelBytes;
    a = v128.load(above), b = v128.load(middle), c = v128.load(below);
    ending = f32x4.add(ending, f32x4.add(f32x4.mul(a, w02), f32x4.add(f32x4.mul(b, w12), f32x4.mul(c, w22))));
    v128.store(out, f32x4.pmin(f32x4.pmax(ending, low), high));
    ending = f32x4.add(current, f32x4.add(f32x4.mul(a, w01), f32x4.add(f32x4.mul(b, w11), f32x4.mul(c, w21))));
    current = f32x4.add(bias, f32x4.add(f32x4.mul(a, w00), f32x4.add(f32x4.mul(b, w10), f32x4.mul(c, w20))));
    out += pixelBytes;
  }
  v128.store(out, f32x4.pmin(f32x4.pmax(ending, low), high));
}

function rowStride2(
  above: usize, middle: usize, below: usize, width: i32, pixelBytes: usize,
  weights: usize, biases: usize, out: usize, low: v128, high: v128,
): void {
  const w00 = v128.load(weights), w01 = v128.load(weights + pixelBytes), w02 = v128.load(weights + 2 * pixelBytes);
  weights += 3 * pixelBytes;
  const w10 = v128.load(weights), w11 = v128.load(weights + pixelBytes), w12 = v128.load(weights + 2 * pixelBytes);
  weights += 3 * pixelBytes;
  const w20 = v128.load(weights), w21 = v128.load(weights + pixelBytes), w22 = v128.load(weights + 2 * pixelBytes);
  const bias = v128.load(biases);

  let sum = bias;
  for (let x = 0; x < width; x += 2) {
    let a = v128.load(above), b = v128.load(middle), c = v128.load(below);
    sum = f32x4.add(sum, f32x4.add(f32x4.mul(a, w01), f32x4.add(f32x4.mul(b, w11), f32x4.mul(c, w21))));
    let next = bias;
    if (x + 1 < width) {
      a = v128.load(above + pixelBytes), b = v128.load(middle + pixelBytes), c = v128.load(below + pixelBytes);
      sum = f32x4.add(sum, f32x4.add(f32x4.mul(a, w02), f32x4.add(f32x4.mul(b, w12), f32x4.mul(c, w22))));
      next = f32x4.add(bias, f32x4.add(f32x4.mul(a, w00), f32x4.add(f32x4.mul(b, w10), f32x4.mul(c, w20))));
    }
    v128.store(out, f32x4.pmin(f32x4.pmax(sum, low), high));
    sum = next;
    above += 2 * pixelBytes;
    middle += 2 * pixelBytes;
    below += 2 * pixelBytes;
    out += pixelBytes;
  }
}

/** A filter as large as the image: one pixel per image comes out. `weights` holds `pixels` rows of `channels` floats. */
export function depthwiseGlobal(
  from: usize, images: i32, pixels: i32, channels: i32, weights: usize, bias: usize, to: usize, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  const pixelBytes = <usize>channels << 2;
  const imageBytes = pixelBytes * pixels;
  for (let image = 0; image < images; image++) {
    for (let channel: usize = 0; channel < pixelBytes; channel += 16) {
      let sum = v128.load(bias + channel);
      for (let pos = channel; pos < imageBytes; pos += pixelBytes) {
        sum = f32x4.add(sum, f32x4.mul(v128.load(from + pos), v128.load(weights + pos)));
      }
      v128.store(to + channel, f32x4.pmin(f32x4.pmax(sum, lows), highs));
    }
    from += imageBytes;
    to += pixelBytes;
  }
}
