// AssemblyScript. Entropy-coded bytes made ready for bit readers: stuffed zeros removed (T.81 B.1.1.5) and laid out
// backwards. Backwards, because then a little-endian load of 32 bits yields them in stream order: a refill is a load, a
// shift and an or.
//
// A bit reader keeps three locals: `bits`, the next ones left-aligned in 64; `left`, how many of them count; `cursor`,
// the lowest address it has taken. With fewer than 32 left it refills, so that every symbol (16 bits of code, 15 of
// value) fits:
//     if (left < 32) { cursor -= 4; bits |= <u64>load<u32>(cursor) << (32 - left); left += 32; }
// or, where a branch would often be guessed wrong, without one, to at least 56 (F. Giesen, Reading bits in far too many
// ways, 2018, variant 4). What it puts below the bits that count is what the next refill puts there again:
//     bits |= load<u64>(cursor - 8) >> left; cursor -= (63 - left) >> 3; left |= 56;
import { allocate } from "../engine/arena";
import { MAX_BLOCKS_PER_UNIT } from "./frame";
import { input } from "./input";

/** Stays within the first-level cache together with the tables of a scan. */
const CAPACITY_BYTES: usize = 16384;
/**
 * The longest block: 64 symbols of 16 bits of code and 15 of value are 248 bytes; a refill looks up to 127
 * bits ahead.
 */
export const BLOCK_MAX_BYTES: i32 = 272;
/** A reader that is let loose on its last byte decodes one unit of zeros and refills once more. */
const PADDING_BYTES: usize = MAX_BLOCKS_PER_UNIT * BLOCK_MAX_BYTES + 64;

// @ts-ignore: decorator
@unmanaged
class BitReader {
  start: usize;
  end: usize;
  /** Lowest address written: the latest byte of the stream. */
  written: usize;
  cursor: usize;
  bits: u64;
  left: i32;
  /** 1 when a marker (or the end of input) follows what is written, and zeros behind it. */
  isSegmentComplete: i32;
  /** The marker that ended the segment; 0 for the end of input. */
  marker: i32;
}

export const reader: BitReader = changetype<BitReader>(memory.data(offsetof<BitReader>(), 16));

export function openBits(): void {
  reader.start = allocate(CAPACITY_BYTES + PADDING_BYTES + 16);
  reader.end = reader.start + PADDING_BYTES + CAPACITY_BYTES;
}

/** Forgets all bits: at the start of a scan, and behind a restart marker. */
export function resetBits(): void {
  reader.written = reader.end;
  reader.cursor = reader.end;
  reader.bits = 0;
  reader.left = 0;
  reader.isSegmentComplete = 0;
  reader.marker = 0;
}

/** @returns whole bits not yet read; negative when zeros behind the segment have been read. */
// @ts-ignore: decorator
@inline
export function bitsAvailable(cursor: usize, left: i32): i32 {
  return ((<i32>(cursor - reader.written)) << 3) + left;
}

/** Takes source bytes up to the next marker, the end of the window or the buffer's capacity. */
export function fillBits(): void {
  if (reader.isSegmentComplete) return;
  makeRoomForBits();
  const lowest = reader.start + PADDING_BYTES;
  const fills = i8x16.splat(-1);
  const backwards = i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  let position = input.position;
  let written = reader.written;
  const end = input.end;
  while (written >= lowest + 16 && position < end) {
    const bytes = v128.load(position);
    // All 16 are stored; what turns out not to be data is overwritten by what follows.
    v128.store(written - 16, i8x16.swizzle(bytes, backwards));
    const marks = i8x16.bitmask(i8x16.eq(bytes, fills));
    const plain = min<usize>(marks == 0 ? 16 : <usize>ctz(marks), end - position);
    position += plain;
    written -= plain;
    if (plain == 16 || position >= end) continue;
    if (position + 1 >= end) break;
    const next = <i32>load<u8>(position, 1);
    if (next == 0) {
      store<u8>(--written, 0xff);
      position += 2;
    } else if (next == 0xff) {
      position++;
    } else {
      reader.marker = next;
      reader.isSegmentComplete = 1;
      break;
    }
  }
  input.position = position;
  // A lone 0xFF at the very end is no data: what it would have announced is lost.
  if (input.isLast && position + 1 >= end && (position >= end || load<u8>(position) == 0xff)) {
    input.position = end;
    reader.isSegmentComplete = 1;
  }
  reader.written = written;
  if (reader.isSegmentComplete) memory.fill(written - PADDING_BYTES, 0, PADDING_BYTES);
}

/** Moves unread bytes to the top, unless there is room enough for what the window holds. */
function makeRoomForBits(): void {
  const room = reader.written - (reader.start + PADDING_BYTES);
  const waiting = input.end - input.position;
  if (reader.written == reader.end || room >= min<usize>(waiting + 16, CAPACITY_BYTES / 2)) return;
  const unread = reader.cursor - reader.written;
  memory.copy(reader.end - unread, reader.written, unread);
  reader.written = reader.end - unread;
  reader.cursor = reader.end;
}
