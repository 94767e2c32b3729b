// AssemblyScript. Huffman tables (T.81 annexes C and F.2.2.3) in four shapes: a canonical one that knows every code,
// and three that answer with one load. Reads no bits itself.

/** T.81 B.2.4.2: four tables of each class. */
const TABLES_PER_CLASS: usize = 4;
const DC_LOOK_BITS: i32 = 12;
const AC_LOOK_BITS: i32 = 11;
const SKIP_LOOK_BITS: i32 = 12;

/**
 * DC, by the next 12 bits: bits 0-5 length of code and value together, 16-31 the value, signed. 0: take the canonical
 * way.
 */
const DC_LOOK: usize = memory.data(4096 * 4 * 4, 16);
/**
 * AC, by the next 11 bits: bits 0-5 length of code and value together, 6-12 the advance (zero run + 1; 16 for ZRL; 64
 * for the end of block), 16-31 the value, signed. 0: take the canonical way.
 */
const AC_LOOK: usize = memory.data(2048 * 4 * 4, 16);
/**
 * AC whose values nobody needs, by the next 12 bits: bits 0-5 length of all whole symbols in sight, values included (at
 * most 27), 6-13 their advance: 0 to 63, 128 more when the last is an end of block, SKIP_NOTHING: take the canonical way.
 */
const SKIP_LOOK: usize = memory.data((2 << SKIP_LOOK_BITS) * 4, 16);
/** AC, by the next 11 bits: u16, length << 8 | symbol of the code they begin with. 0: take the canonical way. */
const SYMBOL_LOOK: usize = memory.data(2048 * 2 * 4, 16);
const SYMBOL_LOOK_BITS: i32 = 11;

/** From 64 bits left-aligned to an index into SKIP_LOOK. */
export const SKIP_SHIFT: u64 = 64 - SKIP_LOOK_BITS;
/** An end of block, as an advance in SKIP_LOOK; and what leads beyond any block, but to no end of one. */
export const SKIP_END_OF_BLOCK: i32 = 128;
const SKIP_NOTHING: i32 = 64;
/** An end of block, as an advance in AC_LOOK: from any position it leads behind the last. */
const END_OF_BLOCK_ADVANCE: u32 = 64;
const ZERO_RUN_16: u32 = 0xf0;

// @ts-ignore: decorator
@unmanaged
export class HuffmanTable {
  /** 1 when a DHT segment has defined it, and no code of it runs over. */
  isUsable: i32;
  /** 1 when DC_LOOK or AC_LOOK holds it. Built when a scan asks: a hostile file may define a table in 20 bytes. */
  hasLook: i32;
  /** 1 when SKIP_LOOK holds it. */
  hasSkips: i32;
  /** Its part of SYMBOL_LOOK once that has been built, else 0. */
  symbolLook: usize;
  /** Where codes of each length end, left-aligned in 16 bits: u32[17]. Grows with the length. */
  limits: usize;
  /** Index into symbols of a code = code + offset of its length: i32[17]. */
  offsets: usize;
  counts: usize;
  symbols: usize;
}

const LIMITS_BYTES: usize = 17 * 4;
const COUNTS_BYTES: usize = 17;
const SYMBOLS_BYTES: usize = 256;
const RECORD_BYTES: usize = offsetof<HuffmanTable>();
const TABLES: usize = memory.data(offsetof<HuffmanTable>() * 8, 16);
const TABLE_CONTENTS: usize = memory.data((17 * 4 * 2 + 17 + 256 + 7) * 8, 16);
const CONTENTS_BYTES: usize = LIMITS_BYTES * 2 + COUNTS_BYTES + SYMBOLS_BYTES + 7;

/** @param isAc 0 or 1  @param id 0 to 3: the caller has checked both. */
export function huffmanTable(isAc: i32, id: i32): HuffmanTable {
  return changetype<HuffmanTable>(TABLES + ((<usize>isAc * TABLES_PER_CLASS) + <usize>id) * RECORD_BYTES);
}

export function dcLook(id: i32): usize {
  const table = huffmanTable(0, id);
  if (!table.hasLook) buildDcLook(table, DC_LOOK + ((<usize>id) << (DC_LOOK_BITS + 2)));
  table.hasLook = 1;
  return DC_LOOK + ((<usize>id) << (DC_LOOK_BITS + 2));
}

