// AssemblyScript. What a scan header says (T.81 B.2.3), where its blocks lie in memory, and how far its decoding has
// come.
import { acLook, dcLook, huffmanTable, skipLook, symbolLook } from "./huffman";
import { component, frame, MAX_BLOCKS_PER_UNIT } from "./frame";
import { latchedQuantiser } from "./quantise";
import { lastNeededPosition } from "./zigzag";

// @ts-ignore: decorator
@unmanaged
class Scan {
  componentCount: i32;
  spectralStart: i32;
  spectralEnd: i32;
  /**
   * T.81 G.1.1.1.2 successive approximation: bits known before (Ah; 0 for a first scan) and the position of the bit now
   * coded (Al).
   */
  approximationHigh: i32;
  approximationLow: i32;

  blocksPerUnit: i32;
  unitsPerRow: i32;
  unitRows: i32;
  /** The next unit. A unit is an MCU, or a single block where the scan holds one component (T.81 A.2.2). */
  column: i32;
  row: i32;
  /** Until the next restart marker, or the end of the scan. */
  unitsInInterval: i32;
  /** T.81 G.1.2.2: blocks that still belong to a run of ends of band. */
  endOfBandRun: i32;
  /** 0 to 7: the restart marker due next. */
  nextRestart: i32;
}

export const scan: Scan = changetype<Scan>(memory.data(offsetof<Scan>(), 16));

/** One block of a unit: everything the loops need, side by side. */
// @ts-ignore: decorator
@unmanaged
export class BlockPlan {
  /** Address of the DC prediction, i32. */
  prediction: usize;
  dcLook: usize;
  dcTable: usize;
  acLook: usize;
  acTable: usize;
  skipLook: usize;
  /** Where the block of unit 0 goes: pixels (sequential) or coefficients (progressive). */
  target: usize;
  /** Bytes from row to row of pixels. */
  strideBytes: usize;
  /** Bytes from a unit to the next in its row, and to the next row of units. */
  columnStep: i32;
  rowStep: i32;
  quantiser: usize;
  /** Output pixels per side. */
  blockPx: i32;
  /** Where the block of the next unit goes, for who steps from unit to unit. */
  next: usize;

}

export const BLOCK_PLANS: usize = memory.data(offsetof<BlockPlan>() * 10, 16);
export const BLOCK_PLAN_BYTES: usize = offsetof<BlockPlan>();
const PREDICTIONS: usize = memory.data(16, 16);
/** u8[3] per component of the scan: component index, DC table, AC table. */
const SELECTIONS: usize = memory.data(12);

export function selectForScan(place: i32, componentIndex: i32, dcTable: i32, acTable: i32): void {
  const at = SELECTIONS + <usize>(place * 3);
  store<u8>(at, <u8>componentIndex);
  store<u8>(at, <u8>dcTable, 1);
  store<u8>(at, <u8>acTable, 2);
}

// @ts-ignore: decorator
@inline
export function scanComponentIndex(place: i32): i32 {
  return <i32>load<u8>(SELECTIONS + <usize>(place * 3));
}

// @ts-ignore: decorator
@inline
export function scanDcTable(place: i32): i32 {
  return <i32>load<u8>(SELECTIONS + <usize>(place * 3), 1);
}

// @ts-ignore: decorator
@inline
export function scanAcTable(place: i32): i32 {
  return <i32>load<u8>(SELECTIONS + <usize>(place * 3), 2);
}

/** Sizes of the scan in units. @returns false when an MCU has more blocks than T.81 allows. */
export function measureScan(): bool {
  if (scan.componentCount == 1) {
    const only = component(scanComponentIndex(0));
    scan.unitsPerRow = only.blocksPerRow;
    scan.unitRows = only.blockRows;
    scan.blocksPerUnit = 1;
    return true;
  }
  scan.unitsPerRow = frame.unitsPerRow;
  scan.unitRows = frame.unitRows;
  let blocks = 0;
  for (let place = 0; place < scan.componentCount; place++) {
    const part = component(scanComponentIndex(place));
    blocks += part.horizontal * part.vertical;
  }
  scan.blocksPerUnit = blocks;
  return blocks <= MAX_BLOCKS_PER_UNIT;
}

