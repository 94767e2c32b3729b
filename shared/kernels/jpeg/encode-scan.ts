// AssemblyScript. Symbols in waiting to the bytes of a scan, by Huffman tables made for their counts. Transforms nothing.
import { allocate } from "../engine/arena";
import {
  clearSymbols,
  END_OF_BLOCK,
  ENTRY_BYTES,
  INDEX_MASK,
  symbolCounts,
  SYMBOLS_PER_TABLE,
  TABLE_COUNT,
  waiting,
  waitingEnd,
  ZERO_RUN_16,
} from "./encode-symbols";
import { optimiseHuffmanTable, TABLE_BYTES } from "./huffman-optimise";

/** Largest number of extra bits of a DC difference and of an AC coefficient of 8-bit samples (T.81 tables F.1, F.2). */
const DC_MAX_SIZE: u32 = 11;
const AC_MAX_SIZE: u32 = 10;

const TABLE_STRIDE: usize = SYMBOLS_PER_TABLE * 4;
/** u32[4][256]: code << extra bits << 5 | bits of both together. A code of 16 and 11 extra bits fill it exactly. */
const codes: usize = memory.data(TABLE_COUNT * SYMBOLS_PER_TABLE * 4, 16);
/** The tables as DHT segments hold them. */
const tables: usize = memory.data(TABLE_COUNT * TABLE_BYTES, 16);
const countsWithEverySymbol: usize = memory.data(SYMBOLS_PER_TABLE * 4, 16);

/** The scan so far, and where the room for it ends: the arena's top, so that it can be extended in place. */
export let scan: usize = 0;
export let scanEnd: usize = 0;
let scanCapacityEnd: usize = 0;
let hasTables: bool = false;
/** Bits not yet written: the low `bitCount` of `bits`. */
let bits: u64 = 0;
let bitCount: u32 = 0;

/** From here until `endScan` nobody else may allocate. */
export function beginScan(): void {
  scan = allocate(0);
  scanEnd = scan;
  scanCapacityEnd = scan;
  hasTables = false;
  bits = 0;
  bitCount = 0;
}

/**
 * Codes what is waiting. The tables are made the first time.
 *
 * @param tableCount 2 when there is luma only, else 4.
 * @param isComplete Whether no more symbols come; else every symbol gets a code.
 */
export function writeWaiting(tableCount: i32, isComplete: bool): void {
  if (!hasTables) {
    for (let table = 0; table < tableCount; table++) buildTable(table, isComplete);
    hasTables = true;
  }
  reserveScan(countWaitingBits(tableCount));
  writeEntries();
  clearSymbols();
}

/** T.81 §F.1.2.3: ones complete the last byte. */
export function endScan(): void {
  const missing = (8 - (bitCount & 7)) & 7;
  const completed = (bits << missing) | ((1 << missing) - 1);
  for (let shift = <i32>(bitCount + missing) - 8; shift >= 0; shift -= 8) {
    scanEnd = writeByte(scanEnd, <u32>(completed >> shift));
  }
}

/** @returns address of 16 counts of codes by length, then the symbols in the order of their codes. */
export function huffmanTable(table: i32): usize {
  return tables + <usize>(table * TABLE_BYTES);
}

function buildTable(table: i32, isComplete: bool): void {
  let counts = symbolCounts + <usize>table * TABLE_STRIDE;
  if (!isComplete) {
    memory.copy(countsWithEverySymbol, counts, TABLE_STRIDE);
    counts = countsWithEverySymbol;
    countEverySymbol(counts, (table & 1) != 0);
  }
  const segment = huffmanTable(table);
  optimiseHuffmanTable(counts, segment);
  assignCodes(segment, codes + <usize>table * TABLE_STRIDE);
}

function countEverySymbol(counts: usize, isAc: bool): void {
  if (!isAc) {
    for (let size: u32 = 0; size <= DC_MAX_SIZE; size++) countOnce(counts, size);
    return;
  }
  countOnce(counts, END_OF_BLOCK);
  countOnce(counts, ZERO_RUN_16);
  for (let run: u32 = 0; run < 16; run++) {
    for (let size: u32 = 1; size <= AC_MAX_SIZE; size++) countOnce(counts, (run << 4) | size);
  }
}

function countOnce(counts: usize, symbol: u32): void {
  const at = counts + (<usize>symbol << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** T.81 figure C.2: codes count up within a length, and double from length to length. */
function assignCodes(segment: usize, tableCodes: usize): void {
  let code: u32 = 0;
  let symbolAt = segment + 16;
  for (let length: u32 = 1; length <= 16; length++) {
    const count = <u32>load<u8>(segment + <usize>(length - 1));
    for (let i: u32 = 0; i < count; i++) {
      const symbol = <u32>load<u8>(symbolAt++);
      const extraBits = symbol & 15;
      store<u32>(tableCodes + (<usize>symbol << 2), (code << extraBits << 5) | (length + extraBits));
      code++;
    }
    code <<= 1;
  }
}

function countWaitingBits(tableCount: i32): u64 {
  let sum: u64 = 0;
  for (let index: usize = 0; index < <usize>(tableCount * SYMBOLS_PER_TABLE); index++) {
    const count = load<u32>(symbolCounts + (index << 2));
    if (count != 0) sum += <u64>count * (load<u32>(codes + (index << 2)) & 31);
  }
  return sum;
}

/** Room for so many bits: stuffing doubles them at worst; 16 bytes hold what is pending and a last, partial word. */
function reserveScan(newBits: u64): void {
  const needed = <usize>((newBits >> 3) << 1) + 16;
  const free = scanCapacityEnd - scanEnd;
  if (free >= needed) return;
  const growth = (needed - free + 15) & ~15;
  allocate(growth);
  scanCapacityEnd += growth;
}

function writeEntries(): void {
  let accumulator = bits;
  let pending = bitCount;
  let out = scanEnd;
  const end = waitingEnd;
  for (let at = waiting; at < end; at += ENTRY_BYTES) {
    const entry = load<u32>(at);
    const code = load<u32>(codes + (<usize>(entry & INDEX_MASK) << 2));
    const length = code & 31;
    accumulator = (accumulator << length) | (code >> 5) | (entry >> 16);
    pending += length;
    if (pending < 32) continue;
    pending -= 32;
    const word = <u32>(accumulator >> pending);
    // Whether any byte is 0xff, which a 0x00 must follow: whether the complement has a byte of 0 (A. Mycroft's test).
    if (((~word - 0x01010101) & word & 0x80808080) == 0) {
      store<u32>(out, bswap<u32>(word));
      out += 4;
    } else {
      for (let shift = 24; shift >= 0; shift -= 8) out = writeByte(out, word >> shift);
    }
  }
  bits = accumulator;
  bitCount = pending;
  scanEnd = out;
}

function writeByte(out: usize, byte: u32): usize {
  store<u8>(out, <u8>byte);
  if ((byte & 0xff) != 0xff) return out + 1;
  store<u8>(out, 0, 1);
  return out + 2;
}
