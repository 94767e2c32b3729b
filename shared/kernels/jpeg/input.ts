// AssemblyScript. The window of source bytes: the host writes a chunk behind what is left of the last, the decoder
// reads forward.
import { allocate } from "../engine/arena";

/** Largest chunk the host may push, in bytes: what one read of a stored object yields. */
export const CHUNK_MAX_BYTES: i32 = 65536;
/** A marker segment is read when it is whole: marker, two bytes of length that count themselves, at most 65535. */
const SEGMENT_MAX_BYTES: i32 = 65537;
/** Vectors may look beyond the end. */
const OVERRUN_BYTES: i32 = 64;

// @ts-ignore: decorator
@unmanaged
class Input {
  start: usize;
  /** The next byte to read. */
  position: usize;
  /** Behind the last byte pushed. */
  end: usize;
  /** 1 when nothing will be pushed any more. */
  isLast: i32;
}

export const input: Input = changetype<Input>(memory.data(offsetof<Input>(), 16));

export function openInput(): void {
  input.start = allocate(SEGMENT_MAX_BYTES + CHUNK_MAX_BYTES + OVERRUN_BYTES);
  input.position = input.start;
  input.end = input.start;
  input.isLast = 0;
}

/**
 * @returns address at which up to CHUNK_MAX_BYTES may be written before `push`. Moves what is left of earlier chunks.
 */
export function makeRoom(): usize {
  const left = input.end - input.position;
  if (input.position != input.start) memory.copy(input.start, input.position, left);
  input.position = input.start;
  input.end = input.start + left;
  return input.end;
}

/** @returns false when `sizeBytes` is more than there is room for. */
export function push(sizeBytes: i32, isLast: i32): bool {
  const capacityEnd = input.start + SEGMENT_MAX_BYTES + CHUNK_MAX_BYTES;
  if (sizeBytes < 0 || <usize>sizeBytes > capacityEnd - input.end) return false;
  input.end += <usize>sizeBytes;
  input.isLast = isLast;
  return true;
}

/** T.81 B.1.1.2: two bytes, most significant first. The caller has checked that they are there. */
// @ts-ignore: decorator
@inline
export function bigEndian16(address: usize): i32 {
  return ((<i32>load<u8>(address)) << 8) | <i32>load<u8>(address, 1);
}

/**
 * Moves to the next marker that is no stuffed zero, no fill byte, and no restart marker unless those are asked for.
 * @returns the marker's code, `position` at its 0xFF; -1 when the window ends first, `position` at what must be seen
 * again.
 */
export function seekMarker(acceptsRestarts: bool): i32 {
  const fills = i8x16.splat(-1);
  let position = input.position;
  const end = input.end;
  while (position < end) {
    let candidates = i8x16.bitmask(i8x16.eq(v128.load(position), fills));
    if (candidates == 0) {
      position += 16;
      continue;
    }
    while (candidates != 0) {
      const at = position + <usize>ctz(candidates);
      if (at + 1 >= end) {
        input.position = min(at, end);
        return -1;
      }
      const code = <i32>load<u8>(at, 1);
      const isRestart = (code & 0xf8) == 0xd0;
      if (code != 0 && code != 0xff && (acceptsRestarts || !isRestart)) {
        input.position = at;
        return code;
      }
      candidates &= candidates - 1;
    }
    position += 16;
  }
  input.position = end;
  return -1;
}
