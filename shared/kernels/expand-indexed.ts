// A picture by palette back to pixels.
import type { IndexedImage } from "./dither-image.ts";

/** @param rgba where to, four bytes for each index */
export function expandIndexed({ indices, palette }: IndexedImage, rgba: Uint8Array): void {
  if (rgba.length !== indices.length * 4)
    throw new RangeError(`Expected ${indices.length * 4} bytes. Got ${rgba.length}.`);
  for (let i = 0; i < indices.length; i++) {
    const entry = indices[i] * 4;
    rgba[i * 4] = palette[entry];
    rgba[i * 4 + 1] = palette[entry + 1];
    rgba[i * 4 + 2] = palette[entry + 2];
    rgba[i * 4 + 3] = palette[entry + 3];
  }
}
