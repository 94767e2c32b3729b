// AssemblyScript. Progressive files, last step: coefficients become pixels in the very memory that held them. Reads no
// bits.
import { Component, component, frame } from "./frame";
import { fillFlat, flatPixel, idct2x2, idct4x4, idct8x8 } from "./idct";
import { latchedQuantiser } from "./quantise";

/**
 * Pixels of one row of blocks, before they overwrite coefficients: at most 65535 samples by 4, padded, times 8 rows.
 */
let rowPixels: usize = 0;

/** Bytes of scratch that `reconstructPlanes` needs. */
export function reconstructionScratchBytes(): u64 {
  let widest = 0;
  for (let index = 0; index < frame.componentCount; index++) {
    widest = max(widest, component(index).strideBytes * component(index).blockPx);
  }
  return <u64>widest + 16;
}

/**
 * Coefficients take two bytes each and pixels one, so planes packed from the start never catch up with what is still to
 * be read.
 * @param scratch reconstructionScratchBytes of memory
 * @param start where the coefficients of the first component begin; the others follow without gaps
 * @returns the end of the last plane
 */
export function reconstructPlanes(scratch: usize, start: usize): usize {
  rowPixels = scratch;
  let plane = start;
  for (let index = 0; index < frame.componentCount; index++) {
    const part = component(index);
    part.plane = plane;
    const rowBytes = <usize>part.strideBytes * <usize>part.blockPx;
    for (let row = 0; row < part.paddedRows; row++) {
      if (part.blockPx == 1) reconstructRow<u8>(part, index, row);
      else if (part.blockPx == 2) reconstructRow<u16>(part, index, row);
      else if (part.blockPx == 4) reconstructRow<u32>(part, index, row);
      else reconstructRow<u64>(part, index, row);
      memory.copy(plane, rowPixels, rowBytes);
      plane += rowBytes;
    }
  }
  return plane;
}

function reconstructRow<T>(part: Component, index: i32, row: i32): void {
  const blockPx = sizeof<T>();
  const blockBytes = blockPx * blockPx * 2;
  const stride = <usize>part.strideBytes;
  const quantiser = latchedQuantiser(index);
  const dcStep = <i32>load<u16>(quantiser);
  let block = part.coefficients + <usize>row * <usize>part.pitchBlocks * blockBytes;
  let at = rowPixels;
  for (let column = part.pitchBlocks; column > 0; column--) {
    const dc = <i32>load<i16>(block) * dcStep;
    if (blockPx == 1) {
      store<u8>(at, flatPixel(dc));
    } else if (blockPx == 2) {
      idct2x2(block, quantiser, at, stride);
    } else if (isFlat<T>(block)) {
      fillFlat<T>(dc, at, stride);
    } else if (blockPx == 4) {
      idct4x4(block, quantiser, at, stride);
    } else {
      idct8x8(block, quantiser, at, stride);
    }
    block += blockBytes;
    at += blockPx;
  }
}

/** Whether all coefficients but the mean are zero. */
// @ts-ignore: decorator
@inline
function isFlat<T>(block: usize): bool {
  const meanMask = i16x8(0, -1, -1, -1, -1, -1, -1, -1);
  let any = v128.or(v128.and(v128.load(block), meanMask), v128.load(block, 16));
  if (sizeof<T>() == 8) {
    any = v128.or(any, v128.or(v128.load(block, 32), v128.load(block, 48)));
    any = v128.or(any, v128.or(v128.load(block, 64), v128.load(block, 80)));
    any = v128.or(any, v128.or(v128.load(block, 96), v128.load(block, 112)));
  }
  return !v128.any_true(any);
}
