// Coefficients to samples at 1/8, 1/4, 1/2 and 1/1 by the textbook inverse DCT in 64-bit floating point. For tests; slow.
import type { CoefficientComponent } from "./jpeg-coefficients.ts";

/** Samples per block side that remain of eight. */
export type ScaledBlockPx = 1 | 2 | 4 | 8;

export interface ReferencePlane {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly samples: Uint8Array;
}

/**
 * An N-point inverse DCT over the lowest N x N of a block's coefficients: at N = 8 the decoder of T.81 §A.3.3, below it what
 * libjpeg since version 7 and the literature mean by decoding at a scale. At N = 1 the mean of the block, to which every
 * definition agrees.
 */
export function referencePlane(component: CoefficientComponent, blockPx: ScaledBlockPx): ReferencePlane {
  const { coefficients, quantization, blocksPerRow } = component;
  const widthPx = Math.ceil((component.widthPx * blockPx) / 8);
  const heightPx = Math.ceil((component.heightPx * blockPx) / 8);
  const samples = new Uint8Array(widthPx * heightPx);
  const basis = cosinesOf(blockPx);
  const rows = new Float64Array(blockPx * blockPx);
  for (let top = 0, blockRow = 0; top < heightPx; top += blockPx, blockRow++) {
    for (let left = 0, column = 0; left < widthPx; left += blockPx, column++) {
      const block = (blockRow * blocksPerRow + column) * 64;
      for (let v = 0; v < blockPx; v++) {
        for (let x = 0; x < blockPx; x++) {
          let sum = 0;
          for (let u = 0; u < blockPx; u++) {
            const at = v * 8 + u;
            const step = quantization[at] as number;
            sum += (coefficients[block + at] as number) * step * (basis[u * blockPx + x] as number);
          }
          rows[v * blockPx + x] = sum;
        }
      }
      for (let y = 0; y < blockPx && top + y < heightPx; y++) {
        for (let x = 0; x < blockPx && left + x < widthPx; x++) {
          let sum = 0;
          for (let v = 0; v < blockPx; v++) {
            sum += (rows[v * blockPx + x] as number) * (basis[v * blockPx + y] as number);
          }
          // Half a level up is how libjpeg rounds, too.
          const value = Math.floor((sum * blockPx) / 8 + 128.5);
          samples[(top + y) * widthPx + left + x] = Math.max(0, Math.min(255, value));
        }
      }
    }
  }
  return { widthPx, heightPx, samples };
}

/** Orthonormal DCT-III: frequency u at sample x. */
function cosinesOf(length: number): Float64Array {
  return Float64Array.from({ length: length * length }, (_, i) => {
    const u = Math.floor(i / length);
    const x = i % length;
    return Math.sqrt((u === 0 ? 1 : 2) / length) * Math.cos(((2 * x + 1) * u * Math.PI) / (2 * length));
  });
}
