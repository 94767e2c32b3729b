// AssemblyScript. The first scan of a band of AC coefficients of a progressive file. Stores what the scale needs.
import { BLOCK_MAX_BYTES, bitsAvailable, reader } from "./bits";
import { component, frame } from "./frame";
import { extendSign, findSymbol, HuffmanTable, SKIP_END_OF_BLOCK, SKIP_SHIFT } from "./huffman";
import { BLOCK_PLANS, BlockPlan, scan, scanComponentIndex, skipUnits } from "./scan";
import { coefficientAt } from "./stored-coefficient";
import { lastNeededPosition, slotsOf } from "./zigzag";

/** T.81 G.1.2.2: zero runs and values of one band, with ends of band that reach over many blocks. */
export function decodeAcFirst(): void {
  const block = changetype<BlockPlan>(BLOCK_PLANS);
  const part = component(scanComponentIndex(0));
  const slots = slotsOf(part.blockPx);
  const sink = part.blockPx * part.blockPx;
  const history = part.history;
  const low = scan.approximationLow;
  const bandEnd = scan.spectralEnd;
  // With a history every position counts; without, what lies behind the last needed one is only stepped over.
  const lastStored = history != 0 ? bandEnd : min(bandEnd, lastNeededPosition(part.blockPx));
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
        bits <<= <u64>entry;
        left -= <i32>(entry & 63);
        position += <i32>((entry >> 6) & 127);
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
      const scaled = (value << low) + (value < 0 ? -middle : middle);
      store<i16>(coefficientAt(slots, sink, at, position - 1), <i16>scaled);
      nonZero |= <u64>1 << <u64>((position - 1) & 63);
    }
    while (position <= bandEnd) {
      if (left < 32) {
        cursor -= 4;
        bits |= <u64>load<u32>(cursor) << <u64>(32 - left);
        left += 32;
      }
      const entry = <i32>load<u16>(block.skipLook + (<usize>(bits >> SKIP_SHIFT) << 1));
      const next = position + (entry >> 6);
      if (next <= bandEnd + 1 || <u32>(next - SKIP_END_OF_BLOCK) <= <u32>bandEnd) {
        bits <<= <u64>(entry & 63);
        left -= entry & 63;
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
