// AssemblyScript. Baseline JPEG entropy coding of planes in two passes: blocks become symbols and counts, then Huffman tables made
// for those counts code them. Writes the scan's bytes and the tables; the segments around them are the host's.
import { allocate } from "../engine/arena";
import { coefficientIndex, coefficients, fillReciprocals, transformBlock } from "./forward-dct";
import { optimiseHuffmanTable, TABLE_BYTES } from "./huffman-optimise";

/** Tables: luma DC, luma AC, chroma DC, chroma AC. */
const TABLE_COUNT: i32 = 4;
const LUMA: u32 = 0;
const CHROMA: u32 = 2;
const SYMBOL_COUNT: i32 = 256;
/**
 * A symbol in waiting, 32 bits: its extra bits << 16 | table << 8 | symbol. The low ten bits index counts and codes of all tables.
 */
const ENTRY_BYTES: i32 = 4;
const INDEX_MASK: u32 = 0x3ff;
/** 63 AC coefficients and the DC; no end of block then. */
const BLOCK_MAX_ENTRIES: i32 = 64;
/**
 * Bytes of waiting symbols after which coding begins before all are counted: four times what a 1280x960 photo has at quality 80.
 * Beyond, the tables made so far serve the rest, so that noise of any size is coded in bounded memory.
 */
const WAITING_MAX_BYTES: i32 = 3 * 1024 * 1024;
const ZERO_RUN_16: u32 = 0xf0;
const END_OF_BLOCK: u32 = 0;

/** f32[2][64]: luma, chroma. */
const reciprocals: usize = memory.data(2 * 64 * 4, 16);
const RECIPROCALS_BYTES: usize = 64 * 4;
/** u32[4][256] */
const symbolCounts: usize = memory.data(TABLE_COUNT * SYMBOL_COUNT * 4, 16);
/** u32[4][256]: code << extra bits << 5 | bits of both together. A code of 16 and 11 extra bits fill it exactly. */
const codes: usize = memory.data(TABLE_COUNT * SYMBOL_COUNT * 4, 16);
const TABLE_STRIDE: usize = SYMBOL_COUNT * 4;
const COUNTS_BYTES: usize = TABLE_COUNT * SYMBOL_COUNT * 4;
/** The tables as DHT segments hold them. */
const tables: usize = memory.data(TABLE_COUNT * TABLE_BYTES, 16);
const countsWithEverySymbol: usize = memory.data(SYMBOL_COUNT * 4, 16);

/** u64[8][256]: a byte of the mask that the transform returns, to the zigzag positions of its bits. */
const zigzagMasks: usize = memory.data(8 * 256 * 8, 16);
/** u8[64]: byte offset in `coefficients` of a zigzag position. */
const zigzagOffsets: usize = memory.data(64, 16);
fillZigzagTables();

let waiting: usize = 0;
let waitingEnd: usize = 0;
let hasTables: bool = false;
let scan: usize = 0;
let scanEnd: usize = 0;
let scanCapacityEnd: usize = 0;
/** Bits not yet written, in the low `bitCount` bits of `bits`. */
let bits: u64 = 0;
let bitCount: u32 = 0;

/** @param steps u8[64] in natural order. @param table 0 for luma, 1 for chroma. */
export function setQuantisation(table: i32, steps: usize): void {
  fillReciprocals(steps, reciprocals + <usize>table * RECIPROCALS_BYTES);
}

/**
 * Codes one scan of 4:2:0 (MCUs of 16x16 luma samples) or, when `cb` is 0, of luma alone (MCUs of 8x8). The planes must be padded
 * to whole MCUs. Everything is left at the top of the arena.
 *
 * @returns address of the entropy-coded bytes, `scanBytes()` of them.
 */
export function encodeScan(
  y: usize,
  yStride: i32,
  cb: usize,
  cr: usize,
  chromaStride: i32,
  mcuColumns: i32,
  mcuRows: i32,
): usize {
  const blocksPerMcu = cb == 0 ? 1 : 6;
  const mcuRowMaxBytes = mcuColumns * blocksPerMcu * BLOCK_MAX_ENTRIES * ENTRY_BYTES;
  const waitingMaxBytes = min(mcuRowMaxBytes * mcuRows, WAITING_MAX_BYTES);
  beginScan(waitingMaxBytes + mcuRowMaxBytes);
  let previousY = 0;
  let previousCb = 0;
  let previousCr = 0;
  const luma = reciprocals;
  const chroma = reciprocals + RECIPROCALS_BYTES;
  const lumaStride = <usize>yStride;
  for (let row = 0; row < mcuRows; row++) {
    if (cb == 0) {
      const samples = y + <usize>(row * 8 * yStride);
      for (let column = 0; column < mcuColumns; column++) {
        previousY = gatherBlock(samples + (<usize>column << 3), lumaStride, luma, LUMA, previousY);
      }
    } else {
      const upper = y + <usize>(row * 16 * yStride);
      const lower = upper + (lumaStride << 3);
      const chromaRow = <usize>(row * 8 * chromaStride);
      for (let column = 0; column < mcuColumns; column++) {
        const x = <usize>column << 4;
        previousY = gatherBlock(upper + x, lumaStride, luma, LUMA, previousY);
        previousY = gatherBlock(upper + x + 8, lumaStride, luma, LUMA, previousY);
        previousY = gatherBlock(lower + x, lumaStride, luma, LUMA, previousY);
        previousY = gatherBlock(lower + x + 8, lumaStride, luma, LUMA, previousY);
        const chromaAt = chromaRow + (<usize>column << 3);
        previousCb = gatherBlock(cb + chromaAt, <usize>chromaStride, chroma, CHROMA, previousCb);
        previousCr = gatherBlock(cr + chromaAt, <usize>chromaStride, chroma, CHROMA, previousCr);
      }
    }
    if (<i32>(waitingEnd - waiting) > waitingMaxBytes) writeWaiting(cb == 0, false);
  }
  writeWaiting(cb == 0, true);
  padLastByte();
  return scan;
}

