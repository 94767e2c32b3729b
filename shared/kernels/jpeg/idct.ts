// AssemblyScript. Inverse DCTs (T.81 A.3.3) from dequantised coefficients to pixels, at 1/8, 1/4, 1/2 and 1/1. Integers
// only.
//
// 1/8 and 1/1 give the very pixels of libjpeg (jidctred.c 1x1; jidctint.c, after Loeffler, Ligtenberg and Moschytz,
// ICASSP 1989). 1/4 and 1/2 take the lowest 2 x 2 or 4 x 4 frequencies alone, through the DCT of that size: an ideal
// low-pass. The scalar reference of all four is tests/reference/jpeg-planes.ts; the tests of the host hold them against
// each other.

/** Fraction bits of the constants; and of what the first pass leaves (jidctint.c CONST_BITS, PASS1_BITS). */
const CONSTANT_BITS = 13;
const PASS1_BITS = 2;
const PASS1_SHIFT = CONSTANT_BITS - PASS1_BITS;
/** 3 more: each pass of an 8-point DCT scales by the square root of 8. */
const PASS2_SHIFT = CONSTANT_BITS + PASS1_BITS + 3;
const PASS1_ROUND = 1 << (PASS1_SHIFT - 1);
/** Half a step, and the level shift of T.81 A.3.1 (samples are centred on 128). */
const PASS2_ROUND = (1 << (PASS2_SHIFT - 1)) + (128 << PASS2_SHIFT);

// Constants times 2^13, as jidctint.c rounds them.
const FIX_0_298631336: i16 = 2446;
const FIX_0_390180644: i16 = 3196;
const FIX_0_541196100: i16 = 4433;
const FIX_0_765366865: i16 = 6270;
const FIX_0_899976223: i16 = 7373;
const FIX_1_175875602: i16 = 9633;
const FIX_1_501321110: i16 = 12299;
const FIX_1_847759065: i16 = 15137;
const FIX_1_961570560: i16 = 16069;
const FIX_2_053119869: i16 = 16819;
const FIX_2_562915447: i16 = 20995;
const FIX_3_072711026: i16 = 25172;
const ONE: i16 = 8192;

// @ts-ignore: decorator
@inline
function clamp8(value: i32): u8 {
  return <u8>max(0, min(255, value));
}

/** The one pixel of a block at 1/8: its mean. Exactly libjpeg's. */
// @ts-ignore: decorator
@inline
export function flatPixel(dc: i32): u8 {
  return clamp8((dc + 4 + (128 << 3)) >> 3);
}

/**
 * 2 x 2 pixels: the mean and more or less of each slope. No multiplications but by the quantiser.
 * @param block 4 coefficients, i16: mean, horizontal, vertical, diagonal  @param quantiser 4 values, u16, likewise
 */
// @ts-ignore: decorator
@inline
export function idct2x2(block: usize, quantiser: usize, at: usize, strideBytes: usize): void {
  const values = i16x8.mul(v128.load64_zero(block), v128.load64_zero(quantiser));
  const across = v128.shuffle<i32>(values, values, 0, 0, 0, 0);
  const down = v128.shuffle<i32>(values, values, 1, 1, 1, 1);
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(across, i16x8(1, 1, 1, -1, 1, 1, 1, -1)),
    i32x4.dot_i16x8_s(down, i16x8(1, 1, 1, -1, -1, -1, -1, 1)),
  );
  const levels = i32x4.shr_s(i32x4.add(sum, i32x4.splat(4 + (128 << 3))), 3);
  const words = i16x8.narrow_i32x4_s(levels, levels);
  const pixels = i8x16.narrow_i16x8_u(words, words);
  v128.store_lane<u16>(at, pixels, 0);
  v128.store_lane<u16>(at + strideBytes, pixels, 1);
}

// @ts-ignore: decorator
@inline
function pairConstants(first: i16, second: i16): v128 {
  return i16x8(first, second, first, second, first, second, first, second);
}

