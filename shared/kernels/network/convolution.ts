// AssemblyScript. Any square convolution of all channels: patches of a block of pixels side by side, then as a pointwise one.
import { gatherPatches } from "./gather-patches";
import { blockRowsOf, multiplyBlock, pointwiseScratchBytes, scalesOf } from "./pointwise";
import { quantiseImage } from "./quantise-rows";

/** Bytes that `scratch` must have: what pointwise needs, and the quantised image. */
export function convolutionScratchBytes(pixels: i32, channels: i32): i32 {
  return pointwiseScratchBytes() + ((pixels * channels) << 1) + 16;
}

/**
 * @param from images of height × width × channels floats, channels a multiple of 4
 * @param padding pixels of zeros above and left; below and right as many as the output size asks for
 * @param depth kernel² × channels, rounded up to a multiple of 8; at most 2048
 * @param panels, weightScales, bias, outChannels, to, residual, low, high as in `pointwise`; `to` has room for four rows more
 */
export function convolution(
  from: usize, images: i32, height: i32, width: i32, channels: i32,
  kernel: i32, stride: i32, padding: i32, outHeight: i32, outWidth: i32, depth: i32,
  panels: usize, weightScales: usize, bias: usize, outChannels: i32,
  to: usize, residual: usize, low: f32, high: f32, scratch: usize,
): void {
  const quantised = scratch + pointwiseScratchBytes();
  const scales = scalesOf(scratch);
  const blockRows = blockRowsOf(depth);
  const rows = outHeight * outWidth;
  const count = height * width * channels;
  const outBytes = <usize>outChannels << 2;
  for (let image = 0; image < images; image++) {
    const scale = f32x4.splat(quantiseImage(from, count, quantised));
    for (let pos: usize = 0; pos < <usize>blockRows << 2; pos += 16) v128.store(scales + pos, scale);
    for (let row = 0; row < rows; row += blockRows) {
      const block = min(blockRows, rows - row);
      gatherPatches(quantised, height, width, channels, kernel, stride, padding, outWidth, row, block, depth, scratch);
      multiplyBlock(scratch, scales, block, depth, panels, weightScales, bias, outChannels, to, residual, low, high);
      to += outBytes * block;
      if (residual != 0) residual += outBytes * block;
    }
    from += <usize>count << 2;
  }
}
