// AssemblyScript. Where a PNG's unfiltered rows go: shrunk by whole boxes into planes, or, as they are, into an RGBA
// image.
import { allocate } from "../engine/arena";
import { convertRgbRows } from "../jpeg/colour";
import { addPixelsToBoxes, scatterPixels } from "./adam7";
import { expandRow, GREY, GREY_ALPHA, hasColourKey, RGB, RGBA } from "./expand-row";
import { flattenRow } from "./flatten";
import { addRowToSums, averageBoxes, averageSums, averageTwoRows } from "./shrink";

/** Behind every scratch row, for vectors. */
const ROW_PADDING_BYTES: usize = 64;

let colourType: i32 = 0;
let bitDepth: i32 = 0;
let widthPx: i32 = 0;
let heightPx: i32 = 0;
let boxPx: i32 = 1;
let keepsRgba = false;
let isGrey = false;

let targetWidth: i32 = 0;
let targetHeight: i32 = 0;
/** RGBA rows as expanded (two, because a row waits for its lower neighbour), and the averages made of them. */
let expanded: usize = 0;
let expandedStride: usize = 0;
let averages: usize = 0;
let averagesStride: usize = 0;
/** Column sums of one row of boxes; of an interlaced image the sums of all boxes. */
let sums: usize = 0;
let sumsStride: usize = 0;
/** Of an interlaced image, or for the RGBA door. */
let image: usize = 0;

/** The row that waits for the one below it: at full size where boxes are 2x2, and shrunk where chroma is halved. */
let waitingSource: usize = 0;
let waitingTarget: usize = 0;
let targetRow: i32 = 0;

let luma: usize = 0;
let cb: usize = 0;
let cr: usize = 0;
let lumaStride: i32 = 0;
let chromaStride: i32 = 0;

function alignUp(sizeBytes: usize): usize {
  return (sizeBytes + 15) & ~15;
}

function allocatePlane(strideBytes: i32, rows: i32): usize {
  return allocate(<usize>strideBytes * <usize>rows + ROW_PADDING_BYTES);
}

export function beginPixels(
  width: i32,
  height: i32,
  depth: i32,
  type: i32,
  isInterlaced: bool,
  box: i32,
  isRgbaKept: bool,
): void {
  widthPx = width;
  heightPx = height;
  bitDepth = depth;
  colourType = type;
  boxPx = box;
  keepsRgba = isRgbaKept;
  isGrey = type === GREY || type === GREY_ALPHA;
  targetWidth = (width + box - 1) / box;
  targetHeight = (height + box - 1) / box;
  targetRow = 0;
  waitingSource = 0;
  waitingTarget = 0;
  image = 0;

  expandedStride = alignUp(<usize>width * 4 + ROW_PADDING_BYTES);
  expanded = allocate(expandedStride * 2);
  averagesStride = alignUp(<usize>targetWidth * 4 + ROW_PADDING_BYTES);
  averages = allocate(averagesStride * 2);
  if (keepsRgba) {
    image = allocate(<usize>width * <usize>height * 4);
    return;
  }
  lumaStride = <i32>alignUp(targetWidth);
  chromaStride = isGrey ? 0 : <i32>alignUp((targetWidth + 1) >> 1);
  luma = allocatePlane(lumaStride, targetHeight);
  cb = isGrey ? 0 : allocatePlane(chromaStride, (targetHeight + 1) >> 1);
  cr = isGrey ? 0 : allocatePlane(chromaStride, (targetHeight + 1) >> 1);
  if (!isInterlaced) {
    sums = allocate(expandedStride * 2);
    memory.fill(sums, 0, expandedStride * 2);
  } else if (box === 1) {
    image = allocate(<usize>width * <usize>height * 4 + ROW_PADDING_BYTES);
  } else {
    sumsStride = <usize>targetWidth * 8;
    sums = allocate(sumsStride * targetHeight + ROW_PADDING_BYTES);
    memory.fill(sums, 0, sumsStride * targetHeight);
  }
}

/**
 * Address of a plane, 0 for Y, 1 Cb, 2 Cr; 0 where there is none. The host knows the sizes from the image's and the
 * box's.
 */
export function pngPlane(index: i32): usize {
  return index === 0 ? luma : index === 1 ? cb : cr;
}

/** RGBA of the whole image, rows without padding, where beginPng was told to keep it. */
export function pngRgba(): usize {
  return image;
}