export function acLook(id: i32): usize {
  const table = huffmanTable(1, id);
  if (!table.hasLook) buildAcLook(symbolLook(id), AC_LOOK + ((<usize>id) << (AC_LOOK_BITS + 2)));
  table.hasLook = 1;
  return AC_LOOK + ((<usize>id) << (AC_LOOK_BITS + 2));
}

export function symbolLook(id: i32): usize {
  const table = huffmanTable(1, id);
  if (table.symbolLook == 0) {
    table.symbolLook = SYMBOL_LOOK + ((<usize>id) << (SYMBOL_LOOK_BITS + 1));
    buildSymbolLook(table, table.symbolLook);
  }
  return table.symbolLook;
}

export function skipLook(id: i32): usize {
  const table = huffmanTable(1, id);
  if (!table.hasSkips) {
    buildSkipLook(symbolLook(id), SKIP_LOOK + ((<usize>id) << (SKIP_LOOK_BITS + 1)));
    table.hasSkips = 1;
  }
  return SKIP_LOOK + ((<usize>id) << (SKIP_LOOK_BITS + 1));
}

export function clearHuffmanTables(): void {
  for (let index: usize = 0; index < TABLES_PER_CLASS * 2; index++) {
    const table = changetype<HuffmanTable>(TABLES + index * RECORD_BYTES);
    table.isUsable = 0;
    table.hasLook = 0;
    table.symbolLook = 0;
    table.hasSkips = 0;
    table.limits = TABLE_CONTENTS + index * CONTENTS_BYTES;
    table.offsets = table.limits + LIMITS_BYTES;
    table.counts = table.offsets + LIMITS_BYTES;
    table.symbols = table.counts + COUNTS_BYTES;
  }
}

/**
 * @param definition 16 counts, then the symbols: as in a DHT segment. All of them are there.
 * A table whose codes run over is remembered as unusable: only a scan that names it is refused.
 */
export function defineHuffmanTable(isAc: i32, id: i32, definition: usize, symbolCount: i32): void {
  const table = huffmanTable(isAc, id);
  table.hasLook = 0;
  table.symbolLook = 0;
  table.hasSkips = 0;
  table.isUsable = 1;
  memory.fill(table.symbols, 0, SYMBOLS_BYTES);
  memory.copy(table.symbols, definition + 16, symbolCount);
  let code: u32 = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = <u32>load<u8>(definition + length - 1);
    store<u8>(table.counts + length, <u8>count);
    store<i32>(table.offsets + (length << 2), index - <i32>code);
    code += count;
    index += <i32>count;
    if (code > <u32>1 << length) table.isUsable = 0;
    store<u32>(table.limits + (length << 2), code << (16 - length));
    code <<= 1;
  }
}

/**
 * The canonical way (T.81 figure F.16): for codes and values too long for the tables. Short codes of long values have
 * one of their own.
 * @param next16 the next 16 bits
 * @returns length << 8 | symbol; NO_CODE when no code begins like this.
 */
export function findSymbol(table: HuffmanTable, next16: u32): i32 {
  let length = 1;
  if (table.symbolLook != 0) {
    const found = <i32>load<u16>(table.symbolLook + (<usize>(next16 >> (16 - SYMBOL_LOOK_BITS)) << 1));
    if (found != 0) return found;
    length = SYMBOL_LOOK_BITS + 1;
  }
  for (; length <= 16; length++) {
    if (next16 < load<u32>(table.limits + (length << 2))) {
      const index = <i32>(next16 >> (16 - length)) + load<i32>(table.offsets + (length << 2));
      return (length << 8) | <i32>load<u8>(table.symbols + (index & 255));
    }
  }
  return NO_CODE;
}

/** 16 bits of symbol 0. Bit 16, which no code has, is the 1 by which callers count faults. */
export const NO_CODE: i32 = (1 << 16) | (16 << 8);

/** T.81 figure F.12: a value of `size` bits, whose first bit tells its sign. */
// @ts-ignore: decorator
@inline
export function extendSign(value: i32, size: i32): i32 {
  return value < 1 << (size - 1) ? value + 1 - (1 << size) : value;
}

