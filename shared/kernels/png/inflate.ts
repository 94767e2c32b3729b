// AssemblyScript. DEFLATE in its zlib wrapping (RFC 1950, 1951), fed in pieces of any size, into a window the caller
// owns. Not DecompressionStream: that answers in asynchronous pieces of 16 KB, which cost more than the decoding
// itself.
import {
  CODE_LENGTH_ROOT_BITS,
  CODE_LENGTH_SYMBOLS,
  CODE_LENGTH_TABLE,
  DISTANCE_ROOT_BITS,
  DISTANCE_SYMBOLS,
  DISTANCE_TABLE,
  ENTRY_END,
  ENTRY_EXCEPTION,
  ENTRY_LITERAL,
  ENTRY_LONGER,
  LITERAL_ROOT_BITS,
  LITERAL_SYMBOLS,
  LITERAL_TABLE,
  makeCodeLengthTable,
  makeDistanceTable,
  makeLiteralTable,
} from "./inflate-tables";

/** Where a run stopped. */
export const INFLATE_NEEDS_INPUT: i32 = 0;
export const INFLATE_OUTPUT_FULL: i32 = 1;
export const INFLATE_DONE: i32 = 2;
export const INFLATE_CORRUPT: i32 = 3;

/** Farthest a match reaches back, in bytes: what the caller keeps in front of new output. */
export const HISTORY_BYTES: usize = 32768;
/** Bytes behind the input that must be readable, and zeros when the input is the last: a block's whole header fits. */
export const INPUT_MARGIN_BYTES: usize = 1024;
/** Bytes behind the output's limit that must be writable: three literals, the longest match, a vector's overrun. */
export const OUTPUT_MARGIN_BYTES: usize = 3 + 258 + 16;
/** Bytes one step of the symbol loop may load. */
const SYMBOL_INPUT_BYTES: usize = 32;

const STATE_ZLIB_HEADER: i32 = 0;
const STATE_BLOCK_HEADER: i32 = 1;
const STATE_STORED: i32 = 2;
const STATE_CODES: i32 = 3;
const STATE_DONE: i32 = 4;

/** Blocks a stream may have beyond one per 32 bytes it makes: millions of empty ones would cost minutes. */
const SPARE_BLOCKS: u64 = 10_000;
const BLOCK_MIN_BYTES: u64 = 32;

/** Order in which a dynamic block sends the lengths of its code length code (RFC 1951 §3.2.7). */
const CODE_LENGTH_ORDER: StaticArray<u8> = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const lengths: usize = memory.data(352, 16);

/** For a match nearer than 16 bytes: byte i of the pattern is byte i mod distance. */
const repeatMasks: usize = memory.data(16 * 16, 16);
/** Bytes of the pattern after which it begins again: the largest multiple of the distance up to 16. */
const repeatSteps: usize = memory.data(16);

let state: i32 = STATE_ZLIB_HEADER;
let isLastBlock = false;
let hasFixedTables = false;
let storedBytes: usize = 0;
let blocks: u64 = 0;
let producedBytes: u64 = 0;

let bitBuffer: u64 = 0;
let bitCount: u32 = 0;
let input: usize = 0;
let output: usize = 0;

export function beginInflate(): void {
  state = STATE_ZLIB_HEADER;
  isLastBlock = false;
  hasFixedTables = false;
  storedBytes = 0;
  blocks = 0;
  producedBytes = 0;
  bitBuffer = 0;
  bitCount = 0;
  for (let distance: usize = 1; distance < 16; distance++) {
    for (let i: usize = 0; i < 16; i++) store<u8>(repeatMasks + (distance << 4) + i, <u8>(i % distance));
    store<u8>(repeatSteps + distance, <u8>(16 - (16 % distance)));
  }
}

/** First byte of the input not used yet. */
export function inflateInput(): usize {
  return input;
}

/** Where the next byte of output will go. */
export function inflateOutput(): usize {
  return output;
}

/**
 * Decodes until input or room ends, and leaves some of either when it does; see the margins.
 *
 * @param isLastInput No more will come: the rest is used up to its end, and running beyond it is corrupt.
 * @param windowStart First byte of output that a match may reach.
 */
export function inflate(
  inputStart: usize,
  inputEnd: usize,
  isLastInput: bool,
  windowStart: usize,
  outputStart: usize,
  outputLimit: usize,
): i32 {
  input = inputStart;
  output = outputStart;
  let status = INFLATE_NEEDS_INPUT;
  do {
    if (state === STATE_DONE) return INFLATE_DONE;
    const outputBefore = output;
    if (state === STATE_CODES) status = inflateCodes(inputEnd, isLastInput, windowStart, outputLimit);
    else if (state === STATE_STORED) status = copyStored(inputEnd, outputLimit);
    else if (!isLastInput && input + INPUT_MARGIN_BYTES > inputEnd) return INFLATE_NEEDS_INPUT;
    else status = state === STATE_ZLIB_HEADER ? readZlibHeader() : readBlockHeader();
    producedBytes += output - outputBefore;
    giveBack();
    if (input > inputEnd) return INFLATE_CORRUPT;
    if (isLastInput && status === INFLATE_NEEDS_INPUT) return INFLATE_CORRUPT;
  } while (status === CONTINUE);
  return status;
}

