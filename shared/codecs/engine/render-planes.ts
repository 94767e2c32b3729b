// A decoded image to its JPEG renditions, each made from the one before it. Chooses no sizes and judges no profile.
import type { Orientation } from "../../kernels/exif-orientation.ts";
import { orientedSize } from "../../kernels/orient.ts";
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { createPlanesEncoder } from "./encode-planes.ts";
import type { Engine } from "./engine.ts";
import type { PlanarImage } from "./planes.ts";
import type { EngineExports } from "./render-exports.ts";
import { allocateImage, type PixelSize, resizeImage } from "./resize-planes.ts";

/** The field's default: IJG's 75 shows blocks in skies, 85 costs a third more bytes. */
const DEFAULT_QUALITY = 80;
const CHROMA_FACTOR = 2;

export interface RenderOptions {
  /** As stored, before turning; largest first. */
  readonly sizes: readonly PixelSize[];
  readonly orientation: Orientation;
  /** Copied into every rendition. */
  readonly iccProfile: Uint8Array | null;
  /** 1 to 100, as IJG scales it; 80 if absent. */
  readonly quality?: number;
  /** Called with the smallest rendition's planes, as seen, before the engine forgets them: for placeholders. */
  readonly inspectSmallest?: (smallest: PlanarImage) => void;
}

export interface RenderedJpeg {
  /** As seen. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bytes: Uint8Array;
}

/**
 * Everything this allocates in the engine is given back; `image` is left alone. Throws EngineTrap when memory runs out.
 *
 * @returns one per size, in that order. Equal sizes in a row share their bytes.
 */
export function renderPlanes(engine: Engine, image: PlanarImage, options: RenderOptions): RenderedJpeg[] {
  const { sizes, orientation, iccProfile, quality = DEFAULT_QUALITY, inspectSmallest } = options;
  return engine.call((kernel) => {
    const start = kernel.mark();
    try {
      const encode = createPlanesEncoder(engine, kernel, { isGrey: image.planes.length === 1, quality, iccProfile });
      const rendered: RenderedJpeg[] = [];
      let current = image;
      for (const [i, stored] of sizes.entries()) {
        const size = orientedSize(stored.widthPx, stored.heightPx, orientation);
        const previous = rendered.at(-1);
        const isRepeated = previous?.widthPx === size.widthPx && previous.heightPx === size.heightPx;
        if (!isRepeated) current = shrink(kernel, current, size, i === 0 ? orientation : 1);
        rendered.push(isRepeated ? previous : { ...size, bytes: encode(current) });
      }
      inspectSmallest?.(current);
      return rendered;
    } finally {
      kernel.release(start);
    }
  });
}

/** A picture of at most `maxPx` on its longer side, never enlarged, opaque. */
export function toRgba(engine: Engine, image: PlanarImage, maxPx: number): RgbaImage {
  const scale = Math.min(1, maxPx / Math.max(image.widthPx, image.heightPx));
  const widthPx = Math.max(1, Math.round(image.widthPx * scale));
  const heightPx = Math.max(1, Math.round(image.heightPx * scale));
  return engine.call((kernel) => {
    const start = kernel.mark();
    try {
      const target = allocateImage(kernel, { widthPx, heightPx }, image.planes.length === 1, 1);
      resizeImage(kernel, image, target);
      const [luma, cb, cr] = target.planes;
      const sizeBytes = widthPx * heightPx * 4;
      const rgba = kernel.allocate(sizeBytes);
      kernel.convertPlanesToRgba(
        luma.address,
        luma.strideBytes,
        cb?.address ?? 0,
        cr?.address ?? 0,
        cb?.strideBytes ?? 0,
        widthPx,
        heightPx,
        rgba,
      );
      return { widthPx, heightPx, data: engine.bytes().slice(rgba, rgba + sizeBytes) };
    } finally {
      kernel.release(start);
    }
  });
}

/** The next smaller planes, turned when they are the first. */
function shrink(kernel: EngineExports, source: PlanarImage, seen: PixelSize, orientation: Orientation): PlanarImage {
  const target = allocateImage(kernel, seen, source.planes.length === 1, CHROMA_FACTOR);
  resizeImage(kernel, source, target, orientation);
  return target;
}