/** Lays out the blocks of a unit. Tables and quantisers must be in place. */
export function planBlocks(): void {
  let plan = BLOCK_PLANS;
  for (let place = 0; place < scan.componentCount; place++) {
    const index = scanComponentIndex(place);
    const part = component(index);
    const isAlone = scan.componentCount == 1;
    const across = isAlone ? 1 : part.horizontal;
    const down = isAlone ? 1 : part.vertical;
    const blockBytes = frame.isProgressive ? part.blockPx * part.blockPx * 2 : part.blockPx;
    const rowBytes = frame.isProgressive ? part.pitchBlocks * blockBytes : part.strideBytes * part.blockPx;
    const start = frame.isProgressive ? part.coefficients : part.plane;
    for (let y = 0; y < down; y++) {
      for (let x = 0; x < across; x++) {
        const block = changetype<BlockPlan>(plan);
        block.prediction = PREDICTIONS + (<usize>place << 2);
        if (usesDcCodes()) {
          block.dcLook = dcLook(scanDcTable(place));
          block.dcTable = changetype<usize>(huffmanTable(0, scanDcTable(place)));
        }
        if (usesAcCodes()) {
          // A refinement wants bare symbols.
          const isRefinement = scan.approximationHigh > 0;
          block.acLook = isRefinement ? symbolLook(scanAcTable(place)) : acLook(scanAcTable(place));
          block.acTable = changetype<usize>(huffmanTable(1, scanAcTable(place)));
          const isCutShort = lastNeededPosition(part.blockPx) < scan.spectralEnd;
          if (isCutShort && !isRefinement) block.skipLook = skipLook(scanAcTable(place));
        }
        block.target = start + <usize>(y * rowBytes + x * blockBytes);
        block.strideBytes = <usize>part.strideBytes;
        block.columnStep = across * blockBytes;
        block.rowStep = down * rowBytes;
        block.quantiser = latchedQuantiser(index);
        block.blockPx = part.blockPx;
        plan += BLOCK_PLAN_BYTES;
      }
    }
  }
}

/** Where the blocks of the next unit of this row go. */
export function placeBlocks(column: i32): void {
  for (let index = 0; index < scan.blocksPerUnit; index++) {
    const block = changetype<BlockPlan>(BLOCK_PLANS + <usize>index * BLOCK_PLAN_BYTES);
    block.next = block.target + <usize>(column * block.columnStep + scan.row * block.rowStep);
  }
}

/** All scans that begin with the DC, but its refinements, which are bare bits. */
// @ts-ignore: decorator
@inline
export function usesDcCodes(): bool {
  return scan.spectralStart == 0 && scan.approximationHigh == 0;
}

/** All but the DC scans of progressive files. */
// @ts-ignore: decorator
@inline
export function usesAcCodes(): bool {
  return scan.spectralEnd > 0;
}

export function clearPredictions(): void {
  v128.store(PREDICTIONS, i64x2.splat(0));
}

/** The scan stands at its first unit. */
export function rewindScan(): void {
  scan.column = 0;
  scan.row = 0;
  scan.endOfBandRun = 0;
  scan.nextRestart = 0;
  clearPredictions();
  startInterval();
}

export function startInterval(): void {
  const left = unitsLeft();
  scan.unitsInInterval = frame.restartInterval == 0 ? left : min(frame.restartInterval, left);
}

// @ts-ignore: decorator
@inline
export function unitsLeft(): i32 {
  return (scan.unitRows - scan.row) * scan.unitsPerRow - scan.column;
}

/** Steps over units that are not decoded, or need not be. */
// @ts-ignore: decorator
@inline
export function skipUnits(count: i32): void {
  const at = scan.column + count;
  scan.row += at / scan.unitsPerRow;
  scan.column = at % scan.unitsPerRow;
  scan.unitsInInterval -= count;
}
