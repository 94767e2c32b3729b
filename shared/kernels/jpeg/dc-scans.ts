// AssemblyScript. The DC scans of progressive files, of one or all components. Stores coefficients, no pixels.
import { BLOCK_MAX_BYTES, bitsAvailable, reader } from "./bits";
import { frame } from "./frame";
import { extendSign, findSymbol, HuffmanTable } from "./huffman";
import { BLOCK_PLAN_BYTES, BLOCK_PLANS, BlockPlan, scan } from "./scan";

/** T.81 G.1.2.1: as sequential DC, shifted. */
export function decodeDcFirst(): void {
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
export function decodeDcRefinement(): void {
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
