// AssemblyScript. PNG's five filters undone a byte at a time (W3C PNG, third edition, §9.2), for pixels of one and two
// bytes, where vectors have nothing to hold. It is also the plain reading of unfilter.ts, and takes any size.

/**
 * @param source The row's bytes as stored, behind its filter byte.
 * @param prior The row above, unfiltered; zeros above the first.
 * @param target Where the row goes; the `pixelBytes` before it must be zero. May not overlap `source`.
 */
export function unfilterBytes(
  filter: u32,
  source: usize,
  prior: usize,
  target: usize,
  rowBytes: usize,
  pixelBytes: usize,
): void {
  for (let i: usize = 0; i < rowBytes; i++) {
    const left = <i32>load<u8>(target + i - pixelBytes);
    const above = <i32>load<u8>(prior + i);
    const aboveLeft = i < pixelBytes ? 0 : <i32>load<u8>(prior + i - pixelBytes);
    let prediction = 0;
    if (filter === 1) prediction = left;
    else if (filter === 2) prediction = above;
    else if (filter === 3) prediction = (left + above) >> 1;
    else if (filter === 4) prediction = paeth(left, above, aboveLeft);
    store<u8>(target + i, <u8>(<i32>load<u8>(source + i) + prediction));
  }
}

/** §9.4: whichever of the three is nearest to left + above - aboveLeft, ties in that order. */
// @ts-ignore: decorator
@inline function paeth(left: i32, above: i32, aboveLeft: i32): i32 {
  const toLeft = abs(above - aboveLeft);
  const toAbove = abs(left - aboveLeft);
  const toAboveLeft = abs(left + above - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
  return toAbove <= toAboveLeft ? above : aboveLeft;
}