export function scanBytes(): i32 {
  return <i32>(scanEnd - scan);
}

/** @returns address of 16 counts of codes by length, then the symbols: of luma DC, luma AC, chroma DC, chroma AC. */
export function huffmanTable(table: i32): usize {
  return tables + <usize>(table * TABLE_BYTES);
}

/** Repeats the last column and the last row of a plane until it fills whole MCUs. */
export function padPlane(
  plane: usize,
  strideBytes: i32,
  widthPx: i32,
  heightPx: i32,
  paddedWidthPx: i32,
  paddedHeightPx: i32,
): void {
  for (let y = 0; y < heightPx; y++) {
    const end = plane + <usize>(y * strideBytes + widthPx);
    memory.fill(end, load<u8>(end - 1), paddedWidthPx - widthPx);
  }
  const lastRow = plane + <usize>((heightPx - 1) * strideBytes);
  for (let y = heightPx; y < paddedHeightPx; y++) {
    memory.copy(plane + <usize>(y * strideBytes), lastRow, paddedWidthPx);
  }
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

function beginScan(waitingBytes: i32): void {
  memory.fill(symbolCounts, 0, COUNTS_BYTES);
  waiting = allocate(waitingBytes);
  waitingEnd = waiting;
  hasTables = false;
  // The last allocation of the arena, so that it can be extended in place.
  scan = allocate(0);
  scanEnd = scan;
  scanCapacityEnd = scan;
  bits = 0;
  bitCount = 0;
}

/** Byte `index` of a mask, as zigzag positions. */
// @ts-ignore: decorator
@inline
function zigzagMask(mask: u64, index: u32): u64 {
  return load<u64>(zigzagMasks + (<usize>index << 11) + (<usize>((mask >> (index << 3)) & 0xff) << 3));
}

/**
 * Transforms a block and appends its symbols (T.81 §F.1.2).
 *
 * @returns its DC, for the next block's difference.
 */
function gatherBlock(samples: usize, stride: usize, reciprocals: usize, table: u32, previousDc: i32): i32 {
  const mask = transformBlock(samples, stride, reciprocals);
  let entry = waitingEnd;
  const dc = <i32>load<i16>(coefficients);
  appendSymbol(entry, table << 8, dc - previousDc);
  entry += ENTRY_BYTES;
  const acTable = (table + 1) << 8;
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
      appendSymbol(entry, acTable | ZERO_RUN_16, 0);
      entry += ENTRY_BYTES;
      run -= 16;
    }
    const value = <i32>load<i16>(coefficients + <usize>load<u8>(zigzagOffsets + <usize>position));
    appendSymbol(entry, acTable | (run << 4), value);
    entry += ENTRY_BYTES;
  }
  if (previous < 63) {
    appendSymbol(entry, acTable | END_OF_BLOCK, 0);
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

function writeWaiting(isGrey: bool, isComplete: bool): void {
  const tableCount = isGrey ? 2 : TABLE_COUNT;
  if (!hasTables) {
    for (let table = 0; table < tableCount; table++) buildTable(table, isComplete);
    hasTables = true;
  }
  reserveScan(countWaitingBits(tableCount));
  writeEntries();
  waitingEnd = waiting;
  memory.fill(symbolCounts, 0, COUNTS_BYTES);
}

/** @param isComplete Whether every symbol is counted; else each that may yet come gets a code. */
function buildTable(table: i32, isComplete: bool): void {
  let counts = symbolCounts + <usize>table * TABLE_STRIDE;
  if (!isComplete) {
    memory.copy(countsWithEverySymbol, counts, TABLE_STRIDE);
    counts = countsWithEverySymbol;
    if (table & 1) {
      countOnce(counts, END_OF_BLOCK);
      countOnce(counts, ZERO_RUN_16);
      for (let run: u32 = 0; run < 16; run++) {
        for (let size: u32 = 1; size <= 10; size++) countOnce(counts, (run << 4) | size);
      }
    } else {
      for (let size: u32 = 0; size <= 11; size++) countOnce(counts, size);
    }
  }
  const segment = tables + <usize>(table * TABLE_BYTES);
  optimiseHuffmanTable(counts, segment);
  assignCodes(segment, codes + <usize>table * TABLE_STRIDE);
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
  for (let index: usize = 0; index < <usize>(tableCount * SYMBOL_COUNT); index++) {
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
    // Whether any byte is 0xff, which a 0x00 must follow: such a byte's complement borrows (S. Anderson, "haszero").
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

/** T.81 §F.1.2.3: ones complete the last byte. */
function padLastByte(): void {
  const missing = (8 - (bitCount & 7)) & 7;
  const accumulator = (bits << missing) | ((1 << missing) - 1);
  for (let shift = <i32>(bitCount + missing) - 8; shift >= 0; shift -= 8) {
    scanEnd = writeByte(scanEnd, <u32>(accumulator >> shift));
  }
}
