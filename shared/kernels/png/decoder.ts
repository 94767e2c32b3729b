// AssemblyScript. A PNG's image data to planes, in pieces: inflates, unfilters, expands, shrinks. Knows no chunks; the
// host does, and it has checked every number it hands over here.
import { allocate } from "../engine/arena";
import { PASSES, passHeight, passRowToY, passWidth } from "./adam7";
import { beginColours, GREY_ALPHA, RGB, RGBA } from "./expand-row";
import {
  beginInflate,
  HISTORY_BYTES,
  inflate,
  INFLATE_CORRUPT,
  INFLATE_DONE,
  INFLATE_NEEDS_INPUT,
  inflateInput,
  inflateOutput,
  INPUT_MARGIN_BYTES,
  OUTPUT_MARGIN_BYTES,
} from "./inflate";
import { beginPixels, endPixels, takePassRow, takeRow } from "./pixels";
import { canUnfilterPairs, FILTER_PAETH, unfilterPaethPair, unfilterRow } from "./unfilter";

/** More input is wanted. */
const PNG_NEEDS_INPUT: i32 = 0;
/** Every row is there; whatever follows is not looked at, so a bomb behind the last row never goes off. */
const PNG_COMPLETE: i32 = 1;
const PNG_BAD_STREAM: i32 = 2;
const PNG_BAD_FILTER: i32 = 3;
/** The stream ended, properly, before the last row. */
const PNG_TOO_FEW_ROWS: i32 = 4;

/** Bytes of input one feed takes at most. Larger pieces are no faster. */
const INPUT_CAPACITY_BYTES: usize = 64 * 1024;
/** New output between two moves of the history. With it, the history and two rows stay in the second-level cache. */
const OUTPUT_STRETCH_BYTES: usize = 128 * 1024;
/** In front of a row for the pixel left of the first, and behind it for vectors. */
const ROW_PADDING_BYTES: usize = 64;
/** The row above, two being unfiltered, and one that still waits for its lower neighbour. */
const ROW_BUFFERS: i32 = 4;

let colourType: i32 = 0;
let bitDepth: i32 = 0;
let imageWidth: i32 = 0;
let imageHeight: i32 = 0;
let isInterlaced = false;
let bitsPerPixel: i32 = 0;
/** Bytes between a byte and the one its filter calls left: at least 1 (§9.2). */
let pixelBytes: usize = 0;

let inputBuffer: usize = 0;
let carriedBytes: usize = 0;
let windowStart: usize = 0;
let windowLimit: usize = 0;
let historyStart: usize = 0;
let unread: usize = 0;
let output: usize = 0;

let rowBuffers: usize = 0;
let rowStride: usize = 0;
let rowIndex: i32 = 0;
let prior: usize = 0;
let zeroRow: usize = 0;

let pass: i32 = 0;
let row: i32 = 0;
let passPixels: i32 = 0;
let passRows: i32 = 0;
let rowBytes: usize = 0;
let rowsDone: i32 = 0;
let isComplete = false;

function channelsOf(type: i32): i32 {
  if (type === RGBA) return 4;
  if (type === RGB) return 3;
  return type === GREY_ALPHA ? 2 : 1;
}

/**
 * Starts an image; everything it needs is allocated here. Traps when that exceeds the module's memory: the host has a
 * gate.
 *
 * @param boxPx Pixels of the image, each way, that make one of the planes: 1 to 257, of an interlaced image to 16.
 * @param keepsRgba Makes an RGBA image of full size instead of planes.
 */
export function beginPng(
  widthPx: i32,
  heightPx: i32,
  depth: i32,
  type: i32,
  interlaced: i32,
  boxPx: i32,
  keepsRgba: i32,
): void {
  imageWidth = widthPx;
  imageHeight = heightPx;
  bitDepth = depth;
  colourType = type;
  isInterlaced = interlaced !== 0;
  bitsPerPixel = channelsOf(type) * depth;
  pixelBytes = <usize>max(1, bitsPerPixel >> 3);
  beginColours(type, depth);
  beginInflate();

  inputBuffer = allocate(INPUT_MARGIN_BYTES + INPUT_CAPACITY_BYTES + INPUT_MARGIN_BYTES);
  carriedBytes = 0;
  const fullRowBytes = bytesOfPixels(widthPx);
  const stretchBytes = max(OUTPUT_STRETCH_BYTES, 2 * (fullRowBytes + 1));
  // Two rows that wait for a third, then the history if that is longer, then the stretch.
  const windowBytes = max(HISTORY_BYTES, 2 * (fullRowBytes + 1)) + stretchBytes;
  windowStart = allocate(windowBytes + OUTPUT_MARGIN_BYTES + ROW_PADDING_BYTES);
  windowLimit = windowStart + windowBytes;
  historyStart = windowStart;
  unread = windowStart;
  output = windowStart;

  rowStride = (fullRowBytes + 2 * ROW_PADDING_BYTES + 15) & ~15;
  rowBuffers = allocate(rowStride * (ROW_BUFFERS + 1));
  memory.fill(rowBuffers, 0, rowStride * (ROW_BUFFERS + 1));
  zeroRow = rowBuffers + rowStride * ROW_BUFFERS + ROW_PADDING_BYTES;
  rowIndex = 0;

  isComplete = false;
  rowsDone = 0;
  pass = -1;
  beginPixels(widthPx, heightPx, depth, type, isInterlaced, boxPx, keepsRgba !== 0);
  beginNextPass();
}

