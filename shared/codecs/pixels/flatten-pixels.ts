// Lays a picture on an opaque background, because not every format has alpha.
import { type PixelColour, packPixelColour } from "./pixel-colour.ts";
import type { PixelImage, Pixels } from "./pixels.ts";

/** In place: colours over the background, alpha 255. The background's own alpha is ignored. */
export function flattenPixels(pixels: Pixels, image: PixelImage, background: PixelColour): void {
  const ground = packPixelColour(background);
  pixels.call((kernel) => kernel.flatten(image.address, image.widthPx * image.heightPx, ground));
}

/** Whether no pixel lets anything through. */
export function isOpaque(pixels: Pixels, image: PixelImage): boolean {
  return pixels.call((kernel) => kernel.isOpaque(image.address, image.widthPx * image.heightPx)) === 1;
}
