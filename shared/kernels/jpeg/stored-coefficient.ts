// AssemblyScript. Where a coefficient of a stored block lies. One function, for the scans of progressive files.
import { Component } from "./frame";
import { slotsOf } from "./zigzag";

/** i16: coefficients nobody needs. */
const SINK: usize = memory.data(2, 16);

/** @param block address of its blockPx * blockPx coefficients, i16  @param position 0 to 127, in zigzag order */
// @ts-ignore: decorator
@inline
export function coefficientAt(part: Component, block: usize, position: i32): usize {
  const slot = <i32>load<u8>(slotsOf(part.blockPx) + position);
  return slot == part.blockPx * part.blockPx ? SINK : block + (<usize>slot << 1);
}
