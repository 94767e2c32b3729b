// AssemblyScript. Where a coefficient of a stored block lies. One function, for the scans of progressive files.
import { frame } from "./frame";
import { SLOTS } from "./zigzag";

/** i16: coefficients nobody needs. */
const SINK: usize = memory.data(2, 16);

/** @param block address of blockPx * blockPx coefficients, i16  @param position 0 to 127, in zigzag order */
// @ts-ignore: decorator
@inline
export function coefficientAt(block: usize, position: i32): usize {
  const slot = <i32>load<u8>(SLOTS + position);
  return slot == frame.blockPx * frame.blockPx ? SINK : block + (<usize>slot << 1);
}
