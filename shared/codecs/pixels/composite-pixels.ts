// Lays one picture over another: watermarks.
import type { PixelImage, Pixels } from "./pixels.ts";

/** Where the upper picture's top left corner lies (px, may be negative), and how much of it is seen (0–1). */
export interface Placement {
  readonly leftPx: number;
  readonly topPx: number;
  readonly opacity: number;
}

/** In place, on `base`; what of `over` lies outside of it is left out. Both alphas count (Porter and Duff's "over"). */
export function compositePixels(pixels: Pixels, base: PixelImage, over: PixelImage, placement: Placement): void {
  const { leftPx, topPx, opacity } = placement;
  const left = Math.max(0, leftPx);
  const top = Math.max(0, topPx);
  const widthPx = Math.min(base.widthPx, leftPx + over.widthPx) - left;
  const heightPx = Math.min(base.heightPx, topPx + over.heightPx) - top;
  if (widthPx <= 0 || heightPx <= 0) return;
  const [baseStride, overStride] = [base.widthPx * 4, over.widthPx * 4];
  const onto = base.address + top * baseStride + left * 4;
  const from = over.address + (top - topPx) * overStride + (left - leftPx) * 4;
  const share = Math.round(Math.min(1, Math.max(0, opacity)) * 255);
  pixels.call((kernel) => kernel.composite(onto, baseStride, from, overStride, widthPx, heightPx, share));
}
