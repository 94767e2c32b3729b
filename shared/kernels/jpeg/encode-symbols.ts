// AssemblyScript. Blocks of samples to the symbols of baseline JPEG (ITU-T T.81 §F.1.2), stored and counted. Writes no code.
import { coefficientIndex, coefficients, transformBlock } from "./forward-dct";

/** Tables, in the order of their numbers: luma DC, luma AC, chroma DC, chroma AC. */
export const TABLE_COUNT: i32 = 4;
export const SYMBOLS_PER_TABLE: i32 = 256;
/**
 * A symbol in waiting, 32 bits: its extra bits << 16 | table << 8 | symbol. The low ten bits index counts and codes of all tables.
 */
export const ENTRY_BYTES: i32 = 4;
export const INDEX_MASK: u32 = 0x3ff;
/** A block's DC and 63 AC coefficients; with so many there is no end of block. */
export const BLOCK_MAX_ENTRIES: i32 = 64;
export const ZERO_RUN_16: u32 = 0xf0;
export const END_OF_BLOCK: u32 = 0;

/** u32[4][256]: how often each symbol waits. */
export const symbolCounts: usize = memory.data(TABLE_COUNT * SYMBOLS_PER_TABLE * 4, 16);
const COUNTS_BYTES: usize = TABLE_COUNT * SYMBOLS_PER_TABLE * 4;

/** u64[8][256]: a byte of the mask that the transform returns, to the zigzag positions of its bits. */
const zigzagMasks: usize = memory.data(8 * 256 * 8, 16);
/** u8[64]: byte offset in `coefficients` of a zigzag position. */
const zigzagOffsets: usize = memory.data(64, 16);
fillZigzagTables();

/** The entries in waiting: from here to there. */
export let waiting: usize = 0;
export let waitingEnd: usize = 0;

/** @param buffer Room for the entries, which the caller keeps from overflowing. */
export function beginSymbols(buffer: usize): void {
  waiting = buffer;
  clearSymbols();
}

/** Forgets entries and counts. */
export function clearSymbols(): void {
  waitingEnd = waiting;
  memory.fill(symbolCounts, 0, COUNTS_BYTES);
}

/**
 * Transforms a block and appends its symbols.
 *
 * @param dcTable Number of its DC table; that of its AC table follows.
 * @param previousDc Of the same component's block before: the DC is sent as the difference.
 * @returns its DC.
 */
export function gatherBlock(samples: usize, stride: usize, reciprocals: usize, dcTable: u32, previousDc: i32): i32 {
  const mask = transformBlock(samples, stride, reciprocals);
  let entry = waitingEnd;
  const dc = <i32>load<i16>(coefficients);
  appendSymbol(entry, dcTable << 8, dc - previousDc);
  entry += ENTRY_BYTES;
  const acIndex = (dcTable + 1) << 8;
  let positions =
    zigzagMask(mask, 0) | zigzagMask(mask, 1) | zigzagMask(mask, 2) | zigzagMask(mask, 3) |
    zigzagMask(mask, 4) | zigzagMask(mask, 5) | zigzagMask(mask, 6) | zigzagMask(mask, 7);
  positions &= ~1;
  let previous: u32 = 0;
  while (positions != 0) {
    const position = <u32>ctz(positions);
    positions &= positions - 1;
    let run = position - previous - 1;
    previous = position;
    while (run >= 16) {
      appendSymbol(entry, acIndex | ZERO_RUN_16, 0);
      entry += ENTRY_BYTES;
      run -= 16;
    }
    const value = <i32>load<i16>(coefficients + <usize>load<u8>(zigzagOffsets + <usize>position));
    appendSymbol(entry, acIndex | (run << 4), value);
    entry += ENTRY_BYTES;
  }
  if (previous < 63) {
    appendSymbol(entry, acIndex | END_OF_BLOCK, 0);
    entry += ENTRY_BYTES;
  }
  waitingEnd = entry;
  return dc;
}

/** Stores and counts one symbol: `index` completed by the size of `value`, and the value in as many bits (T.81 table F.1). */
// @ts-ignore: decorator
@inline
function appendSymbol(entry: usize, index: u32, value: i32): void {
  const sign = value >> 31;
  const size = 32 - <u32>clz((value ^ sign) - sign);
  // A negative value is sent as its ones' complement.
  const extraBits = <u32>(value + sign) & ((1 << size) - 1);
  const symbol = index | size;
  store<u32>(entry, (extraBits << 16) | symbol);
  const count = symbolCounts + (<usize>symbol << 2);
  store<u32>(count, load<u32>(count) + 1);
}

/** Byte `index` of a mask, as zigzag positions. */
// @ts-ignore: decorator
@inline
function zigzagMask(mask: u64, index: u32): u64 {
  return load<u64>(zigzagMasks + (<usize>index << 11) + (<usize>((mask >> (index << 3)) & 0xff) << 3));
}

/** Walks the diagonals of T.81 figure A.6: those of an even sum of frequencies upwards, the others downwards. */
function fillZigzagTables(): void {
  let position = 0;
  for (let sum = 0; sum < 15; sum++) {
    for (let step = max(sum - 7, 0); step <= min(sum, 7); step++) {
      const vertical = sum & 1 ? step : sum - step;
      addZigzagPosition(position++, coefficientIndex(vertical, sum - vertical));
    }
  }
}

function addZigzagPosition(position: i32, index: i32): void {
  store<u8>(zigzagOffsets + <usize>position, <u8>(index << 1));
  const masks = zigzagMasks + (<usize>(index >> 3) << 11);
  for (let byte = 0; byte < 256; byte++) {
    if (((byte >> (index & 7)) & 1) == 0) continue;
    const at = masks + (<usize>byte << 3);
    store<u64>(at, load<u64>(at) | ((<u64>1) << position));
  }
}
