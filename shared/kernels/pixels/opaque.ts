// AssemblyScript. Whether a picture has any transparency at all: most have none, and are handled faster.

/** @returns 1 when every one of `count` pixels is opaque. */
export function isOpaque(pixels: usize, count: i32): i32 {
  const end = pixels + <usize>count * 4;
  const wholeEnd = end - 15;
  let at = pixels;
  // Four vectors a step: a test is worth as much as a load.
  for (; at + 48 < wholeEnd; at += 64) {
    const first = v128.and(v128.load(at), v128.load(at, 16));
    const second = v128.and(v128.load(at, 32), v128.load(at, 48));
    if (!isAllSolid(v128.and(first, second))) return 0;
  }
  for (; at < end; at += 4) if (load<u8>(at, 3) != 255) return 0;
  return 1;
}

/** Whether all four pixels of a vector are opaque. */
// @ts-ignore: decorator
@inline
export function isAllSolid(pixels: v128): bool {
  return i32x4.bitmask(i32x4.ge_u(pixels, i32x4.splat(0xff000000))) == 15;
}
