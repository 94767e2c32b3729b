// AssemblyScript. Sequential scans (T.81 F.2): from bits to pixels in one go, block by block, nothing stored between.
import { reader, BLOCK_MAX_BYTES, bitsAvailable } from "./bits";
import { frame } from "./frame";
import { extendSign, findSymbol, HuffmanTable, SKIP_END_OF_BLOCK, SKIP_SHIFT } from "./huffman";
import { fillFlat, flatPixel, idct2x2, idct4x4, idct8x8 } from "./idct";
import { BLOCK_PLAN_BYTES, BLOCK_PLANS, BlockPlan, placeBlocks, scan } from "./scan";
import { decodeMeanUnits } from "./mean-units";
import { lastNeededPosition, slotsOf } from "./zigzag";

/** i16[64] and the sink behind them: the block at hand. */
const BLOCK: usize = memory.data(144, 16);

/** Where an end of block directly behind the DC leads: nowhere else can do so. */
const ONLY_DC = 1 + 64;

export function decodeSequentialUnits(): void {
  const isMixed = hasHalvedBlocks();
  if (frame.blockPx == 1) decodeMeanUnits();
  else if (frame.blockPx == 2) isMixed ? decodeUnits<i16>() : decodeUnits<u16>();
  else if (frame.blockPx == 4) isMixed ? decodeUnits<i32>() : decodeUnits<u32>();
  else isMixed ? decodeUnits<i64>() : decodeUnits<u64>();
}

function hasHalvedBlocks(): bool {
  for (let index = 0; index < scan.blocksPerUnit; index++) {
    if (changetype<BlockPlan>(BLOCK_PLANS + <usize>index * BLOCK_PLAN_BYTES).blockPx != frame.blockPx) return true;
  }
  return false;
}

/**
 * Decodes units until the restart interval is over or the bits run short. `T` is as many bytes wide as a block gives
 * pixels; signed where some blocks give half as many, and each must be asked. One long function on purpose: bits, left and cursor must stay in registers.
 */
function decodeUnits<T>(): void {
  const blockPx = <i32>sizeof<T>();
  const isMixed = isSigned<T>();
  // Without a marker in sight a unit may only start when the longest possible one is there.
  const bitsNeeded = reader.isSegmentComplete ? 0 : scan.blocksPerUnit * BLOCK_MAX_BYTES * 8;
  const unitsPerRow = scan.unitsPerRow;
  let bits = reader.bits;
  let left = reader.left;
  let cursor = reader.cursor;
  let column = scan.column;
  let units = scan.unitsInInterval;
  placeBlocks(column);

  while (units > 0 && bitsAvailable(cursor, left) > bitsNeeded) {
    let plan = BLOCK_PLANS;
    for (let blocks = scan.blocksPerUnit; blocks > 0; blocks--) {
      const block = changetype<BlockPlan>(plan);
      plan += BLOCK_PLAN_BYTES;

      // DC: the difference to the block before (T.81 F.2.2.1).
      if (left < 32) {
        cursor -= 4;
        bits |= <u64>load<u32>(cursor) << <u64>(32 - left);
        left += 32;
      }
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

      let position = 1;
      const lastNeeded = lastNeededPosition(isMixed ? block.blockPx : blockPx);
      const slots = slotsOf(isMixed ? block.blockPx : blockPx);
      if (blockPx > 1) {
        clearBlock<T>();
        store<i16>(BLOCK, <i16>dc);
        while (position <= lastNeeded) {
          bits |= load<u64>(cursor - 8) >> <u64>left;
          cursor -= (63 - left) >> 3;
          left |= 56;
          let entry = load<u32>(block.acLook + (<usize>(bits >> 53) << 2));
          if (entry != 0) {
            bits <<= <u64>entry;
            left -= <i32>(entry & 63);
            position += <i32>((entry >> 6) & 127);
            store<i16>(BLOCK + (<usize>load<u8>(slots + position - 1) << 1), <i16>(<i32>entry >> 16));
            if (position > lastNeeded) break;
            entry = load<u32>(block.acLook + (<usize>(bits >> 53) << 2));
            if (entry != 0) {
              bits <<= <u64>entry;
              left -= <i32>(entry & 63);
              position += <i32>((entry >> 6) & 127);
              store<i16>(BLOCK + (<usize>load<u8>(slots + position - 1) << 1), <i16>(<i32>entry >> 16));
              continue;
            }
          }
          const found = findSymbol(changetype<HuffmanTable>(block.acTable), <u32>(bits >> 48));
          const length = (found >> 8) & 31;
          const run = (found >> 4) & 15;
          const size = found & 15;
          frame.faults += found >> 16;
          bits <<= <u64>length;
          left -= length;
          if (size != 0) {
            position += run + 1;
            const value = extendSign(<i32>(bits >> <u64>(64 - size)), size);
            bits <<= <u64>size;
            left -= size;
            store<i16>(BLOCK + (<usize>load<u8>(slots + position - 1) << 1), <i16>value);
          } else {
            // Sizes of zero other than ZRL end the block, as in libjpeg.
            position += run == 15 ? 16 : 64;
          }
        }
      }
      // What lies behind the last coefficient needed is only counted, several symbols at a time.
      if (blockPx < 8 || isMixed) {
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

      const at = block.next;
      block.next = at + <usize>block.columnStep;
      if (!isMixed || block.blockPx == blockPx) storeBlock<T>(block, dc, position == ONLY_DC, at);
      else if (blockPx == 8) storeBlock<u32>(block, dc, position == ONLY_DC, at);
      else if (blockPx == 4) storeBlock<u16>(block, dc, position == ONLY_DC, at);
      else storeBlock<u8>(block, dc, position == ONLY_DC, at);
    }
    units--;
    if (++column == unitsPerRow) {
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

/** From the coefficients at hand to pixels. @param isFlat whether the mean alone was coded */
// @ts-ignore: decorator
@inline
function storeBlock<T>(block: BlockPlan, dc: i32, isFlat: bool, at: usize): void {
  const blockPx = <i32>sizeof<T>();
  const quantiser = block.quantiser;
  if (blockPx == 1) {
    store<u8>(at, flatPixel(dc * <i32>load<u16>(quantiser)));
  } else if (blockPx == 2) {
    idct2x2(BLOCK, quantiser, at, block.strideBytes);
  } else if (isFlat) {
    fillFlat<T>(dc * <i32>load<u16>(quantiser), at, block.strideBytes);
  } else if (blockPx == 4) {
    idct4x4(BLOCK, quantiser, at, block.strideBytes);
  } else {
    idct8x8(BLOCK, quantiser, at, block.strideBytes);
  }
}

// @ts-ignore: decorator
@inline
function clearBlock<T>(): void {
  const zero = i64x2.splat(0);
  v128.store(BLOCK, zero);
  if (sizeof<T>() >= 4) v128.store(BLOCK, zero, 16);
  if (sizeof<T>() == 8) {
    v128.store(BLOCK, zero, 32);
    v128.store(BLOCK, zero, 48);
    v128.store(BLOCK, zero, 64);
    v128.store(BLOCK, zero, 80);
    v128.store(BLOCK, zero, 96);
    v128.store(BLOCK, zero, 112);
  }
}
