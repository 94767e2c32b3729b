// AssemblyScript. Planes to one baseline JPEG scan in two passes: blocks become symbols and counts, then Huffman tables made for
// those counts code them. The segments around the scan are the host's.
import { allocate } from "../engine/arena";
import { beginScan, endScan, huffmanTable, scan, scanEnd, writeWaiting } from "./encode-scan";
import { beginSymbols, BLOCK_MAX_ENTRIES, ENTRY_BYTES, gatherBlock, waiting, waitingEnd } from "./encode-symbols";
import { fillReciprocals } from "./forward-dct";

export { huffmanTable };

/** Numbers of the DC tables; an AC table follows each. */
const LUMA: u32 = 0;
const CHROMA: u32 = 2;
const BLOCK_MAX_BYTES: i32 = BLOCK_MAX_ENTRIES * ENTRY_BYTES;
/**
 * Bytes of waiting symbols after which coding begins before all are counted: twice what a detailed 1280x960 photo has at
 * quality 80. Beyond, the tables made so far serve the rest, so that noise of any size is coded in bounded memory.
 */
const WAITING_MAX_BYTES: i32 = 3 * 1024 * 1024;

/** f32[2][64]: luma, chroma. */
const reciprocals: usize = memory.data(2 * 64 * 4, 16);
const RECIPROCALS_BYTES: usize = 64 * 4;

/**
 * @param table 0 for luma, 1 for chroma.
 * @param steps u8[64] in natural order.
 */
export function setQuantisation(table: i32, steps: usize): void {
  fillReciprocals(steps, reciprocals + <usize>table * RECIPROCALS_BYTES);
}

/**
 * Codes one scan of 4:2:0 (MCUs of 16x16 luma samples) or, when `cb` is 0, of luma alone (MCUs of 8x8). The planes must be padded
 * to whole MCUs. Everything is left at the top of the arena.
 *
 * @returns address of the entropy-coded bytes, `scanBytes()` of them.
 */
export function encodeScan(
  y: usize,
  yStride: i32,
  cb: usize,
  cr: usize,
  chromaStride: i32,
  mcuColumns: i32,
  mcuRows: i32,
): usize {
  const isGrey = cb == 0;
  const rowMaxBytes = mcuColumns * (isGrey ? 1 : 6) * BLOCK_MAX_BYTES;
  const waitingMaxBytes = min(rowMaxBytes * mcuRows, WAITING_MAX_BYTES);
  beginSymbols(allocate(waitingMaxBytes + rowMaxBytes));
  beginScan();
  const tableCount = isGrey ? 2 : 4;
  previousY = 0;
  previousCb = 0;
  previousCr = 0;
  for (let row = 0; row < mcuRows; row++) {
    if (isGrey) {
      gatherGreyRow(y + <usize>(row * 8 * yStride), <usize>yStride, mcuColumns);
    } else {
      const chromaRow = <usize>(row * 8 * chromaStride);
      const yRow = y + <usize>(row * 16 * yStride);
      gatherColourRow(yRow, <usize>yStride, cb + chromaRow, cr + chromaRow, <usize>chromaStride, mcuColumns);
    }
    if (<i32>(waitingEnd - waiting) > waitingMaxBytes) writeWaiting(tableCount, false);
  }
  writeWaiting(tableCount, true);
  endScan();
  return scan;
}

export function scanBytes(): i32 {
  return <i32>(scanEnd - scan);
}

/** Repeats the last column and the last row of a plane until it fills whole MCUs. */
export function padPlane(
  plane: usize,
  strideBytes: i32,
  widthPx: i32,
  heightPx: i32,
  paddedWidthPx: i32,
  paddedHeightPx: i32,
): void {
  for (let y = 0; y < heightPx; y++) {
    const end = plane + <usize>(y * strideBytes + widthPx);
    memory.fill(end, load<u8>(end - 1), paddedWidthPx - widthPx);
  }
  const lastRow = plane + <usize>((heightPx - 1) * strideBytes);
  for (let y = heightPx; y < paddedHeightPx; y++) {
    memory.copy(plane + <usize>(y * strideBytes), lastRow, paddedWidthPx);
  }
}

/** DC of each component's last block: the next one is sent as the difference. */
let previousY: i32 = 0;
let previousCb: i32 = 0;
let previousCr: i32 = 0;

function gatherGreyRow(y: usize, stride: usize, mcuColumns: i32): void {
  for (let column = 0; column < mcuColumns; column++) {
    previousY = gatherBlock(y + (<usize>column << 3), stride, reciprocals, LUMA, previousY);
  }
}

function gatherColourRow(
  upper: usize,
  stride: usize,
  cb: usize,
  cr: usize,
  chromaStride: usize,
  mcuColumns: i32,
): void {
  const lower = upper + (stride << 3);
  const luma = reciprocals;
  const chroma = reciprocals + RECIPROCALS_BYTES;
  for (let column = 0; column < mcuColumns; column++) {
    const x = <usize>column << 4;
    previousY = gatherBlock(upper + x, stride, luma, LUMA, previousY);
    previousY = gatherBlock(upper + x + 8, stride, luma, LUMA, previousY);
    previousY = gatherBlock(lower + x, stride, luma, LUMA, previousY);
    previousY = gatherBlock(lower + x + 8, stride, luma, LUMA, previousY);
    previousCb = gatherBlock(cb + (x >> 1), chromaStride, chroma, CHROMA, previousCb);
    previousCr = gatherBlock(cr + (x >> 1), chromaStride, chroma, CHROMA, previousCr);
  }
}
