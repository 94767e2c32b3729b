// AssemblyScript. Rectangles of pixels moved and filled. Knows no colours but the one it is given.

/**
 * Copies a rectangle. Source and target may overlap where every row moves the same way: down in memory as when cutting,
 * or up as when a canvas grows.
 */
export function moveRows(
  source: usize,
  sourceStride: usize,
  target: usize,
  targetStride: usize,
  rowBytes: usize,
  rows: i32,
): void {
  if (target <= source && targetStride <= sourceStride) {
    for (let row: usize = 0; row < <usize>rows; row++) {
      memory.copy(target + row * targetStride, source + row * sourceStride, rowBytes);
    }
    return;
  }
  for (let row = <usize>rows; row > 0; row--) {
    memory.copy(target + (row - 1) * targetStride, source + (row - 1) * sourceStride, rowBytes);
  }
}

/** Fills a rectangle with one colour, 0xAABBGGRR. */
export function fillRows(target: usize, stride: usize, widthPx: i32, rows: i32, colour: u32): void {
  const four = i32x4.splat(colour);
  for (let row = 0; row < rows; row++) {
    const end = target + (<usize>widthPx << 2);
    let at = target;
    for (; at + 16 <= end; at += 16) v128.store(at, four);
    for (; at < end; at += 4) store<u32>(at, colour);
    target += stride;
  }
}
