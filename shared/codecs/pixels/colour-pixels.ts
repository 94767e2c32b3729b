// Brightness, contrast, gamma, saturation and grey of a picture, in place. Alpha stays.
import { toneCurve } from "../../kernels/tone-curve.ts";
import type { PixelImage, Pixels } from "./pixels.ts";

/** Factors; 1, or absent, changes nothing. */
export interface ColourChange {
  readonly brightness?: number | undefined;
  readonly contrast?: number | undefined;
  readonly gamma?: number | undefined;
  /** 0 leaves only luma. */
  readonly saturation?: number | undefined;
  /** The same as a saturation of 0, whatever that says. */
  readonly isGrey?: true | undefined;
}

/** Units of saturation: far below a level over its range of 10. */
const SATURATION_UNITS = 1024;
const SATURATION_MAX = 10;

/** In this order: brightness, contrast, gamma (as one curve), saturation. */
export function colourPixels(pixels: Pixels, image: PixelImage, change: ColourChange): void {
  const { brightness = 1, contrast = 1, gamma = 1, saturation = 1, isGrey } = change;
  const count = image.widthPx * image.heightPx;
  const start = pixels.mark();
  if (brightness !== 1 || contrast !== 1 || gamma !== 1) {
    const curve = toneCurve({ brightness, contrast, gamma });
    const address = pixels.call((kernel) => kernel.allocate(curve.length));
    pixels.bytes().set(curve, address);
    pixels.call((kernel) => kernel.mapTones(image.address, count, address));
  }
  const units = isGrey ? 0 : Math.round(Math.min(Math.max(saturation, 0), SATURATION_MAX) * SATURATION_UNITS);
  if (units !== SATURATION_UNITS) pixels.call((kernel) => kernel.saturate(image.address, count, units));
  pixels.release(start);
}
