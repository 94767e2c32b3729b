// What a library decoded, brought into the engine as 4:2:0 planes, a band of rows at a time. Ignores alpha: flatten first.
import { assertRgbaImage, type RgbaImage } from "../../kernels/rgba-image.ts";
import type { Engine } from "./engine.ts";
import type { PlanarImage } from "./planes.ts";
import { allocateImage } from "./resize-planes.ts";

/** Rows copied into the engine at once. Even, because two rows make one of chroma; few, because they are in memory twice. */
const BAND_ROWS = 32;

/** @returns planes that stay allocated until the caller releases to a mark of its own. Throws EngineTrap when memory runs out. */
export function planesFromRgba(engine: Engine, image: RgbaImage): PlanarImage {
  assertRgbaImage(image);
  const { widthPx, heightPx, data } = image;
  const rowBytes = widthPx * 4;
  return engine.call((kernel) => {
    const planar = allocateImage(kernel, image, false, 2);
    const [luma, cb, cr] = planar.planes;
    if (cb === undefined || cr === undefined) throw new Error("Expected three planes of a colour image.");
    const start = kernel.mark();
    const band = kernel.allocate(BAND_ROWS * rowBytes);
    for (let row = 0; row < heightPx; row += BAND_ROWS) {
      const rows = Math.min(BAND_ROWS, heightPx - row);
      engine.bytes().set(data.subarray(row * rowBytes, (row + rows) * rowBytes), band);
      const chromaStart = (row / 2) * cb.strideBytes;
      kernel.convertRgbRows(
        band,
        rowBytes,
        4,
        widthPx,
        rows,
        luma.address + row * luma.strideBytes,
        luma.strideBytes,
        cb.address + chromaStart,
        cr.address + chromaStart,
        cb.strideBytes,
      );
    }
    kernel.release(start);
    return planar;
  });
}