// @ts-ignore: decorator
@inline
function interleaveLow(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline
function interleaveHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** 4 x 4 pixels. @param block 16 coefficients, i16, rows of 4  @param quantiser 16 values, u16, likewise */
// @ts-ignore: decorator
@inline
export function idct4x4(block: usize, quantiser: usize, at: usize, strideBytes: usize): void {
  const rows01 = i16x8.mul(v128.load(block), v128.load(quantiser));
  const rows23 = i16x8.mul(v128.load(block, 16), v128.load(quantiser, 16));
  // The 4-point DCT is the even half of the 8-point one: c(1) and c(3) of the smaller are 1.306... and 0.541... here.
  const sum = pairConstants(ONE, ONE);
  const difference = pairConstants(ONE, -ONE);
  const outer = pairConstants(FIX_0_541196100 + FIX_0_765366865, FIX_0_541196100);
  const inner = pairConstants(FIX_0_541196100, -FIX_0_541196100 - FIX_0_765366865);

  // Columns: lane c of each vector is column c; row 0 pairs with row 2, row 1 with row 3.
  let even = interleaveLow(rows01, rows23);
  let odd = interleaveHigh(rows01, rows23);
  let even0 = i32x4.add(i32x4.dot_i16x8_s(even, sum), i32x4.splat(PASS1_ROUND));
  let even1 = i32x4.add(i32x4.dot_i16x8_s(even, difference), i32x4.splat(PASS1_ROUND));
  let odd0 = i32x4.dot_i16x8_s(odd, outer);
  let odd1 = i32x4.dot_i16x8_s(odd, inner);
  const above = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(even0, odd0), PASS1_SHIFT),
    i32x4.shr_s(i32x4.add(even1, odd1), PASS1_SHIFT),
  );
  const below = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.sub(even1, odd1), PASS1_SHIFT),
    i32x4.shr_s(i32x4.sub(even0, odd0), PASS1_SHIFT),
  );

  // Rows: lane r of each vector is row r; column 0 pairs with column 2, column 1 with column 3.
  even = v128.shuffle<i16>(above, below, 0, 2, 4, 6, 8, 10, 12, 14);
  odd = v128.shuffle<i16>(above, below, 1, 3, 5, 7, 9, 11, 13, 15);
  even0 = i32x4.add(i32x4.dot_i16x8_s(even, sum), i32x4.splat(PASS2_ROUND));
  even1 = i32x4.add(i32x4.dot_i16x8_s(even, difference), i32x4.splat(PASS2_ROUND));
  odd0 = i32x4.dot_i16x8_s(odd, outer);
  odd1 = i32x4.dot_i16x8_s(odd, inner);
  const left = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(even0, odd0), PASS2_SHIFT),
    i32x4.shr_s(i32x4.add(even1, odd1), PASS2_SHIFT),
  );
  const right = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.sub(even1, odd1), PASS2_SHIFT),
    i32x4.shr_s(i32x4.sub(even0, odd0), PASS2_SHIFT),
  );
  const columns = i8x16.narrow_i16x8_u(left, right);
  const pixels = v128.shuffle<i8>(columns, columns, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  v128.store_lane<u32>(at, pixels, 0);
  v128.store_lane<u32>(at + strideBytes, pixels, 1);
  v128.store_lane<u32>(at + 2 * strideBytes, pixels, 2);
  v128.store_lane<u32>(at + 3 * strideBytes, pixels, 3);
}

/** i16[64] between the passes. */
const MIDDLE: usize = memory.data(128, 16);
/** i32[8][4] twice: what a pass has made of the lower and of the upper four lanes. */
const HALVES: usize = memory.data(256, 16);

/** 8 x 8 pixels. @param block 64 coefficients, i16, in rows  @param quantiser 64 values, u16, likewise */
export function idct8x8(block: usize, quantiser: usize, at: usize, strideBytes: usize): void {
  for (let row: usize = 0; row < 128; row += 16) {
    v128.store(MIDDLE + row, i16x8.mul(v128.load(block + row), v128.load(quantiser + row)));
  }
  // Columns first, as in libjpeg: the rounding between the passes must fall alike.
  pass8(PASS1_ROUND, PASS1_SHIFT);
  narrowHalves();
  transpose8x8();
  pass8(PASS2_ROUND, PASS2_SHIFT);
  storePixels(at, strideBytes);
}

