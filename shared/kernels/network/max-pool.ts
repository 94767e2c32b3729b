// AssemblyScript. The largest of every 2×2 pixels, NHWC, float32.

/** An odd last row or column is left out, as ONNX does with ceil_mode 0. Channels: a multiple of 4. */
export function maxPool2x2(from: usize, images: i32, height: i32, width: i32, channels: i32, to: usize): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = pixelBytes * width;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y + 1 < height; y += 2) {
      for (let x = 0; x + 1 < width; x += 2) {
        let upper = from + rowBytes * y + pixelBytes * x;
        const end = to + pixelBytes;
        for (; to < end; to += 16) {
          const lower = upper + rowBytes;
          v128.store(
            to,
            f32x4.pmax(
              f32x4.pmax(v128.load(upper), v128.load(upper + pixelBytes)),
              f32x4.pmax(v128.load(lower), v128.load(lower + pixelBytes)),
            ),
          );
          upper += 16;
        }
      }
    }
    from += rowBytes * height;
  }
}