/** Between states: the next one goes on with what is there. */
const CONTINUE: i32 = 4;

/** Whole bytes in the bit buffer go back to the input, so that it alone says what is used. */
function giveBack(): void {
  input -= bitCount >>> 3;
  bitCount &= 7;
  bitBuffer &= (<u64>1 << bitCount) - 1;
}

/** At least 56 bits afterwards. Bits above the count may be set; they are the same ones the next refill brings. */
// @ts-ignore: decorator
@inline function refill(): void {
  bitBuffer |= load<u64>(input) << bitCount;
  input += (63 - bitCount) >>> 3;
  bitCount |= 56;
}

// @ts-ignore: decorator
@inline function takeBits(count: u32): u32 {
  const bits = <u32>bitBuffer & ((1 << count) - 1);
  bitBuffer >>= count;
  bitCount -= count;
  return bits;
}

function readZlibHeader(): i32 {
  refill();
  const method = takeBits(8);
  const flags = takeBits(8);
  const hasDictionary = (flags & 0x20) !== 0;
  // Method 8, a window of at most 32 KB, and the check of RFC 1950 §2.2.
  const isDeflate = (method & 15) === 8 && method >>> 4 <= 7;
  if (!isDeflate || hasDictionary || ((method << 8) | flags) % 31 !== 0) return INFLATE_CORRUPT;
  state = STATE_BLOCK_HEADER;
  return CONTINUE;
}

function readBlockHeader(): i32 {
  if (isLastBlock) {
    // The Adler-32 behind it is not looked at: each chunk's CRC has vouched for the same bytes.
    state = STATE_DONE;
    return INFLATE_DONE;
  }
  if (++blocks > SPARE_BLOCKS + producedBytes / BLOCK_MIN_BYTES) return INFLATE_CORRUPT;
  refill();
  isLastBlock = takeBits(1) === 1;
  const type = takeBits(2);
  if (type === 0) return readStoredHeader();
  if (type === 1) makeFixedTables();
  else if (type === 3 || !readDynamicTables()) return INFLATE_CORRUPT;
  state = STATE_CODES;
  return CONTINUE;
}

function readStoredHeader(): i32 {
  takeBits(bitCount & 7);
  giveBack();
  storedBytes = load<u16>(input);
  const complement = <usize>load<u16>(input, 2);
  input += 4;
  if (storedBytes !== (complement ^ 0xffff)) return INFLATE_CORRUPT;
  state = STATE_STORED;
  return CONTINUE;
}

function copyStored(inputEnd: usize, outputLimit: usize): i32 {
  const available = inputEnd > input ? inputEnd - input : 0;
  const room = outputLimit > output ? outputLimit - output : 0;
  const count = min(storedBytes, min(available, room));
  memory.copy(output, input, count);
  input += count;
  output += count;
  storedBytes -= count;
  if (storedBytes > 0) return count === room ? INFLATE_OUTPUT_FULL : INFLATE_NEEDS_INPUT;
  state = STATE_BLOCK_HEADER;
  return CONTINUE;
}

/** The codes of block type 1 (RFC 1951 §3.2.6). */
function makeFixedTables(): void {
  if (hasFixedTables) return;
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  makeLiteralTable(lengths, LITERAL_SYMBOLS);
  memory.fill(lengths, 5, DISTANCE_SYMBOLS);
  makeDistanceTable(lengths, DISTANCE_SYMBOLS);
  hasFixedTables = true;
}

/** The codes of block type 2 (RFC 1951 §3.2.7). Needs INPUT_MARGIN_BYTES of input. */
function readDynamicTables(): bool {
  hasFixedTables = false;
  const literals = takeBits(5) + 257;
  const distances = takeBits(5) + 1;
  const sent = takeBits(4) + 4;
  // As zlib: 286 and 30 exist; more may not be described.
  if (literals > 286 || distances > 30) return false;
  memory.fill(lengths, 0, CODE_LENGTH_SYMBOLS);
  for (let i: u32 = 0; i < sent; i++) {
    refill();
    store<u8>(lengths + unchecked(CODE_LENGTH_ORDER[i]), <u8>takeBits(3));
  }
  if (!makeCodeLengthTable(lengths)) return false;

  const total = literals + distances;
  let filled: u32 = 0;
  while (filled < total) {
    refill();
    const entry = load<u32>(CODE_LENGTH_TABLE + (<usize>(bitBuffer & ((1 << CODE_LENGTH_ROOT_BITS) - 1)) << 2));
    if (entry & ENTRY_EXCEPTION) return false;
    takeBits(entry & 0xff);
    const symbol = entry >>> 16;
    if (symbol < 16) {
      store<u8>(lengths + filled++, <u8>symbol);
      continue;
    }
    let value: u8 = 0;
    let times: u32;
    if (symbol === 16) {
      if (filled === 0) return false;
      value = load<u8>(lengths + filled - 1);
      times = takeBits(2) + 3;
    } else if (symbol === 17) {
      times = takeBits(3) + 3;
    } else {
      times = takeBits(7) + 11;
    }
    if (filled + times > total) return false;
    memory.fill(lengths + filled, value, times);
    filled += times;
  }
  return makeLiteralTable(lengths, literals) && makeDistanceTable(lengths + literals, distances);
}

