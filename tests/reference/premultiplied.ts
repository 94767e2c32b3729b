// Pictures as four planes of exact numbers, colours multiplied by alpha: where a filter of RGBA is defined. For tests; slow.
import type { RgbaImage } from "../../shared/kernels/rgba-image.ts";

export interface ExactPlane {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly samples: ArrayLike<number>;
}

/** Red, green and blue times alpha / 255, then alpha. */
export function premultiply({ widthPx, heightPx, data }: RgbaImage): ExactPlane[] {
  return [0, 1, 2, 3].map((channel) => ({
    widthPx,
    heightPx,
    samples: Float64Array.from({ length: widthPx * heightPx }, (_, i) => {
      const alpha = data[i * 4 + 3] as number;
      return channel === 3 ? alpha : ((data[i * 4 + channel] as number) * alpha) / 255;
    }),
  }));
}

/**
 * By how many levels a picture differs at most from four exact premultiplied planes, which may overshoot. Colours count as much
 * as they are seen: what is nearly transparent may be of nearly any colour.
 */
export function largestDifference({ data }: RgbaImage, planes: readonly ArrayLike<number>[]): number {
  let largest = 0;
  for (let i = 0; i < data.length / 4; i++) {
    const [red, green, blue, alpha] = planes.map((plane) => plane[i] as number);
    const seen = (data[i * 4 + 3] as number) / 255;
    const exactAlpha = alpha as number;
    largest = Math.max(largest, Math.abs(seen * 255 - clampToLevel(exactAlpha)));
    [red, green, blue].forEach((premultiplied, channel) => {
      const exact = exactAlpha <= 0 ? 0 : clampToLevel(((premultiplied as number) * 255) / exactAlpha);
      largest = Math.max(largest, Math.abs((data[i * 4 + channel] as number) - exact) * seen);
    });
  }
  return largest;
}

function clampToLevel(value: number): number {
  return Math.min(255, Math.max(0, value));
}
