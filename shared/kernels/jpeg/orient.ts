// AssemblyScript. Turns one 8-bit plane upright (TIFF 6.0 tag 274, also the EXIF orientation). Never decides whether a turn is due.
import { storeTransposed8x8Bytes } from "./transpose";

/** Side of the blocks that are turned in registers. */
const BLOCK: i32 = 8;

/**
 * Writes `source` as seen. Orientations 5 to 8 swap the sides. The target's rows must be writable up to a multiple of 8.
 *
 * @param orientation 1 to 8; anything else copies.
 */
export function orientPlane(
  source: usize,
  sourceStride: i32,
  widthPx: i32,
  heightPx: i32,
  target: usize,
  targetStride: i32,
  orientation: i32,
): void {
  // Reading or writing from the last row upwards mirrors for nothing: of the eight orientations only these two kinds remain.
  const readsUpwards = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const from = readsUpwards ? source + <usize>((heightPx - 1) * sourceStride) : source;
  const fromStep = <isize>(readsUpwards ? -sourceStride : sourceStride);
  if (orientation < 5) {
    const isMirrored = orientation == 2 || orientation == 3;
    copyRows(from, fromStep, widthPx, heightPx, target, targetStride, isMirrored);
    return;
  }
  const writesUpwards = orientation == 7 || orientation == 8;
  const to = writesUpwards ? target + <usize>((widthPx - 1) * targetStride) : target;
  const toStep = <isize>(writesUpwards ? -targetStride : targetStride);
  transposePlane(from, fromStep, widthPx, heightPx, to, toStep);
}

function copyRows(
  source: usize,
  sourceStep: isize,
  widthPx: i32,
  heightPx: i32,
  target: usize,
  targetStride: i32,
  isMirrored: bool,
): void {
  for (let y = 0; y < heightPx; y++) {
    if (isMirrored) mirrorRow(source, widthPx, target);
    else memory.copy(target, source, widthPx);
    source += sourceStep;
    target += <usize>targetStride;
  }
}

function mirrorRow(source: usize, widthPx: i32, target: usize): void {
  const zero = i8x16.splat(0);
  let x = 0;
  for (; x + 16 <= widthPx; x += 16) {
    const pixels = v128.load(source + <usize>x);
    const mirrored = v128.shuffle<u8>(pixels, zero, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    v128.store(target + <usize>(widthPx - 16 - x), mirrored);
  }
  for (; x < widthPx; x++) store<u8>(target + <usize>(widthPx - 1 - x), load<u8>(source + <usize>x));
}

/** Column x of the source becomes row x of the target. Steps may be negative. */
function transposePlane(
  source: usize,
  sourceStep: isize,
  widthPx: i32,
  heightPx: i32,
  target: usize,
  targetStep: isize,
): void {
  const wholeRows = heightPx & ~(BLOCK - 1);
  for (let y = 0; y < wholeRows; y += BLOCK) {
    const rows = source + <isize>y * sourceStep;
    for (let x = 0; x < widthPx; x += BLOCK) {
      const rowCount = min(BLOCK, widthPx - x);
      transposeBlock(rows + <usize>x, sourceStep, target + <isize>x * targetStep + <usize>y, targetStep, rowCount);
    }
  }
  for (let y = wholeRows; y < heightPx; y++) {
    const row = source + <isize>y * sourceStep;
    for (let x = 0; x < widthPx; x++) {
      store<u8>(target + <isize>x * targetStep + <usize>y, load<u8>(row + <usize>x));
    }
  }
}

// @ts-ignore: decorator
@inline
function transposeBlock(source: usize, step: isize, target: usize, targetStep: isize, rowCount: i32): void {
  const rows01 = loadTwoRows(source, step);
  const rows23 = loadTwoRows(source + 2 * step, step);
  const rows45 = loadTwoRows(source + 4 * step, step);
  const rows67 = loadTwoRows(source + 6 * step, step);
  storeTransposed8x8Bytes(rows01, rows23, rows45, rows67, target, targetStep, rowCount);
}

// @ts-ignore: decorator
@inline
function loadTwoRows(source: usize, step: isize): v128 {
  return v128.load_lane<u64>(source + step, v128.load64_zero(source), 1);
}
