// What the engine has drawn, brought over into the pixel module as RGBA, a band of rows at a time: neither holds it twice.
import type { Engine } from "../engine/engine.ts";
import type { PlanarImage } from "../engine/planes.ts";
import type { PixelImage, Pixels } from "./pixels.ts";

/** Rows converted at once. */
const BAND_ROWS = 32;

/** @param image planes whose chroma is as finely sampled as their luma. What this allocates in the engine is given back. */
export function pixelsFromPlanes(pixels: Pixels, engine: Engine, image: PlanarImage): PixelImage {
  const { widthPx, heightPx, planes } = image;
  const [luma, cb, cr] = planes;
  const target = pixels.allocate(widthPx, heightPx);
  const rowBytes = widthPx * 4;
  engine.call((kernel) => {
    const start = kernel.mark();
    const band = kernel.allocate(BAND_ROWS * rowBytes);
    for (let row = 0; row < heightPx; row += BAND_ROWS) {
      const rows = Math.min(BAND_ROWS, heightPx - row);
      const at = (plane: { readonly address: number; readonly strideBytes: number } | undefined) =>
        plane === undefined ? 0 : plane.address + row * plane.strideBytes;
      kernel.convertPlanesToRgba(at(luma), luma.strideBytes, at(cb), at(cr), cb?.strideBytes ?? 0, widthPx, rows, band);
      pixels.bytes().set(engine.bytes().subarray(band, band + rows * rowBytes), target.address + row * rowBytes);
    }
    kernel.release(start);
  });
  return target;
}
