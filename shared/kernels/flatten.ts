// Lays a transparent image on white, because JPEG has no alpha. Works in place: a second buffer of this size would not fit.
import { assertRgbaImage, type RgbaImage } from "./rgba-image.ts";

/** Overwrites the pixels of `image` with their colour over white, alpha 255. `out = 255 - (255 - c) * a / 255`, rounded. */
export function flattenOnWhite(image: RgbaImage): void {
  assertRgbaImage(image);
  const { data } = image;
  for (let pos = 0; pos < data.length; pos += 4) {
    const alpha = data[pos + 3];
    if (alpha === 255) continue;
    for (let channel = 0; channel < 3; channel++) {
      data[pos + channel] = 255 - Math.floor(((255 - data[pos + channel]) * alpha + 127) / 255);
    }
    data[pos + 3] = 255;
  }
}
