// AssemblyScript. Transposes 8x8 blocks in registers. Used by resizing and by turning; decides nothing.

/** Transposes an 8x8 block of i16: rows at `source`, `sourceStride` bytes apart, become 16-byte columns at `target`, packed. */
// @ts-ignore: decorator
@inline
export function transpose8x8Words(source: usize, sourceStride: usize, target: usize): void {
  const row0 = v128.load(source);
  const row1 = v128.load(source + sourceStride);
  const row2 = v128.load(source + sourceStride * 2);
  const row3 = v128.load(source + sourceStride * 3);
  const row4 = v128.load(source + sourceStride * 4);
  const row5 = v128.load(source + sourceStride * 5);
  const row6 = v128.load(source + sourceStride * 6);
  const row7 = v128.load(source + sourceStride * 7);
  // Interleaving rows 4 apart three times over sorts the block by column.
  const a0 = v128.shuffle<i16>(row0, row4, 0, 8, 1, 9, 2, 10, 3, 11);
  const a1 = v128.shuffle<i16>(row0, row4, 4, 12, 5, 13, 6, 14, 7, 15);
  const a2 = v128.shuffle<i16>(row1, row5, 0, 8, 1, 9, 2, 10, 3, 11);
  const a3 = v128.shuffle<i16>(row1, row5, 4, 12, 5, 13, 6, 14, 7, 15);
  const a4 = v128.shuffle<i16>(row2, row6, 0, 8, 1, 9, 2, 10, 3, 11);
  const a5 = v128.shuffle<i16>(row2, row6, 4, 12, 5, 13, 6, 14, 7, 15);
  const a6 = v128.shuffle<i16>(row3, row7, 0, 8, 1, 9, 2, 10, 3, 11);
  const a7 = v128.shuffle<i16>(row3, row7, 4, 12, 5, 13, 6, 14, 7, 15);
  const b0 = v128.shuffle<i16>(a0, a4, 0, 8, 1, 9, 2, 10, 3, 11);
  const b1 = v128.shuffle<i16>(a0, a4, 4, 12, 5, 13, 6, 14, 7, 15);
  const b2 = v128.shuffle<i16>(a1, a5, 0, 8, 1, 9, 2, 10, 3, 11);
  const b3 = v128.shuffle<i16>(a1, a5, 4, 12, 5, 13, 6, 14, 7, 15);
  const b4 = v128.shuffle<i16>(a2, a6, 0, 8, 1, 9, 2, 10, 3, 11);
  const b5 = v128.shuffle<i16>(a2, a6, 4, 12, 5, 13, 6, 14, 7, 15);
  const b6 = v128.shuffle<i16>(a3, a7, 0, 8, 1, 9, 2, 10, 3, 11);
  const b7 = v128.shuffle<i16>(a3, a7, 4, 12, 5, 13, 6, 14, 7, 15);
  v128.store(target, v128.shuffle<i16>(b0, b4, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(target, v128.shuffle<i16>(b0, b4, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  v128.store(target, v128.shuffle<i16>(b1, b5, 0, 8, 1, 9, 2, 10, 3, 11), 32);
  v128.store(target, v128.shuffle<i16>(b1, b5, 4, 12, 5, 13, 6, 14, 7, 15), 48);
  v128.store(target, v128.shuffle<i16>(b2, b6, 0, 8, 1, 9, 2, 10, 3, 11), 64);
  v128.store(target, v128.shuffle<i16>(b2, b6, 4, 12, 5, 13, 6, 14, 7, 15), 80);
  v128.store(target, v128.shuffle<i16>(b3, b7, 0, 8, 1, 9, 2, 10, 3, 11), 96);
  v128.store(target, v128.shuffle<i16>(b3, b7, 4, 12, 5, 13, 6, 14, 7, 15), 112);
}

/**
 * Transposes an 8x8 block of bytes held as four vectors of two rows each, and writes its first `rowCount` new rows.
 *
 * @param targetStride Bytes from new row to new row; negative writes upwards.
 */
// @ts-ignore: decorator
@inline
export function storeTransposed8x8Bytes(
  rows01: v128,
  rows23: v128,
  rows45: v128,
  rows67: v128,
  target: usize,
  targetStride: isize,
  rowCount: i32,
): void {
  // Pairs of rows as pairs of bytes, then pairs of those, then all eight: every vector ends as two new rows.
  const pairs01 = v128.shuffle<u8>(rows01, rows01, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  const pairs23 = v128.shuffle<u8>(rows23, rows23, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  const pairs45 = v128.shuffle<u8>(rows45, rows45, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  const pairs67 = v128.shuffle<u8>(rows67, rows67, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  const upper03 = v128.shuffle<i16>(pairs01, pairs23, 0, 8, 1, 9, 2, 10, 3, 11);
  const lower03 = v128.shuffle<i16>(pairs01, pairs23, 4, 12, 5, 13, 6, 14, 7, 15);
  const upper47 = v128.shuffle<i16>(pairs45, pairs67, 0, 8, 1, 9, 2, 10, 3, 11);
  const lower47 = v128.shuffle<i16>(pairs45, pairs67, 4, 12, 5, 13, 6, 14, 7, 15);
  const columns01 = v128.shuffle<i32>(upper03, upper47, 0, 4, 1, 5);
  const columns23 = v128.shuffle<i32>(upper03, upper47, 2, 6, 3, 7);
  const columns45 = v128.shuffle<i32>(lower03, lower47, 0, 4, 1, 5);
  const columns67 = v128.shuffle<i32>(lower03, lower47, 2, 6, 3, 7);
  let row = target;
  v128.store_lane<u64>(row, columns01, 0);
  if (rowCount > 1) v128.store_lane<u64>((row += targetStride), columns01, 1);
  if (rowCount > 2) v128.store_lane<u64>((row += targetStride), columns23, 0);
  if (rowCount > 3) v128.store_lane<u64>((row += targetStride), columns23, 1);
  if (rowCount > 4) v128.store_lane<u64>((row += targetStride), columns45, 0);
  if (rowCount > 5) v128.store_lane<u64>((row += targetStride), columns45, 1);
  if (rowCount > 6) v128.store_lane<u64>((row += targetStride), columns67, 0);
  if (rowCount > 7) v128.store_lane<u64>((row += targetStride), columns67, 1);
}
