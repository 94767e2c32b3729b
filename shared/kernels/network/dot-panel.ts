// AssemblyScript. The inner loop of every convolution but the depthwise ones: four pixels × eight output channels.
//
// Written for workerd, which checks the bounds of every load explicitly: four pixels' next eight channels come by one load each
// and are spread by shuffles (12 loads for 32 dot products; loading each pair with its own splat takes 24). Eight
// accumulators, four pixels, two weights: more, and V8 (16 registers) spills.

/**
 * Four pixels after the other with one panel of weights. A count that is no multiple of four computes up to three pixels more.
 * @param pixel int16 channels of the first pixel; the others follow, `pixelBytes` apart
 * @param panel weights of eight output channels: for every two input channels, eight pairs of int16
 * @param scales one float for each pixel
 * @param weightScales, bias eight floats
 * @param out eight floats at each pixel, `outBytes` apart
 * @param residual same layout, added before the clamp; 0: none
 */
export function dotPanel(
  pixel: usize, pixelBytes: usize, pixels: i32,
  panel: usize, panelEnd: usize,
  scales: usize, weightScales: usize, bias: usize,
  out: usize, outBytes: usize, residual: usize,
  low: v128, high: v128,
): void {
  for (; pixels > 0; pixels -= 4) {
    let weights = panel;
    let sum00 = i32x4.splat(0), sum01 = sum00, sum10 = sum00, sum11 = sum00;
    let sum20 = sum00, sum21 = sum00, sum30 = sum00, sum31 = sum00;
    let pixel1 = pixel + pixelBytes, pixel2 = pixel1 + pixelBytes, pixel3 = pixel2 + pixelBytes;
    do {
      const channels0 = v128.load(pixel), channels1 = v128.load(pixel1);
      const channels2 = v128.load(pixel2), channels3 = v128.load(pixel3);

      let weights0 = v128.load(weights), weights1 = v128.load(weights, 16);
      let pair = v128.shuffle<i32>(channels0, channels0, 0, 0, 0, 0);
      sum00 = i32x4.add(sum00, i32x4.dot_i16x8_s(pair, weights0));
      sum01 = i32x4.add(sum01, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels1, channels1, 0, 0, 0, 0);
      sum10 = i32x4.add(sum10, i32x4.dot_i16x8_s(pair, weights0));
      sum11 = i32x4.add(sum11, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels2, channels2, 0, 0, 0, 0);
      sum20 = i32x4.add(sum20, i32x4.dot_i16x8_s(pair, weights0));
      sum21 = i32x4.add(sum21, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels3, channels3, 0, 0, 0, 0);
      sum30 = i32x4.add(sum30, i32x4.dot_i16x8_s(pair, weights0));
      sum31 = i32x4.add(sum31, i32x4.dot_i16x8_s(pair, weights1));

      weights0 = v128.load(weights, 32), weights1 = v128.load(weights, 48);
      pair = v128.shuffle<i32>(channels0, channels0, 1, 1, 1, 1);
      sum00 = i32x4.add(sum00, i32x4.dot_i16x8_s(pair, weights0));
      sum01 = i32x4.add(sum01, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels1, channels1, 1, 1, 1, 1);
      sum10 = i32x4.add(sum10, i32x4.dot_i16x8_s(pair, weights0));
      sum11 = i32x4.add(sum11, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels2, channels2, 1, 1, 1, 1);
      sum20 = i32x4.add(sum20, i32x4.dot_i16x8_s(pair, weights0));
      sum21 = i32x4.add(sum21, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels3, channels3, 1, 1, 1, 1);
      sum30 = i32x4.add(sum30, i32x4.dot_i16x8_s(pair, weights0));
      sum31 = i32x4.add(sum31, i32x4.dot_i16x8_s(pair, weights1));

      weights0 = v128.load(weights, 64), weights1 = v128.load(weights, 80);
      pair = v128.shuffle<i32>(channels0, channels0, 2, 2, 2, 2);
      sum00 = i32x4.add(sum00, i32x4.dot_i16x8_s(pair, weights0));
      sum01 = i32x4.add(sum01, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels1, channels1, 2, 2, 2, 2);
      sum10 = i32x4.add(sum10, i32x4.dot_i16x8_s(pair, weights0));
      sum11 = i32x4.add(sum11, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels2, channels2, 2, 2, 2, 2);
      sum20 = i32x4.add(sum20, i32x4.dot_i16x8_s(pair, weights0));
      sum21 = i32x4.add(sum21, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels3, channels3, 2, 2, 2, 2);
      sum30 = i32x4.add(sum30, i32x4.dot_i16x8_s(pair, weights0));
      sum31 = i32x4.add(sum31, i32x4.dot_i16x8_s(pair, weights1));

      weights0 = v128.load(weights, 96), weights1 = v128.load(weights, 112);
      pair = v128.shuffle<i32>(channels0, channels0, 3, 3, 3, 3);
      sum00 = i32x4.add(sum00, i32x4.dot_i16x8_s(pair, weights0));
      sum01 = i32x4.add(sum01, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels1, channels1, 3, 3, 3, 3);
      sum10 = i32x4.add(sum10, i32x4.dot_i16x8_s(pair, weights0));
      sum11 = i32x4.add(sum11, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels2, channels2, 3, 3, 3, 3);
      sum20 = i32x4.add(sum20, i32x4.dot_i16x8_s(pair, weights0));
      sum21 = i32x4.add(sum21, i32x4.dot_i16x8_s(pair, weights1));
      pair = v128.shuffle<i32>(channels3, channels3, 3, 3, 3, 3);
      sum30 = i32x4.add(sum30, i32x4.dot_i16x8_s(pair, weights0));
      sum31 = i32x4.add(sum31, i32x4.dot_i16x8_s(pair, weights1));

      pixel += 16;
      pixel1 += 16;
      pixel2 += 16;
      pixel3 += 16;
      weights += 128;
    } while (weights < panelEnd);

    finish(sum00, sum01, scales, weightScales, bias, out, residual, low, high);
    out += outBytes;
    if (residual != 0) residual += outBytes;
    finish(sum10, sum11, scales + 4, weightScales, bias, out, residual, low, high);
    out += outBytes;
    if (residual != 0) residual += outBytes;
    finish(sum20, sum21, scales + 8, weightScales, bias, out, residual, low, high);
    out += outBytes;
    if (residual != 0) residual += outBytes;
    finish(sum30, sum31, scales + 12, weightScales, bias, out, residual, low, high);
    out += outBytes;
    if (residual != 0) residual += outBytes;
    scales += 16;
    // Behind its last channel stands the next pixel.
    pixel = pixel3;
  }
}

// @ts-ignore: decorator
@inline
function finish(
  sum0: v128, sum1: v128,
  scale: usize, weightScales: usize, bias: usize,
  out: usize, residual: usize,
  low: v128, high: v128,
): void {
  const pixelScale = v128.load32_splat(scale);
  let value0 = f32x4.mul(f32x4.convert_i32x4_s(sum0), f32x4.mul(pixelScale, v128.load(weightScales)));
  let value1 = f32x4.mul(f32x4.convert_i32x4_s(sum1), f32x4.mul(pixelScale, v128.load(weightScales + 16)));
  value0 = f32x4.add(value0, v128.load(bias));
  value1 = f32x4.add(value1, v128.load(bias + 16));
  if (residual != 0) {
    value0 = f32x4.add(value0, v128.load(residual));
    value1 = f32x4.add(value1, v128.load(residual + 16));
  }
  v128.store(out, f32x4.pmin(f32x4.pmax(value0, low), high));
  v128.store(out + 16, f32x4.pmin(f32x4.pmax(value1, low), high));
}
