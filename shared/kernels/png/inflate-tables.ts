// AssemblyScript. Lookup tables of DEFLATE's canonical Huffman codes (RFC 1951 §3.2.2). Knows codes, not streams.

/** Longest code, in bits (RFC 1951 §3.2.7). */
const MAX_CODE_BITS: u32 = 15;
/**
 * Bits one look into a root table decides. 11 and 8: nearly every code of a photo, and both tables stay in the
 * first-level cache.
 */
export const LITERAL_ROOT_BITS: u32 = 11;
export const DISTANCE_ROOT_BITS: u32 = 8;
export const CODE_LENGTH_ROOT_BITS: u32 = 7;

/** Symbols a literal/length code may name; two of them are reserved. */
export const LITERAL_SYMBOLS: u32 = 288;
export const DISTANCE_SYMBOLS: u32 = 32;
export const CODE_LENGTH_SYMBOLS: u32 = 19;

/**
 * An entry: bits to drop in the low byte (code and extra bits together), bits of the code alone in the next, then
 *   literal   LITERAL | value << 16
 *   match     base length or distance << 16
 *   end       EXCEPTION | END
 *   longer    EXCEPTION | address of the second-level table, in entries << 16, with that table's bits in the low byte
 *   no code   EXCEPTION
 */
export const ENTRY_LITERAL: u32 = 0x8000_0000;
export const ENTRY_EXCEPTION: u32 = 0x8000;
export const ENTRY_LONGER: u32 = 0x4000;
export const ENTRY_END: u32 = 0x2000;

// A second-level table holds two codes at least, so 288 symbols need at most 144 of 16 entries, and 30 need at most 15
// of 128.
const LITERAL_TABLE_ENTRIES: u32 = 2048 + 144 * 16;
const DISTANCE_TABLE_ENTRIES: u32 = 256 + 15 * 128;
const CODE_LENGTH_TABLE_ENTRIES: u32 = 128;
export const LITERAL_TABLE: usize = memory.data((2048 + 144 * 16) * 4, 16);
export const DISTANCE_TABLE: usize = memory.data((256 + 15 * 128) * 4, 16);
export const CODE_LENGTH_TABLE: usize = memory.data(128 * 4, 16);

/** Lengths 3 to 258 of symbols 257 to 285, and their extra bits (RFC 1951 §3.2.5). */
const LENGTH_BASE: StaticArray<u16> = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA: StaticArray<u8> = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
/** Distance symbols that exist; 30 and 31 never do. */
const DISTANCES: u32 = 30;
const END_OF_BLOCK: u32 = 256;

const counts: usize = memory.data(16 * 4);
const nextCodes: usize = memory.data(16 * 4);

/** What a symbol means, as an entry without its code length. */
function literalEntry(symbol: u32): u32 {
  if (symbol < END_OF_BLOCK) return ENTRY_LITERAL | (symbol << 16);
  if (symbol === END_OF_BLOCK) return ENTRY_EXCEPTION | ENTRY_END;
  const index = symbol - END_OF_BLOCK - 1;
  if (index >= <u32>LENGTH_BASE.length) return ENTRY_EXCEPTION;
  return (<u32>unchecked(LENGTH_BASE[index]) << 16) | <u32>unchecked(LENGTH_EXTRA[index]);
}

function distanceEntry(symbol: u32): u32 {
  if (symbol >= DISTANCES) return ENTRY_EXCEPTION;
  if (symbol < 4) return (symbol + 1) << 16;
  const extraBits = (symbol >>> 1) - 1;
  return (((2 + (symbol & 1)) << extraBits) + 1) << 16 | extraBits;
}

/**
 * @param lengths One byte per symbol: its code's length in bits, 0 for none. @returns false for lengths no encoder may
 * send.
 */
export function makeLiteralTable(lengths: usize, symbols: u32): bool {
  // Without an end a block never does (zlib refuses it, too).
  if (load<u8>(lengths + END_OF_BLOCK) === 0) return false;
  return makeTable(LITERAL_TABLE, LITERAL_ROOT_BITS, LITERAL_TABLE_ENTRIES, lengths, symbols, 0);
}

export function makeDistanceTable(lengths: usize, symbols: u32): bool {
  return makeTable(DISTANCE_TABLE, DISTANCE_ROOT_BITS, DISTANCE_TABLE_ENTRIES, lengths, symbols, 1);
}

export function makeCodeLengthTable(lengths: usize): bool {
  const symbols = CODE_LENGTH_SYMBOLS;
  return makeTable(CODE_LENGTH_TABLE, CODE_LENGTH_ROOT_BITS, CODE_LENGTH_TABLE_ENTRIES, lengths, symbols, 2);
}

function makeTable(table: usize, rootBits: u32, capacity: u32, lengths: usize, symbols: u32, kind: i32): bool {
  memory.fill(counts, 0, 16 * 4);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const at = counts + (<usize>load<u8>(lengths + symbol) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  store<u32>(counts, 0);

  let room: i32 = 1;
  let code: u32 = 0;
  let longest: u32 = 0;
  for (let bits: u32 = 1; bits <= MAX_CODE_BITS; bits++) {
    const count = load<u32>(counts + (<usize>bits << 2));
    room = (room << 1) - <i32>count;
    if (room < 0) return false;
    store<u32>(nextCodes + (<usize>bits << 2), code);
    code = (code + count) << 1;
    if (count > 0) longest = bits;
  }
  // As zlib does: an incomplete code only when it is a single one of one bit, or, of distances, none at all.
  if (room > 0 && (kind === 2 || longest > 1)) return false;

  const none = i32x4.splat(ENTRY_EXCEPTION);
  for (let i: u32 = 0; i < capacity; i += 4) v128.store(table + (<usize>i << 2), none);
  let used: u32 = 1 << rootBits;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const bits = <u32>load<u8>(lengths + symbol);
    if (bits === 0) continue;
    const canonical = load<u32>(nextCodes + (<usize>bits << 2));
    store<u32>(nextCodes + (<usize>bits << 2), canonical + 1);
    // Codes arrive first bit lowest, so the tables are indexed by the code reversed.
    const reversed = reverseBits(canonical, bits);
    let entry = kind === 0 ? literalEntry(symbol) : kind === 1 ? distanceEntry(symbol) : symbol << 16;
    entry += bits;
    entry |= bits << 8;
    if (bits <= rootBits) {
      for (let i = reversed; i < 1 << rootBits; i += 1 << bits) store<u32>(table + (<usize>i << 2), entry);
      continue;
    }
    const rootAt = table + (<usize>(reversed & ((1 << rootBits) - 1)) << 2);
    let root = load<u32>(rootAt);
    if (!(root & ENTRY_LONGER)) {
      // As wide as the longest code: simple, and bounded by capacity, which is checked.
      const levelBits = longest - rootBits;
      if (used + (1 << levelBits) > capacity) return false;
      root = ENTRY_EXCEPTION | ENTRY_LONGER | (used << 16) | levelBits;
      store<u32>(rootAt, root);
      used += 1 << levelBits;
    }
    const levelBits = root & 0xff;
    const start = table + (<usize>((root >>> 16) & 0x7fff) << 2);
    const step: u32 = 1 << (bits - rootBits);
    for (let i = reversed >>> rootBits; i < 1 << levelBits; i += step) store<u32>(start + (<usize>i << 2), entry);
  }
  return true;
}

function reverseBits(code: u32, bits: u32): u32 {
  let reversed: u32 = 0;
  for (let i: u32 = 0; i < bits; i++) reversed |= ((code >>> i) & 1) << (bits - 1 - i);
  return reversed;
}