/** Where the host puts the next piece: at most INPUT_CAPACITY_BYTES. */
export function pngInput(): usize {
  return inputBuffer + carriedBytes;
}

export function pngInputCapacity(): usize {
  return INPUT_CAPACITY_BYTES;
}

/** Rows that have become pixels; of an interlaced image those of all passes together. For logs. */
export function pngRowsDone(): i32 {
  return rowsDone;
}

/** @param sizeBytes Bytes put at pngInput(). @param isLast There are no more. @returns one of PNG_*. */
export function feedPng(sizeBytes: usize, isLast: i32): i32 {
  if (isComplete) return PNG_COMPLETE;
  const inputEnd = inputBuffer + carriedBytes + sizeBytes;
  if (isLast !== 0) memory.fill(inputEnd, 0, INPUT_MARGIN_BYTES);
  let from = inputBuffer;
  while (true) {
    const status = inflate(from, inputEnd, isLast !== 0, historyStart, output, windowLimit);
    from = inflateInput();
    output = inflateOutput();
    const isSound = takeRows();
    if (isComplete) return PNG_COMPLETE;
    if (!isSound) return PNG_BAD_FILTER;
    if (status === INFLATE_CORRUPT) return PNG_BAD_STREAM;
    if (status === INFLATE_DONE) return PNG_TOO_FEW_ROWS;
    if (status === INFLATE_NEEDS_INPUT) break;
    slideWindow();
  }
  carriedBytes = inputEnd - from;
  memory.copy(inputBuffer, from, carriedBytes);
  return PNG_NEEDS_INPUT;
}

/**
 * Inflates the profile of an iCCP chunk, `sizeBytes` put at pngInput(). Only when the image is complete: it uses the
 * same memory.
 *
 * @returns its size; 0 when it is corrupt or larger than `maxBytes`, which OUTPUT_STRETCH_BYTES bounds.
 */
export function inflatePngProfile(sizeBytes: usize, maxBytes: usize): usize {
  const from = inputBuffer + carriedBytes;
  const limit = windowStart + min(maxBytes, OUTPUT_STRETCH_BYTES) + 1;
  memory.fill(from + sizeBytes, 0, INPUT_MARGIN_BYTES);
  beginInflate();
  const status = inflate(from, from + sizeBytes, true, windowStart, windowStart, limit);
  return status === INFLATE_DONE && inflateOutput() < limit ? inflateOutput() - windowStart : 0;
}

/** Where inflatePngProfile has put it. */
export function pngProfile(): usize {
  return windowStart;
}

/** Moves the history, and rows not taken yet, to the front. */
function slideWindow(): void {
  historyStart = windowStart;
  const history = output - HISTORY_BYTES;
  const keepFrom = max(windowStart, min(history, unread));
  const moved = keepFrom - windowStart;
  memory.copy(windowStart, keepFrom, output - keepFrom);
  output -= moved;
  unread -= moved;
}

function bytesOfPixels(pixels: i32): usize {
  return (<usize>pixels * <usize>bitsPerPixel + 7) >>> 3;
}

/** Goes to the next pass that has pixels; an image that is not interlaced is one pass. */
function beginNextPass(): void {
  row = 0;
  prior = zeroRow;
  do {
    pass++;
    if (pass >= (isInterlaced ? PASSES : 1)) {
      isComplete = true;
      endPixels();
      return;
    }
    passPixels = isInterlaced ? passWidth(pass, imageWidth) : imageWidth;
    passRows = isInterlaced ? passHeight(pass, imageHeight) : imageHeight;
  } while (passPixels === 0 || passRows === 0);
  rowBytes = bytesOfPixels(passPixels);
}

/** Unfilters and hands on every whole row of the window. @returns false for a filter that does not exist. */
function takeRows(): bool {
  while (!isComplete && output - unread > rowBytes) {
    const filter = <u32>load<u8>(unread);
    if (filter > FILTER_PAETH) return false;
    const target = nextRowBuffer();
    const lower = unread + rowBytes + 1;
    const isPair =
      filter === FILTER_PAETH &&
      canUnfilterPairs(pixelBytes) &&
      row + 1 < passRows &&
      output - unread > 2 * rowBytes + 1 &&
      load<u8>(lower) === FILTER_PAETH;
    if (isPair) {
      const lowerTarget = nextRowBuffer();
      unfilterPaethPair(unread + 1, lower + 1, prior, target, lowerTarget, rowBytes, pixelBytes);
      handOn(target);
      handOn(lowerTarget);
    } else {
      unfilterRow(filter, unread + 1, prior, target, rowBytes, pixelBytes);
      handOn(target);
    }
  }
  return true;
}

function nextRowBuffer(): usize {
  const buffer = rowBuffers + rowStride * <usize>rowIndex + ROW_PADDING_BYTES;
  rowIndex = (rowIndex + 1) % ROW_BUFFERS;
  return buffer;
}

function handOn(pixels: usize): void {
  if (isInterlaced) takePassRow(pixels, pass, passRowToY(pass, row), passPixels);
  else takeRow(pixels, row);
  unread += rowBytes + 1;
  prior = pixels;
  rowsDone++;
  if (++row === passRows) beginNextPass();
}
