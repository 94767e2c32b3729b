// AssemblyScript. Sequential scans at 1/8: the mean of each block becomes its pixel, everything else is stepped over. No
// coefficients, no inverse DCT; the loop of mcu.ts with nothing in it that this scale has no use for.
import { reader, BLOCK_MAX_BYTES, bitsAvailable } from "./bits";
import { frame } from "./frame";
import { extendSign, findSymbol, HuffmanTable, SKIP_END_OF_BLOCK, SKIP_SHIFT } from "./huffman";
import { flatPixel } from "./idct";
import { BLOCK_PLAN_BYTES, BLOCK_PLANS, BlockPlan, placeBlocks, scan } from "./scan";

export function decodeMeanUnits(): void {
  const bitsNeeded = reader.isSegmentComplete ? 0 : scan.blocksPerUnit * BLOCK_MAX_BYTES * 8;
  const plansEnd = BLOCK_PLANS + <usize>scan.blocksPerUnit * BLOCK_PLAN_BYTES;
  let bits = reader.bits;
  let left = reader.left;
  let cursor = reader.cursor;
  let column = scan.column;
  let units = scan.unitsInInterval;
  placeBlocks(column);

  while (units > 0 && bitsAvailable(cursor, left) > bitsNeeded) {
    for (let plan = BLOCK_PLANS; plan < plansEnd; plan += BLOCK_PLAN_BYTES) {
      const block = changetype<BlockPlan>(plan);
      bits |= load<u64>(cursor - 8) >> <u64>left;
      cursor -= (63 - left) >> 3;
      left |= 56;
      let difference = 0;
      const dcEntry = load<u32>(block.dcLook + (<usize>(bits >> 52) << 2));
      if (dcEntry != 0) {
        bits <<= <u64>dcEntry;
        left -= <i32>(dcEntry & 63);
        difference = <i32>dcEntry >> 16;
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
      const at = block.next;
      store<u8>(at, flatPixel(dc * <i32>load<u16>(block.quantiser)));
      block.next = at + <usize>block.columnStep;

      let position = 1;
      while (position < 64) {
        bits |= load<u64>(cursor - 8) >> <u64>left;
        cursor -= (63 - left) >> 3;
        left |= 56;
        let entry = <i32>load<u16>(block.skipLook + (<usize>(bits >> SKIP_SHIFT) << 1));
        let next = position + (entry >> 6);
        if (next < 64) {
          bits <<= <u64>entry;
          left -= entry & 63;
          position = next;
          entry = <i32>load<u16>(block.skipLook + (<usize>(bits >> SKIP_SHIFT) << 1));
          next = position + (entry >> 6);
          if (next < 64) {
            bits <<= <u64>entry;
            left -= entry & 63;
            position = next;
            continue;
          }
        }
        if (next == 64 || <u32>(next - SKIP_END_OF_BLOCK) < 64) {
          bits <<= <u64>entry;
          left -= entry & 63;
          break;
        }
        if (left < 32) {
          bits |= load<u64>(cursor - 8) >> <u64>left;
          cursor -= (63 - left) >> 3;
          left |= 56;
        }
        const found = findSymbol(changetype<HuffmanTable>(block.acTable), <u32>(bits >> 48));
        const run = (found >> 4) & 15;
        const size = found & 15;
        const consumed = ((found >> 8) & 31) + size;
        frame.faults += found >> 16;
        bits <<= <u64>consumed;
        left -= consumed;
        position += size == 0 && run != 15 ? 64 : run + 1;
      }
    }
    units--;
    if (++column == scan.unitsPerRow) {
      column = 0;
      scan.row++;
      placeBlocks(0);
    }
  }
  reader.bits = bits;
  reader.left = left;
  reader.cursor = cursor;
  scan.column = column;
  scan.unitsInInterval = units;
}
