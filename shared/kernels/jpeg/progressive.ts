// AssemblyScript. Progressive scans (T.81 annex G): from bits to coefficients in memory. No pixels.
//
// Only the coefficients that the scale needs are stored. A refinement of AC coefficients must know which ones, needed or not, are
// already not zero: that history, a bit per position, is kept only where the scan script makes refinements worth reading.
import { BLOCK_MAX_BYTES, bitsAvailable, reader } from "./bits";
import { component, frame } from "./frame";
import { extendSign, findSymbol, HuffmanTable, SKIP_END_OF_BLOCK } from "./huffman";
import { BLOCK_PLAN_BYTES, BLOCK_PLANS, BlockPlan, scan, scanComponentIndex, skipUnits } from "./scan";
import { lastNeededPosition, SLOTS } from "./zigzag";

/** i16: coefficients nobody needs. */
const SINK: usize = memory.data(2, 16);

export function decodeProgressiveUnits(): void {
  if (scan.spectralStart == 0) {
    if (scan.approximationHigh == 0) decodeDcFirst();
    else decodeDcRefinement();
  } else if (scan.approximationHigh == 0) decodeAcFirst();
  else decodeAcRefinement();
}

/** T.81 G.1.2.1: as sequential DC, shifted. */
function decodeDcFirst(): void {
  const low = scan.approximationLow;
  const bitsNeeded = reader.isSegmentComplete ? 0 : scan.blocksPerUnit * BLOCK_MAX_BYTES * 8;
  let bits = reader.bits;
  let left = reader.left;
  let cursor = reader.cursor;
  let column = scan.column;
  let row = scan.row;
  let units = scan.unitsInInterval;
  while (units > 0 && bitsAvailable(cursor, left) > bitsNeeded) {
    let plan = BLOCK_PLANS;
    for (let blocks = scan.blocksPerUnit; blocks > 0; blocks--) {
      const block = changetype<BlockPlan>(plan);
      plan += BLOCK_PLAN_BYTES;
      if (left < 32) {
        cursor -= 4;
        bits |= <u64>load<u32>(cursor) << <u64>(32 - left);
        left += 32;
      }
      let difference = 0;
      const entry = load<u32>(block.dcLook + (<usize>(bits >> 52) << 2));
      if (entry != 0) {
        bits <<= <u64>(entry & 31);
        left -= <i32>(entry & 31);
        difference = <i32>entry >> 16;
      } else {
        const found = findSymbol(changetype<HuffmanTable>(block.dcTable), <u32>(bits >> 48));
        const size = found & 15;
        const length = (found >> 8) & 31;
        frame.faults += found >> 16;
        bits <<= <u64>length;
        left -= length;
        if (size != 0) {
          difference = extendSign(<i32>(bits >> <u64>(64 - size)), size);
          bits <<= <u64>size;
          left -= size;
        }
      }
      const dc = load<i32>(block.prediction) + difference;
      store<i32>(block.prediction, dc);
      store<i16>(block.target + <usize>(column * block.columnStep + row * block.rowStep), <i16>(dc << low));
    }
    units--;
    if (++column == scan.unitsPerRow) {
      column = 0;
      row++;
    }
  }
  reader.bits = bits;
  reader.left = left;
  reader.cursor = cursor;
  scan.column = column;
  scan.row = row;
  scan.unitsInInterval = units;
}

/** T.81 G.1.2.1.1: one bit per block. */
function decodeDcRefinement(): void {
  const low = <u64>scan.approximationLow;
  // A refill takes 32 bits ahead of at most 31.
  const bitsNeeded = reader.isSegmentComplete ? 0 : scan.blocksPerUnit + 64;
  let bits = reader.bits;
  let left = reader.left;
  let cursor = reader.cursor;
  let column = scan.column;
  let row = scan.row;
  let units = scan.unitsInInterval;
  while (units > 0 && bitsAvailable(cursor, left) > bitsNeeded) {
    let plan = BLOCK_PLANS;
    for (let blocks = scan.blocksPerUnit; blocks > 0; blocks--) {
      const block = changetype<BlockPlan>(plan);
      plan += BLOCK_PLAN_BYTES;
      if (left < 32) {
        cursor -= 4;
        bits |= <u64>load<u32>(cursor) << <u64>(32 - left);
        left += 32;
      }
      const at = block.target + <usize>(column * block.columnStep + row * block.rowStep);
      store<i16>(at, load<i16>(at) | <i16>((bits >> 63) << low));
      bits <<= 1;
      left--;
    }
    units--;
    if (++column == scan.unitsPerRow) {
      column = 0;
      row++;
    }
  }
  reader.bits = bits;
  reader.left = left;
  reader.cursor = cursor;
  scan.column = column;
  scan.row = row;
  scan.unitsInInterval = units;
}

