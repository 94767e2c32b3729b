// AssemblyScript. Which scans are worth decoding at the scale chosen, and when enough has been read. Decides; decodes
// nothing.
import { allocate, mark } from "../engine/arena";
import { component, frame, storedBlocks } from "./frame";
import { latchedQuantiser } from "./quantise";
import { scan, scanComponentIndex } from "./scan";
import { CONTINUE, TOO_LARGE, TOO_MUCH_WORK } from "./status";
import { lastNeededPosition } from "./zigzag";

/** An honest progressive photo has about ten scans; libjpeg-turbo's own fuzzers stop at 500. */
const SCANS_MAX = 256;
/**
 * Blocks visited by all scans together: a progressive photo of 100 MP needs 22 million. A file may ask for this work in
 * ten bytes per scan, so it is bounded, not the scans alone.
 */
const BLOCK_VISITS_MAX: i64 = 128 * 1024 * 1024;

/** Beyond this Al even fine quantisers leave too little: shapes are lost, not precision. */
const APPROXIMATE_MAX_LOW = 2;
/**
 * Levels that may be missing of an AC coefficient on average: 2^Al quantiser steps. Of luma as much as leaves the worst
 * photo of a few hundred above 40 dB at 1/2; of chroma, most of whose coefficients are zero, more.
 */
const MISSING_LUMA_MAX = 14;
const MISSING_CHROMA_MAX = 32;

/** The scan's positions in zigzag order, as bits. */
function scanPositions(): u64 {
  return positionsFrom(scan.spectralStart) & positionsTo(scan.spectralEnd);
}

// @ts-ignore: decorator
@inline
function positionsTo(last: i32): u64 {
  return <u64>-1 >> <u64>(63 - last);
}

// @ts-ignore: decorator
@inline
function positionsFrom(first: i32): u64 {
  return <u64>-1 << <u64>first;
}

/**
 * Whether coefficients coded down to this Al may stand as they are: what is missing of them is below 2^Al quantiser
 * steps. At 1/1 nothing may be missing; below, an error that keeps the planes above 40 dB of exact ones.
 */
function isPreciseEnough(componentIndex: i32, low: i32): bool {
  const blockPx = component(componentIndex).blockPx;
  if (scan.spectralStart == 0 || blockPx == 8 || low == 0) return low == 0;
  const coefficients = blockPx * blockPx;
  let steps = 0;
  for (let slot: usize = 1; slot < <usize>coefficients; slot++) {
    steps += <i32>load<u16>(latchedQuantiser(componentIndex) + (slot << 1));
  }
  const mostMissing = componentIndex == 0 ? MISSING_LUMA_MAX : MISSING_CHROMA_MAX;
  return low <= APPROXIMATE_MAX_LOW && steps << low <= mostMissing * (coefficients - 1);
}

/** Whether the scan must be decoded. Call once per scan: remembers what is left out. */
export function isScanNeeded(): bool {
  const positions = scanPositions();
  const part = component(scanComponentIndex(0));
  if (!frame.isProgressive || scan.spectralStart == 0) return true;
  const needed = positions & positionsTo(lastNeededPosition(part.blockPx));
  const isFirst = scan.approximationHigh == 0;
  if (part.blockPx == 1) return false;
  if (isFirst) {
    // Behind the last needed position only a history asks for values.
    const isWanted = needed != 0 || part.history != 0;
    if (!isWanted) part.historyPositions &= ~positions;
    return isWanted;
  }
  const isRefinable = part.history != 0 && (part.codedPositions & positions & ~part.historyPositions) == 0;
  const isWanted = (needed & ~part.settledPositions) != 0;
  if (isWanted && isRefinable) return true;
  // From now on nobody knows which of these coefficients are zero.
  part.historyPositions &= ~positions;
  if (needed != 0) frame.isApproximate = 1;
  return false;
}

/** A first scan too coarse to stand alone: from now on the component remembers which coefficients are not zero. */
export function openHistory(): i32 {
  const index = scanComponentIndex(0);
  const part = component(index);
  const isAcFirst = frame.isProgressive && scan.spectralStart > 0 && scan.approximationHigh == 0;
  if (!isAcFirst || part.history != 0 || isPreciseEnough(index, scan.approximationLow)) return CONTINUE;
  const sizeBytes = storedBlocks(part) * 8;
  if (<u64>mark() + sizeBytes > <u64>frame.budgetEnd) return TOO_LARGE;
  part.history = allocate(<usize>sizeBytes);
  memory.fill(part.history, 0, <usize>sizeBytes);
  part.historyPositions = ~part.codedPositions;
  return CONTINUE;
}

let blockVisits: i64 = 0;

export function clearWork(): void {
  blockVisits = 0;
}

export function countWork(): i32 {
  const blocks = <i64>scan.unitsPerRow * <i64>scan.unitRows * <i64>scan.blocksPerUnit;
  blockVisits += blocks;
  if (++frame.scansDecoded > SCANS_MAX || blockVisits > BLOCK_VISITS_MAX) return TOO_MUCH_WORK;
  frame.expectedBlocks += <i32>blocks;
  return CONTINUE;
}

/** Remembers what the scan has brought. */
export function settleScan(): void {
  const positions = scanPositions();
  for (let place = 0; place < scan.componentCount; place++) {
    const index = scanComponentIndex(place);
    const part = component(index);
    part.codedPositions |= positions;
    if (!isPreciseEnough(index, scan.approximationLow)) continue;
    part.settledPositions |= positions;
    const isNeeded = (positions & positionsTo(lastNeededPosition(part.blockPx))) != 0;
    if (isNeeded && scan.approximationLow > 0) frame.isApproximate = 1;
  }
}

/** Whether nothing that may still follow can change a pixel (of a progressive file: visibly). */
export function isEnough(): bool {
  for (let index = 0; index < frame.componentCount; index++) {
    const part = component(index);
    const needed = positionsTo(lastNeededPosition(part.blockPx));
    if ((part.settledPositions & needed) != needed) return false;
  }
  return true;
}