/** One-dimensional DCTs of all eight lanes: from MIDDLE to HALVES. */
// @ts-ignore: decorator
@inline
function pass8(round: i32, shift: i32): void {
  const in0 = v128.load(MIDDLE);
  const in1 = v128.load(MIDDLE, 16);
  const in2 = v128.load(MIDDLE, 32);
  const in3 = v128.load(MIDDLE, 48);
  const in4 = v128.load(MIDDLE, 64);
  const in5 = v128.load(MIDDLE, 80);
  const in6 = v128.load(MIDDLE, 96);
  const in7 = v128.load(MIDDLE, 112);
  const sum73 = i16x8.add(in7, in3);
  const sum51 = i16x8.add(in5, in1);
  pass4(
    interleaveLow(in0, in4),
    interleaveLow(in2, in6),
    interleaveLow(in7, in1),
    interleaveLow(in5, in3),
    interleaveLow(sum73, sum51),
    round,
    shift,
    HALVES,
  );
  pass4(
    interleaveHigh(in0, in4),
    interleaveHigh(in2, in6),
    interleaveHigh(in7, in1),
    interleaveHigh(in5, in3),
    interleaveHigh(sum73, sum51),
    round,
    shift,
    HALVES + 128,
  );
}

/** Four lanes of jidctint.c: the products that share their factors are taken in pairs. @param sums 7 + 3 with 5 + 1 */
// @ts-ignore: decorator
@inline
function pass4(in04: v128, in26: v128, in71: v128, in53: v128, sums: v128, round: i32, shift: i32, out: usize): void {
  const rounding = i32x4.splat(round);
  const sum04 = i32x4.add(i32x4.dot_i16x8_s(in04, pairConstants(ONE, ONE)), rounding);
  const difference04 = i32x4.add(i32x4.dot_i16x8_s(in04, pairConstants(ONE, -ONE)), rounding);
  const even2 = i32x4.dot_i16x8_s(in26, pairConstants(FIX_0_541196100, FIX_0_541196100 - FIX_1_847759065));
  const even3 = i32x4.dot_i16x8_s(in26, pairConstants(FIX_0_541196100 + FIX_0_765366865, FIX_0_541196100));
  const even10 = i32x4.add(sum04, even3);
  const even13 = i32x4.sub(sum04, even3);
  const even11 = i32x4.add(difference04, even2);
  const even12 = i32x4.sub(difference04, even2);

  const z3 = i32x4.dot_i16x8_s(sums, pairConstants(FIX_1_175875602 - FIX_1_961570560, FIX_1_175875602));
  const z4 = i32x4.dot_i16x8_s(sums, pairConstants(FIX_1_175875602, FIX_1_175875602 - FIX_0_390180644));
  const weights0 = pairConstants(FIX_0_298631336 - FIX_0_899976223, -FIX_0_899976223);
  const weights1 = pairConstants(FIX_2_053119869 - FIX_2_562915447, -FIX_2_562915447);
  const weights2 = pairConstants(-FIX_2_562915447, FIX_3_072711026 - FIX_2_562915447);
  const weights3 = pairConstants(-FIX_0_899976223, FIX_1_501321110 - FIX_0_899976223);
  const odd0 = i32x4.add(i32x4.dot_i16x8_s(in71, weights0), z3);
  const odd1 = i32x4.add(i32x4.dot_i16x8_s(in53, weights1), z4);
  const odd2 = i32x4.add(i32x4.dot_i16x8_s(in53, weights2), z3);
  const odd3 = i32x4.add(i32x4.dot_i16x8_s(in71, weights3), z4);

  v128.store(out, i32x4.shr_s(i32x4.add(even10, odd3), shift));
  v128.store(out, i32x4.shr_s(i32x4.add(even11, odd2), shift), 16);
  v128.store(out, i32x4.shr_s(i32x4.add(even12, odd1), shift), 32);
  v128.store(out, i32x4.shr_s(i32x4.add(even13, odd0), shift), 48);
  v128.store(out, i32x4.shr_s(i32x4.sub(even13, odd0), shift), 64);
  v128.store(out, i32x4.shr_s(i32x4.sub(even12, odd1), shift), 80);
  v128.store(out, i32x4.shr_s(i32x4.sub(even11, odd2), shift), 96);
  v128.store(out, i32x4.shr_s(i32x4.sub(even10, odd3), shift), 112);
}

/** Vector `index` of a pass, back in 16 bits. */
// @ts-ignore: decorator
@inline
function narrowed(index: usize): v128 {
  return i16x8.narrow_i32x4_s(v128.load(HALVES + (index << 4)), v128.load(HALVES + 128 + (index << 4)));
}

// @ts-ignore: decorator
@inline
function narrowHalves(): void {
  for (let index: usize = 0; index < 8; index++) v128.store(MIDDLE + (index << 4), narrowed(index));
}

