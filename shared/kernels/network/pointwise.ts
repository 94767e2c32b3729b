// AssemblyScript. A 1×1 convolution: pixels × weights, plus bias, plus residual, clamped. Blocks of pixels are quantised to int16
// and then meet one panel of weights after the other, so that both stay in the first-level cache.
import { dotPanel } from "./dot-panel";
import { quantiseRows } from "./quantise-rows";

/** Quantised pixels of a block: 16 KiB, half of the smallest first-level cache in use. */
const PIXEL_BYTES: i32 = 16384;
/** Their scales, behind them. */
const MAX_BLOCK_ROWS: i32 = 1024;
const TILE_ROWS: i32 = 4;

/** Bytes that `scratch` must have. */
export function pointwiseScratchBytes(): i32 {
  return PIXEL_BYTES + MAX_BLOCK_ROWS * 4;
}

/** Pixels of `depth` channels that are quantised together. */
export function blockRowsOf(depth: i32): i32 {
  return min(MAX_BLOCK_ROWS, (PIXEL_BYTES / (depth << 1)) & ~(TILE_ROWS - 1));
}

export function scalesOf(scratch: usize): usize {
  return scratch + PIXEL_BYTES;
}

/**
 * @param from rows × depth floats; memory up to the next multiple of 4 rows must exist, its content is free
 * @param depth input channels, a multiple of 8, at most 2048
 * @param panels width / 8 panels of weights, see dot-panel.ts
 * @param width output channels, a multiple of 8
 * @param to rows × width floats, with room for a multiple of 4 rows
 * @param residual same layout as `to`, and not `to` itself; 0: none
 */
export function pointwise(
  from: usize, rows: i32, depth: i32,
  panels: usize, weightScales: usize, bias: usize, width: i32,
  to: usize, residual: usize, low: f32, high: f32, scratch: usize,
): void {
  const blockRows = blockRowsOf(depth);
  const scales = scalesOf(scratch);
  const outBytes = <usize>width << 2;
  for (let row = 0; row < rows; row += blockRows) {
    const count = min(blockRows, rows - row);
    quantiseRows(from + <usize>row * (<usize>depth << 2), count, depth, scratch, scales);
    const offset = <usize>row * outBytes;
    multiplyBlock(
      scratch, scales, count, depth, panels, weightScales, bias, width,
      to + offset, residual == 0 ? 0 : residual + offset, low, high,
    );
  }
}

/** Quantised pixels × all panels. A block that is no multiple of four pixels computes up to three more, which nobody reads. */
export function multiplyBlock(
  pixels: usize, scales: usize, rows: i32, depth: i32,
  panels: usize, weightScales: usize, bias: usize, width: i32,
  to: usize, residual: usize, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  const pixelBytes = <usize>depth << 1, panelBytes = <usize>depth << 4, outBytes = <usize>width << 2;
  for (let channel: usize = 0; channel < outBytes; channel += 32) {
    const panelEnd = panels + panelBytes;
    dotPanel(
      pixels, pixelBytes, rows, panels, panelEnd, scales, weightScales + channel, bias + channel,
      to + channel, outBytes, residual == 0 ? 0 : residual + channel, lows, highs,
    );
    panels = panelEnd;
  }
}