/** T.81 G.1.2.2: zero runs and values of one band, with ends of band that reach over many blocks. */
function decodeAcFirst(): void {
  const block = changetype<BlockPlan>(BLOCK_PLANS);
  const part = component(scanComponentIndex(0));
  const history = part.history;
  const blockPx = frame.blockPx;
  const sinkSlot = blockPx * blockPx;
  const low = scan.approximationLow;
  const bandEnd = scan.spectralEnd;
  // With a history every position counts; without, what lies behind the last needed one is only stepped over.
  const lastStored = history != 0 ? bandEnd : min(bandEnd, lastNeededPosition(blockPx));
  // A value whose lower bits will not be read lies, on average, a little below the middle of what it may be.
  const middle = history != 0 ? 0 : ((1 << low) * 3) >> 3;
  const bitsNeeded = reader.isSegmentComplete ? 0 : BLOCK_MAX_BYTES * 8;
  let bits = reader.bits;
  let left = reader.left;
  let cursor = reader.cursor;
  while (scan.unitsInInterval > 0) {
    if (scan.endOfBandRun > 0) {
      const ended = min(scan.endOfBandRun, scan.unitsInInterval);
      scan.endOfBandRun -= ended;
      skipUnits(ended);
      continue;
    }
    if (bitsAvailable(cursor, left) <= bitsNeeded) break;
    const at = block.target + <usize>(scan.column * block.columnStep + scan.row * block.rowStep);
    let position = scan.spectralStart;
    let nonZero: u64 = 0;
    while (position <= lastStored) {
      if (left < 32) {
        cursor -= 4;
        bits |= <u64>load<u32>(cursor) << <u64>(32 - left);
        left += 32;
      }
      let value = 0;
      const entry = load<u32>(block.acLook + (<usize>(bits >> 53) << 2));
      if (entry != 0) {
        bits <<= <u64>(entry & 31);
        left -= <i32>(entry & 31);
        position += <i32>((entry >> 5) & 127);
        value = <i32>entry >> 16;
        if (value == 0) continue;
      } else {
        const found = findSymbol(changetype<HuffmanTable>(block.acTable), <u32>(bits >> 48));
        const length = (found >> 8) & 31;
        const run = (found >> 4) & 15;
        const size = found & 15;
        frame.faults += found >> 16;
        bits <<= <u64>length;
        left -= length;
        if (size == 0) {
          if (run == 15) {
            position += 16;
            continue;
          }
          scan.endOfBandRun = (1 << run) - 1;
          if (run != 0) {
            scan.endOfBandRun += <i32>(bits >> <u64>(64 - run));
            bits <<= <u64>run;
            left -= run;
          }
          position = 64;
          break;
        }
        position += run + 1;
        value = extendSign(<i32>(bits >> <u64>(64 - size)), size);
        bits <<= <u64>size;
        left -= size;
      }
      const slot = <i32>load<u8>(SLOTS + position - 1);
      const scaled = (value << low) + (value < 0 ? -middle : middle);
      store<i16>(slot == sinkSlot ? SINK : at + (<usize>slot << 1), <i16>scaled);
      nonZero |= <u64>1 << <u64>((position - 1) & 63);
    }
    while (position <= bandEnd) {
      if (left < 32) {
        cursor -= 4;
        bits |= <u64>load<u32>(cursor) << <u64>(32 - left);
        left += 32;
      }
      const entry = <i32>load<u16>(block.skipLook + (<usize>(bits >> 52) << 1));
      const next = position + (entry >> 5);
      if (entry != 0 && (next <= bandEnd + 1 || <u32>(next - SKIP_END_OF_BLOCK) <= <u32>bandEnd)) {
        bits <<= <u64>(entry & 31);
        left -= entry & 31;
        position = next;
        continue;
      }
      const found = findSymbol(changetype<HuffmanTable>(block.acTable), <u32>(bits >> 48));
      const length = (found >> 8) & 31;
      const run = (found >> 4) & 15;
      const size = found & 15;
      frame.faults += found >> 16;
      bits <<= <u64>length;
      left -= length;
      if (size != 0 || run == 15) {
        position += run + 1;
        bits <<= <u64>size;
        left -= size;
        continue;
      }
      scan.endOfBandRun = (1 << run) - 1;
      if (run != 0) {
        scan.endOfBandRun += <i32>(bits >> <u64>(64 - run));
        bits <<= <u64>run;
        left -= run;
      }
      break;
    }
    if (history != 0) {
      const known = history + <usize>(((scan.row * part.pitchBlocks) + scan.column) << 3);
      store<u64>(known, load<u64>(known) | nonZero);
    }
    skipUnits(1);
  }
  reader.bits = bits;
  reader.left = left;
  reader.cursor = cursor;
}

/**
 * T.81 G.1.2.3: a correction bit for each coefficient that is not zero, and runs over those that are. Hops from one coefficient that
 * is not zero to the next, by the history's bits: most positions are never looked at.
 */
function decodeAcRefinement(): void {
  const block = changetype<BlockPlan>(BLOCK_PLANS);
  const part = component(scanComponentIndex(0));
  const step = 1 << scan.approximationLow;
  const bandStart = scan.spectralStart;
  const bandEnd = scan.spectralEnd;
  const band = (<u64>-1 << <u64>bandStart) & (<u64>-1 >> <u64>(63 - bandEnd));
  // Corrections behind the last position that is stored need not even be looked at.
  const stored = <u64>-1 >> <u64>(63 - lastNeededPosition(frame.blockPx));
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
      // Zeros to step over before the one that becomes visible: all 16 of a ZRL but the last, which the position steps over.
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
        correct(at, position, <i32>(bits >> 63), step);
        bits <<= 1;
        left--;
        position++;
      }
      if (value != 0 && position <= bandEnd) {
        store<i16>(coefficientAt(at, position), <i16>value);
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
        correct(at, <i32>ctz(corrected), <i32>(bits >> 63), step);
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

// @ts-ignore: decorator
@inline
function coefficientAt(block: usize, position: i32): usize {
  const slot = <i32>load<u8>(SLOTS + position);
  return slot == frame.blockPx * frame.blockPx ? SINK : block + (<usize>slot << 1);
}

/** Moves a coefficient away from zero by `step` where `bit` is 1. No branch: the bits are noise. */
// @ts-ignore: decorator
@inline
function correct(block: usize, position: i32, bit: i32, step: i32): void {
  const at = coefficientAt(block, position);
  const old = <i32>load<i16>(at);
  const sign = (old >> 31) | 1;
  store<i16>(at, <i16>(old + sign * (step & -bit)));
}
