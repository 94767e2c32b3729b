// What index.ts of the pixel kernels exports. Addresses and sizes are bytes; pictures are RGBA with tight rows unless a stride is
// given; colours are 0xAABBGGRR, as their bytes lie in memory; flags are 0 or 1.
import type { ArenaExports } from "../engine/kernel-instance.ts";

type Flag = 0 | 1;

export interface PixelExports extends ArenaExports {
  // lanczos-weights.ts, gaussian-weights.ts, resample.ts, smooth.ts
  planResampleAxis(sourceLength: number, targetLength: number, step: number, phase: number): number;
  planGaussianAxis(length: number, sigma: number): number;
  resample(source: number, target: number, columnsAxis: number, rowsAxis: number, isOpaque: Flag): void;
  blur(pixels: number, columnsAxis: number, rowsAxis: number, isOpaque: Flag): void;
  sharpen(pixels: number, columnsAxis: number, rowsAxis: number, isOpaque: Flag, amount: number): void;

  // blocks.ts
  shrinkBlocks(source: number, widthPx: number, heightPx: number, blockPx: number, target: number): void;
  expandBlocks(source: number, target: number, widthPx: number, heightPx: number, blockPx: number): void;

  // rows.ts, turn.ts
  moveRows(
    source: number,
    sourceStride: number,
    target: number,
    targetStride: number,
    rowBytes: number,
    rows: number,
  ): void;
  fillRows(target: number, stride: number, widthPx: number, rows: number, colour: number): void;
  reversePixels(pixels: number, count: number): void;
  reverseRows(pixels: number, widthPx: number, heightPx: number): void;
  flipRows(pixels: number, widthPx: number, heightPx: number): void;
  transposePixels(
    source: number,
    widthPx: number,
    heightPx: number,
    target: number,
    readsUpwards: Flag,
    writesUpwards: Flag,
  ): void;

  // opaque.ts, flatten.ts, composite.ts, tones.ts, trim.ts
  isOpaque(pixels: number, count: number): Flag;
  flatten(pixels: number, count: number, ground: number): void;
  composite(
    base: number,
    baseStride: number,
    over: number,
    overStride: number,
    widthPx: number,
    heightPx: number,
    opacity: number,
  ): void;
  mapTones(pixels: number, count: number, curve: number): void;
  saturate(pixels: number, count: number, amount: number): void;
  findTrim(pixels: number, widthPx: number, heightPx: number, tolerance: number, box: number): Flag;

  // png-rows.ts
  filterPngRows(pixels: number, widthPx: number, from: number, to: number, channels: 1 | 3 | 4, target: number): void;
  adler32(checksum: number, address: number, sizeBytes: number): number;
}
