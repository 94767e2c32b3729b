// AssemblyScript. Mirrors pictures in place, and transposes one into another. Never decides which turn is due.

/** Reverses a run of pixels: a picture turned by half, or a row mirrored. */
export function reversePixels(pixels: usize, count: i32): void {
  let left = pixels;
  let right = pixels + (<usize>count << 2);
  for (; left + 32 <= right; left += 16) {
    right -= 16;
    const four = v128.load(left);
    const last = v128.load(right);
    v128.store(left, v128.shuffle<i32>(last, last, 3, 2, 1, 0));
    v128.store(right, v128.shuffle<i32>(four, four, 3, 2, 1, 0));
  }
  for (; left + 8 <= right; left += 4) {
    right -= 4;
    const pixel = load<u32>(left);
    store<u32>(left, load<u32>(right));
    store<u32>(right, pixel);
  }
}

export function reverseRows(pixels: usize, widthPx: i32, heightPx: i32): void {
  for (let y = 0; y < heightPx; y++) reversePixels(pixels + ((<usize>y * widthPx) << 2), widthPx);
}

/** Exchanges rows: the last comes first. */
export function flipRows(pixels: usize, widthPx: i32, heightPx: i32): void {
  const stride = <usize>widthPx << 2;
  let upper = pixels;
  let lower = pixels + <usize>(heightPx - 1) * stride;
  for (; upper < lower; upper += stride, lower -= stride) {
    let at: usize = 0;
    for (; at + 16 <= stride; at += 16) {
      const four = v128.load(upper + at);
      v128.store(upper + at, v128.load(lower + at));
      v128.store(lower + at, four);
    }
    for (; at < stride; at += 4) {
      const pixel = load<u32>(upper + at);
      store<u32>(upper + at, load<u32>(lower + at));
      store<u32>(lower + at, pixel);
    }
  }
}

/**
 * Writes column x of the source as row x of the target, which may not overlap; upwards from the last row where told.
 */
export function transposePixels(
  source: usize,
  widthPx: i32,
  heightPx: i32,
  target: usize,
  readsUpwards: i32,
  writesUpwards: i32,
): void {
  const sourceStride = <isize>widthPx << 2;
  const targetStride = <isize>heightPx << 2;
  const from = readsUpwards ? source + <usize>(<isize>(heightPx - 1) * sourceStride) : source;
  const to = writesUpwards ? target + <usize>(<isize>(widthPx - 1) * targetStride) : target;
  const fromStep = readsUpwards ? -sourceStride : sourceStride;
  const toStep = writesUpwards ? -targetStride : targetStride;
  const wholeRows = heightPx & ~3;
  const wholeColumns = widthPx & ~3;
  for (let y = 0; y < wholeRows; y += 4) {
    let block = from + <isize>y * fromStep;
    let row = to + (<usize>y << 2);
    for (let x = 0; x < wholeColumns; x += 4) {
      const row0 = v128.load(block);
      const row1 = v128.load(block + fromStep);
      const row2 = v128.load(block + 2 * fromStep);
      const row3 = v128.load(block + 3 * fromStep);
      const left01 = v128.shuffle<i32>(row0, row1, 0, 4, 1, 5);
      const right01 = v128.shuffle<i32>(row0, row1, 2, 6, 3, 7);
      const left23 = v128.shuffle<i32>(row2, row3, 0, 4, 1, 5);
      const right23 = v128.shuffle<i32>(row2, row3, 2, 6, 3, 7);
      v128.store(row, v128.shuffle<i64>(left01, left23, 0, 2));
      v128.store(row + toStep, v128.shuffle<i64>(left01, left23, 1, 3));
      v128.store(row + 2 * toStep, v128.shuffle<i64>(right01, right23, 0, 2));
      v128.store(row + 3 * toStep, v128.shuffle<i64>(right01, right23, 1, 3));
      block += 16;
      row += 4 * toStep;
    }
    copyColumns(from, fromStep, to, toStep, wholeColumns, widthPx, y, y + 4);
  }
  copyColumns(from, fromStep, to, toStep, 0, widthPx, wholeRows, heightPx);
}

/** Pixel by pixel: what blocks of four leave over. */
function copyColumns(
  from: usize,
  fromStep: isize,
  to: usize,
  toStep: isize,
  left: i32,
  right: i32,
  top: i32,
  bottom: i32,
): void {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const pixel = load<u32>(from + <isize>y * fromStep + (<usize>x << 2));
      store<u32>(to + <isize>x * toStep + (<usize>y << 2), pixel);
    }
  }
}
