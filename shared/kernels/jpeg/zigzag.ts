// AssemblyScript. Where a coefficient, known by its place in the zigzag sequence (T.81 figure A.6), lies in a block of
// S x S coefficients. Reconstruction at S/8 needs only the S x S lowest frequencies: all others go to a sink behind the
// block, so that no store needs a test.

/** Zigzag position -> row * 8 + column. */
const NATURAL: usize = memory.data<u8>([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
  58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
]);

/**
 * Positions the table knows: a symbol of a corrupt stream can point 64 beyond position 63 (an end of block counts as an
 * advance of 64).
 */
const POSITIONS = 128;

/** u8 per position, for S of 1, 2, 4 and 8: index of the coefficient within its block, S * S for the sink. */
const SLOTS: usize = memory.data(POSITIONS * 4);

/** @param blockPx S: 1, 2, 4 or 8  @returns u8[128]: by zigzag position, the index of the coefficient or of the sink */
// @ts-ignore: decorator
@inline
export function slotsOf(blockPx: i32): usize {
  return SLOTS + <usize>(ctz(blockPx) * POSITIONS);
}

export function fillSlots(): void {
  for (let blockPx = 1; blockPx <= 8; blockPx <<= 1) fillSlotsOf(blockPx);
}

function fillSlotsOf(blockPx: i32): void {
  const sink = blockPx * blockPx;
  const slots = slotsOf(blockPx);
  for (let position = 0; position < POSITIONS; position++) {
    let slot = sink;
    if (position < 64) {
      const natural = <i32>load<u8>(NATURAL + position);
      const row = natural >> 3;
      const column = natural & 7;
      if (row < blockPx && column < blockPx) slot = row * blockPx + column;
    }
    store<u8>(slots + position, <u8>slot);
  }
}

/** The last zigzag position that lies within the S x S lowest frequencies. */
// @ts-ignore: decorator
@inline
export function lastNeededPosition(blockPx: i32): i32 {
  return blockPx == 8 ? 63 : blockPx == 4 ? 24 : blockPx == 2 ? 4 : 0;
}
