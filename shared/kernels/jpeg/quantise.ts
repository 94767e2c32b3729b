// AssemblyScript. Quantisers (T.81 B.2.4.1): as files define them, and as each component's reconstruction wants them.
// No pixels.
import { component } from "./frame";
import { slotsOf } from "./zigzag";

/** u16[64] per table, in zigzag order. */
const DEFINED: usize = memory.data(64 * 2 * 4, 16);
/**
 * u16[65] per component: in the order of a block of blockPx * blockPx, and the sink behind it. Every 16-byte row may be
 * loaded.
 */
const LATCHED: usize = memory.data(144 * 4, 16);
const LATCHED_BYTES: usize = 144;
/** The tables a DQT segment has defined, as bits. */
let definedIds: i32 = 0;

// @ts-ignore: decorator
@inline
function definedQuantiser(id: i32): usize {
  return DEFINED + (<usize>id << 7);
}

/** @param id 0 to 3  @returns where the 64 values, u16 in zigzag order, are to be stored. */
export function defineQuantiser(id: i32): usize {
  definedIds |= 1 << id;
  return definedQuantiser(id);
}

// @ts-ignore: decorator
@inline
export function latchedQuantiser(componentIndex: i32): usize {
  return LATCHED + <usize>componentIndex * LATCHED_BYTES;
}

export function clearQuantisers(): void {
  definedIds = 0;
  memory.fill(LATCHED, 0, LATCHED_BYTES * 4);
}

/**
 * A component keeps the table that is in force at its first scan, even if the file redefines it between scans.
 * @returns false when the table has not been defined
 */
export function latchQuantiser(componentIndex: i32): bool {
  const part = component(componentIndex);
  if (part.isQuantiserLatched) return true;
  if (!(definedIds & (1 << part.quantiserId))) return false;
  part.isQuantiserLatched = 1;
  const from = definedQuantiser(part.quantiserId);
  const to = latchedQuantiser(componentIndex);
  const sink = part.blockPx * part.blockPx;
  const slots = slotsOf(part.blockPx);
  for (let position = 0; position < 64; position++) {
    const slot = <i32>load<u8>(slots + position);
    if (slot != sink) store<u16>(to + (<usize>slot << 1), load<u16>(from + (<usize>position << 1)));
  }
  return true;
}
