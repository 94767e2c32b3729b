// AssemblyScript. The later scans of a band of AC coefficients, a bit deeper each, of progressive files. Need the history.
import { BLOCK_MAX_BYTES, bitsAvailable, reader } from "./bits";
import { component, frame } from "./frame";
import { findSymbol, HuffmanTable } from "./huffman";
import { BLOCK_PLANS, BlockPlan, scan, scanComponentIndex, skipUnits } from "./scan";
import { coefficientAt } from "./stored-coefficient";
import { lastNeededPosition, slotsOf } from "./zigzag";

/**
 * T.81 G.1.2.3: a correction bit for each coefficient that is not zero, and runs over those that are. Hops from one
 * coefficient that is not zero to the next, by the history's bits: most positions are never looked at.
 */
export function decodeAcRefinement(): void {
  const block = changetype<BlockPlan>(BLOCK_PLANS);
  const part = component(scanComponentIndex(0));
  const slots = slotsOf(part.blockPx);
  const sink = part.blockPx * part.blockPx;
  const step = 1 << scan.approximationLow;
  const bandStart = scan.spectralStart;
  const bandEnd = scan.spectralEnd;
  const band = (<u64>-1 << <u64>bandStart) & (<u64>-1 >> <u64>(63 - bandEnd));
  // Corrections behind the last position that is stored need not even be looked at.
  const stored = <u64>-1 >> <u64>(63 - lastNeededPosition(part.blockPx));
  const bitsNeeded = reader.isSegmentComplete ? -1 : BLOCK_MAX_BYTES * 8;
  let bits = reader.bits;
  let left = reader.left;
  let cursor = reader.cursor;
  while (scan.unitsInInterval > 0) {
    const available = bitsAvailable(cursor, left);
    if (available <= bitsNeeded || (available <= 0 && scan.endOfBandRun == 0)) break;
    const at = block.target + <usize>(scan.column * block.columnStep + scan.row * block.rowStep);
    const known = part.history + <usize>(((scan.row * part.pitchBlocks) + scan.column) << 3);
    const history = load<u64>(known);
    const nonZero = history & band;
    let added: u64 = 0;
    let position = bandStart;
    while (scan.endOfBandRun == 0 && position <= bandEnd) {
      if (left < 32) {
        cursor -= 4;
        bits |= <u64>load<u32>(cursor) << <u64>(32 - left);
        left += 32;
      }
      let found = <i32>load<u16>(block.acLook + (<usize>(bits >> 53) << 1));
      if (found == 0) {
        found = findSymbol(changetype<HuffmanTable>(block.acTable), <u32>(bits >> 48));
        frame.faults += found >> 16;
      }
      const length = (found >> 8) & 31;
      // Zeros to step over before the one that becomes visible: all 16 of a ZRL but the last, which the position steps
      // over.
      let zeros = (found >> 4) & 15;
      let value = 0;
      bits <<= <u64>length;
      left -= length;
      if ((found & 15) != 0) {
        // The size can only be 1. libjpeg, too, takes any other for that.
        value = <i32>(bits >> 63) * 2 * step - step;
        bits <<= 1;
        left--;
      } else if (zeros != 15) {
        scan.endOfBandRun = 1 << zeros;
        if (zeros != 0) {
          scan.endOfBandRun += <i32>(bits >> <u64>(64 - zeros));
          bits <<= <u64>zeros;
          left -= zeros;
        }
        break;
      }
      while (position <= bandEnd) {
        const ahead = nonZero >> <u64>position;
        const gap = ahead == 0 ? 64 : <i32>ctz(ahead);
        if (zeros < gap) {
          position += zeros;
          break;
        }
        zeros -= gap;
        position += gap;
        if (left < 32) {
          cursor -= 4;
          bits |= <u64>load<u32>(cursor) << <u64>(32 - left);
          left += 32;
        }
        correct(slots, sink, at, position, <i32>(bits >> 63), step);
        bits <<= 1;
        left--;
        position++;
      }
      if (value != 0 && position <= bandEnd) {
        store<i16>(coefficientAt(slots, sink, at, position), <i16>value);
        added |= <u64>1 << <u64>position;
      }
      position++;
    }
    if (scan.endOfBandRun > 0) {
      scan.endOfBandRun--;
      const rest = position > bandEnd ? 0 : nonZero & (<u64>-1 << <u64>position);
      for (let corrected = rest & stored; corrected != 0; corrected &= corrected - 1) {
        if (left < 32) {
          cursor -= 4;
          bits |= <u64>load<u32>(cursor) << <u64>(32 - left);
          left += 32;
        }
        correct(slots, sink, at, <i32>ctz(corrected), <i32>(bits >> 63), step);
        bits <<= 1;
        left--;
      }
      for (let skipped = <i32>popcnt(rest & ~stored); skipped > 0; skipped -= 32) {
        if (left < 32) {
          cursor -= 4;
          bits |= <u64>load<u32>(cursor) << <u64>(32 - left);
          left += 32;
        }
        const count = min(skipped, 32);
        bits <<= <u64>count;
        left -= count;
      }
    }
    store<u64>(known, history | added);
    skipUnits(1);
  }
  reader.bits = bits;
  reader.left = left;
  reader.cursor = cursor;
}

/** Moves a coefficient away from zero by `step` where `bit` is 1. No branch: the bits are noise. */
// @ts-ignore: decorator
@inline
function correct(slots: usize, sink: i32, block: usize, position: i32, bit: i32, step: i32): void {
  const at = coefficientAt(slots, sink, block, position);
  const old = <i32>load<i16>(at);
  const sign = (old >> 31) | 1;
  store<i16>(at, <i16>(old + sign * (step & -bit)));
}