/**
 * Row `y` of an image that is not interlaced. `row` may be written behind its end, and stays as it is until the next
 * but one.
 */
export function takeRow(row: usize, y: i32): void {
  if (keepsRgba) {
    expandRow(row, colourType, bitDepth, widthPx, image + <usize>y * <usize>widthPx * 4);
    return;
  }
  const isPlainRgb = colourType === RGB && bitDepth === 8 && !hasColourKey();
  const channels = isPlainRgb ? 3 : 4;
  const pixels = isPlainRgb ? row : expandAndFlatten(row, widthPx, y & 1);
  if (boxPx === 1) takeTargetRow(pixels, channels);
  else if (boxPx === 2) takeRowOfPair(pixels, channels, y);
  else takeRowOfBox(pixels, channels, y);
}

function expandAndFlatten(row: usize, count: i32, index: i32): usize {
  const rgba = expanded + expandedStride * <usize>index;
  if (colourType === RGBA && bitDepth === 8) {
    flattenRow(row, rgba, count);
    return rgba;
  }
  expandRow(row, colourType, bitDepth, count, rgba);
  flattenRow(rgba, rgba, count);
  return rgba;
}

function takeRowOfPair(pixels: usize, channels: i32, y: i32): void {
  const isUpper = (y & 1) === 0;
  const end = pixels + <usize>(widthPx * channels);
  // An odd last column counts twice.
  memory.copy(end, end - <usize>channels, channels);
  if (isUpper && y + 1 < heightPx) {
    waitingSource = pixels;
    return;
  }
  const target = averages + averagesStride * <usize>(targetRow & 1);
  averageTwoRows(isUpper ? pixels : waitingSource, pixels, channels, targetWidth, target);
  takeTargetRow(target, 4);
}

function takeRowOfBox(pixels: usize, channels: i32, y: i32): void {
  const sizeBytes = <usize>(widthPx * channels);
  addRowToSums(pixels, sums, sizeBytes);
  const rows = (y % boxPx) + 1;
  if (rows < boxPx && y + 1 < heightPx) return;
  const target = averages + averagesStride * <usize>(targetRow & 1);
  averageSums(sums, channels, widthPx, boxPx, rows, target);
  memory.fill(sums, 0, sizeBytes * 2);
  takeTargetRow(target, 4);
}

/** Rows of the planes' size; two of them make one row of chroma. */
function takeTargetRow(pixels: usize, channels: i32): void {
  const isUpper = (targetRow & 1) === 0;
  targetRow++;
  if (isUpper && targetRow < targetHeight) {
    waitingTarget = pixels;
    return;
  }
  const upper = isUpper ? pixels : waitingTarget;
  const rows = isUpper ? 1 : 2;
  const first = targetRow - rows;
  const chromaAt = <usize>((first >> 1) * chromaStride);
  convertRgbRows(
    upper,
    <i32>(pixels - upper),
    channels,
    targetWidth,
    rows,
    luma + <usize>(first * lumaStride),
    lumaStride,
    isGrey ? 0 : cb + chromaAt,
    isGrey ? 0 : cr + chromaAt,
    chromaStride,
  );
}

/** A row of an interlace pass, which belongs into row `y` of the image. */
export function takePassRow(row: usize, pass: i32, y: i32, count: i32): void {
  if (keepsRgba) {
    expandRow(row, colourType, bitDepth, count, expanded);
    scatterPixels(pass, expanded, count, image + <usize>y * <usize>widthPx * 4);
    return;
  }
  const pixels = expandAndFlatten(row, count, 0);
  if (boxPx === 1) scatterPixels(pass, pixels, count, image + <usize>y * <usize>widthPx * 4);
  else addPixelsToBoxes(pass, pixels, count, boxPx, sums + sumsStride * <usize>(y / boxPx));
}

/** Called once, when every row has been taken: an interlaced image becomes planes only now. */
export function endPixels(): void {
  if (keepsRgba || targetRow === targetHeight) return;
  for (let target = 0; target < targetHeight; target++) {
    if (boxPx === 1) {
      takeTargetRow(image + <usize>target * <usize>widthPx * 4, 4);
      continue;
    }
    const rows = min(boxPx, heightPx - target * boxPx);
    const averagesRow = averages + averagesStride * <usize>(target & 1);
    averageBoxes(sums + sumsStride * <usize>target, widthPx, boxPx, rows, averagesRow);
    takeTargetRow(averagesRow, 4);
  }
}
