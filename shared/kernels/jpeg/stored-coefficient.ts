// AssemblyScript. Where a coefficient of a stored block lies. One function, for the scans of progressive files.

/** i16: coefficients nobody needs. */
const SINK: usize = memory.data(2, 16);

/**
 * @param slots, sink the component's `slotsOf`, and blockPx * blockPx: the slot of what nobody needs
 * @param block address of blockPx * blockPx coefficients, i16  @param position 0 to 127, in zigzag order
 */
// @ts-ignore: decorator
@inline
export function coefficientAt(slots: usize, sink: i32, block: usize, position: i32): usize {
  const slot = <i32>load<u8>(slots + position);
  return slot == sink ? SINK : block + (<usize>slot << 1);
}
