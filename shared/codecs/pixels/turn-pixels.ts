// Turns and mirrors a picture (TIFF 6.0 tag 274, as EXIF has it). Never decides whether a turn is due.
import type { Orientation } from "../../kernels/exif-orientation.ts";
import type { PixelImage, Pixels } from "./pixels.ts";

/**
 * In place: the turned picture lies where the other did. Turns that swap the sides (5 to 8) need a second picture's memory
 * meanwhile; throws EngineTrap where there is none.
 *
 * @param orientation that of the picture as it is: 6 turns it clockwise by 90 degrees, 3 by 180, 8 by 270, 2 mirrors left and
 * right, 4 top and bottom
 */
export function turnPixels(pixels: Pixels, image: PixelImage, orientation: Orientation): PixelImage {
  const { address, widthPx, heightPx } = image;
  if (orientation < 5) {
    pixels.call((kernel) => {
      if (orientation === 2) kernel.reverseRows(address, widthPx, heightPx);
      if (orientation === 3) kernel.reversePixels(address, widthPx * heightPx);
      if (orientation === 4) kernel.flipRows(address, widthPx, heightPx);
    });
    return image;
  }
  const start = pixels.mark();
  const turned = pixels.allocate(heightPx, widthPx);
  const readsUpwards = orientation === 6 || orientation === 7 ? 1 : 0;
  const writesUpwards = orientation === 7 || orientation === 8 ? 1 : 0;
  pixels.call((kernel) => {
    kernel.transposePixels(address, widthPx, heightPx, turned.address, readsUpwards, writesUpwards);
    const sizeBytes = widthPx * heightPx * 4;
    kernel.moveRows(turned.address, sizeBytes, address, sizeBytes, sizeBytes, 1);
  });
  pixels.release(start);
  return { address, widthPx: heightPx, heightPx: widthPx };
}
