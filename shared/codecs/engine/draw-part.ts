// A part of a planar image, resized and turned into planes of its own. Reads no further around the part than its filter does.
import type { Orientation } from "../../kernels/exif-orientation.ts";
import { orientedSize } from "../../kernels/orient.ts";
import { windowOnPlanes } from "./crop-planes.ts";
import type { PlanarImage } from "./planes.ts";
import type { EngineExports } from "./render-exports.ts";
import { allocateImage, type PicturePart, type PixelSize, resizeImage } from "./resize-planes.ts";

/** Lanczos3 reaches three samples of the coarser grid to each side; chroma's are twice as wide. */
const FILTER_REACH = 6;

export interface DrawOptions {
  /** Of the image, as stored. */
  readonly part: PicturePart;
  /** As seen, after turning. */
  readonly size: PixelSize;
  readonly orientation: Orientation;
  /** Pixels that share a sample of chroma, each way. */
  readonly chromaFactor: 1 | 2;
}

/** @returns planes that stay allocated until the caller releases to a mark of its own. Throws EngineTrap when memory runs out. */
export function drawPart(kernel: EngineExports, image: PlanarImage, options: DrawOptions): PlanarImage {
  const { part, size, orientation, chromaFactor } = options;
  const target = allocateImage(kernel, size, image.planes.length === 1, chromaFactor);
  const stored = orientedSize(size.widthPx, size.heightPx, orientation);
  const reach = {
    across: FILTER_REACH * Math.max(part.widthPx / stored.widthPx, image.widthPx / image.planes[0].widthPx),
    down: FILTER_REACH * Math.max(part.heightPx / stored.heightPx, image.heightPx / image.planes[0].heightPx),
  };
  const left = Math.max(0, Math.floor(part.leftPx - reach.across));
  const top = Math.max(0, Math.floor(part.topPx - reach.down));
  const window = windowOnPlanes(image, {
    leftPx: left,
    topPx: top,
    widthPx: Math.min(image.widthPx, Math.ceil(part.leftPx + part.widthPx + reach.across)) - left,
    heightPx: Math.min(image.heightPx, Math.ceil(part.topPx + part.heightPx + reach.down)) - top,
  });
  const inWindow = { ...part, leftPx: part.leftPx - window.leftPx, topPx: part.topPx - window.topPx };
  resizeImage(kernel, window.image, target, orientation, inWindow);
  return target;
}