// @ts-ignore: decorator
@inline function literalAt(bits: u64): u32 {
  return load<u32>(LITERAL_TABLE + (<usize>(bits & ((1 << LITERAL_ROOT_BITS) - 1)) << 2));
}

/** Extra bits of an entry: those between its code and its total. */
// @ts-ignore: decorator
@inline function extraBits(entry: u32, bits: u64): u32 {
  return (<u32>bits & ((1 << (entry & 0xff)) - 1)) >>> ((entry >>> 8) & 15);
}

/**
 * The symbol loop: all in locals, one refill per three literals or one match. Shifts use the low six bits of an entry
 * alone.
 */
function inflateCodes(inputEnd: usize, isLastInput: bool, windowStart: usize, outputLimit: usize): i32 {
  let bits = bitBuffer;
  let count = bitCount;
  let from = input;
  let to = output;
  // Of the last input all is used; the margin behind it is zeros, and who needs them is found out afterwards.
  const inputSafe = isLastInput ? inputEnd + SYMBOL_INPUT_BYTES : inputEnd - SYMBOL_INPUT_BYTES;
  let status = CONTINUE;
  while (true) {
    if (from >= inputSafe) {
      status = INFLATE_NEEDS_INPUT;
      break;
    }
    if (to >= outputLimit) {
      status = INFLATE_OUTPUT_FULL;
      break;
    }
    bits |= load<u64>(from) << count;
    from += (63 - count) >>> 3;
    count |= 56;
    let entry = literalAt(bits);
    if (entry & ENTRY_LITERAL) {
      store<u8>(to++, <u8>(entry >>> 16));
      bits >>= entry;
      count -= entry & 0xff;
      entry = literalAt(bits);
      if (entry & ENTRY_LITERAL) {
        store<u8>(to++, <u8>(entry >>> 16));
        bits >>= entry;
        count -= entry & 0xff;
        entry = literalAt(bits);
        if (entry & ENTRY_LITERAL) {
          store<u8>(to++, <u8>(entry >>> 16));
          bits >>= entry;
          count -= entry & 0xff;
          continue;
        }
      }
      bits |= load<u64>(from) << count;
      from += (63 - count) >>> 3;
      count |= 56;
    }
    if (entry & ENTRY_EXCEPTION) {
      if (entry & ENTRY_LONGER) {
        const index = ((entry >>> 16) & 0x7fff) + (<u32>(bits >> LITERAL_ROOT_BITS) & ((1 << (entry & 0xff)) - 1));
        entry = load<u32>(LITERAL_TABLE + (<usize>index << 2));
      }
      if (entry & ENTRY_LITERAL) {
        store<u8>(to++, <u8>(entry >>> 16));
        bits >>= entry;
        count -= entry & 0xff;
        continue;
      }
      if (entry & ENTRY_EXCEPTION) {
        status = INFLATE_CORRUPT;
        if (entry & ENTRY_END) {
          bits >>= entry;
          count -= entry & 0xff;
          state = STATE_BLOCK_HEADER;
          status = CONTINUE;
        }
        break;
      }
    }
    const matchBytes: usize = (entry >>> 16) + extraBits(entry, bits);
    bits >>= entry;
    count -= entry & 0xff;

    entry = load<u32>(DISTANCE_TABLE + (<usize>(bits & ((1 << DISTANCE_ROOT_BITS) - 1)) << 2));
    if (entry & ENTRY_EXCEPTION) {
      if (entry & ENTRY_LONGER) {
        const index = ((entry >>> 16) & 0x7fff) + (<u32>(bits >> DISTANCE_ROOT_BITS) & ((1 << (entry & 0xff)) - 1));
        entry = load<u32>(DISTANCE_TABLE + (<usize>index << 2));
      }
      if (entry & ENTRY_EXCEPTION) {
        status = INFLATE_CORRUPT;
        break;
      }
    }
    const distance: usize = (entry >>> 16) + extraBits(entry, bits);
    bits >>= entry;
    count -= entry & 0xff;
    if (distance > to - windowStart) {
      status = INFLATE_CORRUPT;
      break;
    }
    const end = to + matchBytes;
    let source = to - distance;
    if (distance >= 16) {
      do {
        v128.store(to, v128.load(source));
        to += 16;
        source += 16;
      } while (to < end);
    } else {
      const pattern = i8x16.swizzle(v128.load(source), v128.load(repeatMasks + (distance << 4)));
      const step: usize = load<u8>(repeatSteps + distance);
      do {
        v128.store(to, pattern);
        to += step;
      } while (to < end);
    }
    to = end;
  }
  bitBuffer = bits;
  bitCount = count;
  input = from;
  output = to;
  return status;
}
