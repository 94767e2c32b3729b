// Dithers pixels as a transform says, with whichever palette that means. One kernel instance behind it.
import type { Dither } from "../contracts/transforms/transform.ts";
import { createDitherer, type IndexedImage } from "../kernels/dither-image.ts";
import { fixedPalette, type Palette } from "../kernels/palettes.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { adaptivePalette } from "./adaptive-palette.ts";

/** Colours of a palette nobody named. */
const DEFAULT_COLOURS = 256;

export interface PictureDitherer {
  /** `isGrey`: the picture has one channel, for which a palette nobody named is black and white. */
  dither(image: RgbaImage, dither: Dither, isGrey: boolean): IndexedImage;
}

/** One per isolate. */
export function createPictureDitherer(module: WebAssembly.Module): PictureDitherer {
  const ditherer = createDitherer(new WebAssembly.Instance(module, {}).exports);
  return {
    dither: (image, dither, isGrey) =>
      ditherer.dither(image, { ...dither, palette: paletteOf(dither.palette, image, isGrey) }),
  };
}

function paletteOf(spec: Dither["palette"], image: RgbaImage, isGrey: boolean): Palette {
  if (spec === null)
    return isGrey ? fixedPalette({ kind: "grey", levels: 2 }) : adaptivePalette(image, DEFAULT_COLOURS);
  return spec.kind === "adaptive" ? adaptivePalette(image, spec.colours) : fixedPalette(spec);
}