function buildSymbolLook(table: HuffmanTable, look: usize): void {
  memory.fill(look, 0, 2 << SYMBOL_LOOK_BITS);
  let at = look;
  let symbol = table.symbols;
  for (let length = 1; length <= SYMBOL_LOOK_BITS; length++) {
    const repeats = 1 << (SYMBOL_LOOK_BITS - length);
    for (let count = <i32>load<u8>(table.counts + length); count > 0; count--) {
      const entry = <u16>((length << 8) | <i32>load<u8>(symbol++));
      for (let repeat = 0; repeat < repeats; repeat++) {
        store<u16>(at, entry);
        at += 2;
      }
    }
  }
}

function buildDcLook(table: HuffmanTable, look: usize): void {
  for (let index = 0; index < 1 << DC_LOOK_BITS; index++) {
    const found = findSymbol(table, <u32>index << (16 - DC_LOOK_BITS));
    const length = found >> 8;
    const size = found & 255;
    let entry: u32 = 0;
    if (found != NO_CODE && size < 12 && length + size <= DC_LOOK_BITS) {
      const value = (index >> (DC_LOOK_BITS - length - size)) & ((1 << size) - 1);
      entry = (<u32>(size == 0 ? 0 : extendSign(value, size)) << 16) | <u32>(length + size);
    }
    store<u32>(look + (<usize>index << 2), entry);
  }
}

function buildAcLook(symbols: usize, look: usize): void {
  for (let index = 0; index < 1 << AC_LOOK_BITS; index++) {
    const found = <u32>load<u16>(symbols + (<usize>index << 1));
    const length = found >> 8;
    const symbol = found & 255;
    const size = symbol & 15;
    let entry: u32 = 0;
    if (length != 0) {
      if (symbol == 0) entry = (END_OF_BLOCK_ADVANCE << 6) | length;
      else if (symbol == ZERO_RUN_16) entry = (16 << 6) | length;
      else if (size != 0 && length + size <= <u32>AC_LOOK_BITS) {
        const value = (index >> <i32>(<u32>AC_LOOK_BITS - length - size)) & ((1 << size) - 1);
        entry = (<u32>extendSign(value, size) << 16) | (((symbol >> 4) + 1) << 6) | (length + size);
      }
    }
    store<u32>(look + (<usize>index << 2), entry);
  }
}

function buildSkipLook(symbols: usize, look: usize): void {
  const mask = (1 << SKIP_LOOK_BITS) - 1;
  for (let index = 0; index < 1 << SKIP_LOOK_BITS; index++) {
    let used = 0;
    let advance = 0;
    while (used < SKIP_LOOK_BITS) {
      const next11 = ((index << used) & mask) >> (SKIP_LOOK_BITS - SYMBOL_LOOK_BITS);
      const found = <i32>load<u16>(symbols + (<usize>next11 << 1));
      const length = found >> 8;
      const symbol = found & 255;
      const size = symbol & 15;
      // A code that reaches beyond the bits in sight was guessed.
      if (length == 0 || length > SKIP_LOOK_BITS - used) break;
      if (symbol == 0) {
        advance += SKIP_END_OF_BLOCK;
        used += length;
        break;
      }
      // Ends of several blocks at once carry a count, which only a progressive scan can interpret.
      if (size == 0 && symbol != ZERO_RUN_16) break;
      const step = (symbol >> 4) + 1;
      if (advance + step > 63) break;
      advance += step;
      used += length + size;
    }
    store<u16>(look + (<usize>index << 1), <u16>(((used == 0 ? SKIP_NOTHING : advance) << 6) | used));
  }
}

/** Whether all DC symbols are sizes that exist (T.81 F.1.2.1: at most 11 for 8 bits; libjpeg, and we, bear 15). */
export function areDcSizesSane(table: HuffmanTable): bool {
  let symbol = table.symbols;
  for (let length = 1; length <= 16; length++) {
    for (let count = <i32>load<u8>(table.counts + length); count > 0; count--) {
      if (load<u8>(symbol++) > 15) return false;
    }
  }
  return true;
}
