// AssemblyScript. A picture as square blocks of one colour each: their averages, weighed by alpha, and back to full
// size.
import { isAllSolid } from "./opaque";

/**
 * Writes the average of every block; those at the right and bottom edge have fewer pixels. Up to 12 bytes beyond the
 * last pixel of the source are read.
 *
 * @param blockPx Side of a block, 1 to 256: 256² products of colour and alpha just fit 32 bits.
 */
export function shrinkBlocks(source: usize, widthPx: i32, heightPx: i32, blockPx: i32, target: usize): void {
  const stride = <usize>widthPx << 2;
  for (let y = 0; y < heightPx; y += blockPx) {
    const rows = min(blockPx, heightPx - y);
    for (let x = 0; x < widthPx; x += blockPx) {
      const columns = min(blockPx, widthPx - x);
      const block = source + <usize>y * stride + (<usize>x << 2);
      v128.store_lane<u32>(target, averageBlock(block, stride, columns, rows), 0);
      target += 4;
    }
  }
}

// @ts-ignore: decorator
@inline
function averageBlock(block: usize, stride: usize, columns: i32, rows: i32): v128 {
  // Colours times alpha, and alpha times 255, added up; `weight` is all alpha there is.
  let sums = i32x4.splat(0);
  let opaqueSums = i32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    let at = block + <usize>row * stride;
    const end = at + (<usize>columns << 2);
    let words = i16x8.splat(0);
    for (; at < end; at += 16) {
      // What lies beyond the block counts nothing.
      const inside = i32x4.lt_s(i32x4(0, 4, 8, 12), i32x4.splat(<i32>(end - at)));
      const four = v128.and(v128.load(at), inside);
      if (isAllSolid(v128.or(four, v128.not(inside)))) {
        words = i16x8.add(words, i16x8.extend_low_i8x16_u(four));
        words = i16x8.add(words, i16x8.extend_high_i8x16_u(four));
      } else {
        const solid = i8x16.splat(-1);
        const alphas = v128.shuffle<u8>(four, solid, 3, 3, 3, 16, 7, 7, 7, 16, 11, 11, 11, 16, 15, 15, 15, 16);
        const low = i16x8.extmul_low_i8x16_u(four, alphas);
        const high = i16x8.extmul_high_i8x16_u(four, alphas);
        sums = i32x4.add(sums, i32x4.add(i32x4.extend_low_i16x8_u(low), i32x4.extend_high_i16x8_u(low)));
        sums = i32x4.add(sums, i32x4.add(i32x4.extend_low_i16x8_u(high), i32x4.extend_high_i16x8_u(high)));
      }
    }
    // A row of 256 pixels adds up to 128 * 255 in each half at most.
    opaqueSums = i32x4.add(opaqueSums, i32x4.add(i32x4.extend_low_i16x8_u(words), i32x4.extend_high_i16x8_u(words)));
  }
  sums = i32x4.add(sums, i32x4.mul(opaqueSums, i32x4.splat(255)));
  return divide(sums, columns * rows);
}

/** Sums of premultiplied pixels to one of RGBA, its colour weighed by alpha. Sums are unsigned. */
// @ts-ignore: decorator
@inline
function divide(sums: v128, count: i32): v128 {
  const alpha = v128.shuffle<i32>(sums, sums, 3, 3, 3, 3);
  const share = f32x4.div(f32x4.splat(255), f32x4.convert_i32x4_u(alpha));
  const scale = f32x4.replace_lane(share, 3, 1 / (255 * <f32>count));
  const levels = f32x4.nearest(f32x4.mul(f32x4.convert_i32x4_u(sums), scale));
  // Nothing to see: 0 / 0 is no number, and saturates to 0; so does its colour.
  const words = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(levels), i32x4.splat(0));
  return i8x16.narrow_i16x8_u(words, words);
}

/** Fills a picture with blocks, one colour of `source` each. */
export function expandBlocks(source: usize, target: usize, widthPx: i32, heightPx: i32, blockPx: i32): void {
  const stride = <usize>widthPx << 2;
  for (let y = 0; y < heightPx; y += blockPx) {
    const first = target + <usize>y * stride;
    const end = first + stride;
    let at = first;
    while (at < end) {
      const colour = load<u32>(source);
      source += 4;
      const blockEnd = min(at + (<usize>blockPx << 2), end);
      for (; at < blockEnd; at += 4) store<u32>(at, colour);
    }
    const rows = min(blockPx, heightPx - y);
    for (let row = 1; row < rows; row++) memory.copy(first + <usize>row * stride, first, stride);
  }
}
