// AssemblyScript. Lays the pixels under each position of a filter side by side (im2col): any convolution is then a pointwise one.

/**
 * Writes the patches of output pixels [first, first + count) of one image: kernel × kernel pixels of `channels` int16, zero where
 * the filter leaves the image, then zeros up to `depth`.
 * @param channels a multiple of 4
 * @param padding pixels of zeros above and left of the image
 */
export function gatherPatches(
  from: usize, height: i32, width: i32, channels: i32,
  kernel: i32, stride: i32, padding: i32, outWidth: i32,
  first: i32, count: i32, depth: i32, to: usize,
): void {
  const pixelBytes = <usize>channels << 1;
  const patchBytes = <usize>depth << 1;
  const rowBytes = pixelBytes * kernel;
  let top = (first / outWidth) * stride - padding;
  let left = (first % outWidth) * stride - padding;
  const lastLeft = (outWidth - 1) * stride - padding;
  for (let position = 0; position < count; position++) {
    const end = to + patchBytes;
    if (left >= 0 && left + kernel <= width && top >= 0 && top + kernel <= height) {
      let pixels = from + pixelBytes * (top * width + left);
      for (let y = 0; y < kernel; y++) {
        copy(pixels, rowBytes, to);
        pixels += pixelBytes * width;
        to += rowBytes;
      }
    } else {
      for (let y = top; y < top + kernel; y++) {
        for (let x = left; x < left + kernel; x++) {
          if (y < 0 || y >= height || x < 0 || x >= width) zero(to, to + pixelBytes);
          else copy(from + pixelBytes * (y * width + x), pixelBytes, to);
          to += pixelBytes;
        }
      }
    }
    zero(to, end);
    to = end;
    if (left == lastLeft) {
      left = -padding;
      top += stride;
    } else {
      left += stride;
    }
  }
}

/** Bytes in multiples of 8: four channels. */
// @ts-ignore: decorator
@inline
function copy(from: usize, bytes: usize, to: usize): void {
  const end = to + bytes;
  for (; to + 8 < end; to += 16) {
    v128.store(to, v128.load(from));
    from += 16;
  }
  if (to < end) store<u64>(to, load<u64>(from));
}

// @ts-ignore: decorator
@inline
function zero(from: usize, end: usize): void {
  for (; from < end; from += 8) store<u64>(from, 0);
}
