// AssemblyScript. Lays the pixels under each position of a filter side by side (im2col): any convolution is then a pointwise one.

/**
 * Writes the patches of output pixels [first, first + count) of one image: kernel × kernel pixels of `channels` floats, zero where
 * the filter leaves the image, then zeros up to `depth` floats.
 * @param channels a multiple of 4
 * @param padding pixels of zeros above and left of the image
 */
export function gatherPatches(
  from: usize, height: i32, width: i32, channels: i32,
  kernel: i32, stride: i32, padding: i32, outWidth: i32,
  first: i32, count: i32, depth: i32, to: usize,
): void {
  const pixelBytes = <usize>channels << 2;
  const patchBytes = <usize>depth << 2;
  const rowBytes = pixelBytes * kernel;
  for (let position = first; position < first + count; position++) {
    const top = (position / outWidth) * stride - padding;
    const left = (position % outWidth) * stride - padding;
    const end = to + patchBytes;
    const isRowInside = left >= 0 && left + kernel <= width;
    for (let y = top; y < top + kernel; y++) {
      if (y < 0 || y >= height) {
        memory.fill(to, 0, rowBytes);
        to += rowBytes;
      } else if (isRowInside) {
        to = copyFloats(from + pixelBytes * (y * width + left), rowBytes, to);
      } else {
        for (let x = left; x < left + kernel; x++) {
          if (x < 0 || x >= width) memory.fill(to, 0, pixelBytes);
          else copyFloats(from + pixelBytes * (y * width + x), pixelBytes, to);
          to += pixelBytes;
        }
      }
    }
    memory.fill(to, 0, end - to);
    to = end;
  }
}

// @ts-ignore: decorator
@inline
function copyFloats(from: usize, bytes: usize, to: usize): usize {
  const end = to + bytes;
  for (; to < end; to += 16) {
    v128.store(to, v128.load(from));
    from += 16;
  }
  return to;
}
