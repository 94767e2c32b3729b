// What index.ts of the pixel kernels exports. Addresses and sizes are bytes; pictures are RGBA with tight rows.
import type { ArenaExports } from "../engine/kernel-instance.ts";

export interface PixelExports extends ArenaExports {
  planResampleAxis(sourceLength: number, targetLength: number, step: number, phase: number): number;
  resample(source: number, target: number, columnsAxis: number, rowsAxis: number, isOpaque: 0 | 1): void;

  isOpaque(pixels: number, count: number): 0 | 1;
  /** Colours are 0xAABBGGRR: as the bytes lie in memory. */
  flatten(pixels: number, count: number, ground: number): void;
}