// @ts-ignore: decorator
@inline
function transpose8x8(): void {
  const a0 = interleaveLow(v128.load(MIDDLE), v128.load(MIDDLE, 64));
  const a1 = interleaveHigh(v128.load(MIDDLE), v128.load(MIDDLE, 64));
  const a2 = interleaveLow(v128.load(MIDDLE, 16), v128.load(MIDDLE, 80));
  const a3 = interleaveHigh(v128.load(MIDDLE, 16), v128.load(MIDDLE, 80));
  const a4 = interleaveLow(v128.load(MIDDLE, 32), v128.load(MIDDLE, 96));
  const a5 = interleaveHigh(v128.load(MIDDLE, 32), v128.load(MIDDLE, 96));
  const a6 = interleaveLow(v128.load(MIDDLE, 48), v128.load(MIDDLE, 112));
  const a7 = interleaveHigh(v128.load(MIDDLE, 48), v128.load(MIDDLE, 112));
  // Perfect shuffles: three of them transpose.
  const b0 = interleaveLow(a0, a4);
  const b1 = interleaveHigh(a0, a4);
  const b2 = interleaveLow(a1, a5);
  const b3 = interleaveHigh(a1, a5);
  const b4 = interleaveLow(a2, a6);
  const b5 = interleaveHigh(a2, a6);
  const b6 = interleaveLow(a3, a7);
  const b7 = interleaveHigh(a3, a7);
  v128.store(MIDDLE, interleaveLow(b0, b4));
  v128.store(MIDDLE, interleaveHigh(b0, b4), 16);
  v128.store(MIDDLE, interleaveLow(b1, b5), 32);
  v128.store(MIDDLE, interleaveHigh(b1, b5), 48);
  v128.store(MIDDLE, interleaveLow(b2, b6), 64);
  v128.store(MIDDLE, interleaveHigh(b2, b6), 80);
  v128.store(MIDDLE, interleaveLow(b3, b7), 96);
  v128.store(MIDDLE, interleaveHigh(b3, b7), 112);
}

/** From HALVES, whose vectors are columns, to rows of pixels. */
// @ts-ignore: decorator
@inline
function storePixels(at: usize, strideBytes: usize): void {
  // Two columns of eight pixels per vector; interleaved by bytes, twice by pairs, they become rows.
  const c01 = i8x16.narrow_i16x8_u(narrowed(0), narrowed(1));
  const c23 = i8x16.narrow_i16x8_u(narrowed(2), narrowed(3));
  const c45 = i8x16.narrow_i16x8_u(narrowed(4), narrowed(5));
  const c67 = i8x16.narrow_i16x8_u(narrowed(6), narrowed(7));
  const p01 = v128.shuffle<i8>(c01, c01, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  const p23 = v128.shuffle<i8>(c23, c23, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  const p45 = v128.shuffle<i8>(c45, c45, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  const p67 = v128.shuffle<i8>(c67, c67, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  const left03 = interleaveLow(p01, p23);
  const left47 = interleaveHigh(p01, p23);
  const right03 = interleaveLow(p45, p67);
  const right47 = interleaveHigh(p45, p67);
  const rows01 = v128.shuffle<i32>(left03, right03, 0, 4, 1, 5);
  const rows23 = v128.shuffle<i32>(left03, right03, 2, 6, 3, 7);
  const rows45 = v128.shuffle<i32>(left47, right47, 0, 4, 1, 5);
  const rows67 = v128.shuffle<i32>(left47, right47, 2, 6, 3, 7);
  v128.store_lane<u64>(at, rows01, 0);
  v128.store_lane<u64>(at + strideBytes, rows01, 1);
  v128.store_lane<u64>(at + 2 * strideBytes, rows23, 0);
  v128.store_lane<u64>(at + 3 * strideBytes, rows23, 1);
  v128.store_lane<u64>(at + 4 * strideBytes, rows45, 0);
  v128.store_lane<u64>(at + 5 * strideBytes, rows45, 1);
  v128.store_lane<u64>(at + 6 * strideBytes, rows67, 0);
  v128.store_lane<u64>(at + 7 * strideBytes, rows67, 1);
}

/**
 * All pixels of a block alike: what every DCT here yields when only the mean is not zero. `T` has as many bytes as a
 * row has pixels.
 */
// @ts-ignore: decorator
@inline
export function fillFlat<T>(dc: i32, at: usize, strideBytes: usize): void {
  const pixel = <u64>flatPixel(dc) * 0x0101010101010101;
  for (let row: usize = 0; row < sizeof<T>(); row++) store<T>(at + row * strideBytes, <T>pixel);
}
