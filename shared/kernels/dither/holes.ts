// AssemblyScript. Pixels that are more than half transparent: they take the entry the host named, and no part in errors.

/** Alpha below this is a hole. */
const OPAQUE_FROM: u32 = 128;

let found: bool = false;

/** Whether any strip since the last answer held a hole. */
export function hasHoles(): bool {
  const was = found;
  found = false;
  return was;
}

// @ts-ignore: decorator
@inline
export function isHole(pixel: usize): bool {
  return <u32>load<u8>(pixel, 3) < OPAQUE_FROM;
}

/** Whether the row holds a hole. May read up to 12 bytes beyond the row, and ignores them. */
export function rowHasHoles(row: usize, width: i32): bool {
  const vectors = width & ~3;
  let all = i32x4.splat(-1);
  for (let x: i32 = 0; x < vectors; x += 4) all = v128.and(all, v128.load(row + <usize>x * 4));
  // The top bit of alpha says whether it is 128 or more.
  let some = (i32x4.bitmask(all) & 15) != 15;
  for (let x: i32 = vectors; x < width; x++) if (isHole(row + <usize>x * 4)) some = true;
  if (some) found = true;
  return some;
}
