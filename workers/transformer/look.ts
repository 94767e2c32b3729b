// A glance at a part of the photo, upright and small, for steps that decide by what they see.
import type { PixelImage } from "../../shared/codecs/pixels/pixels.ts";
import type { PixelRect } from "../../shared/kernels/transform-geometry.ts";
import { drawToPixels, partOf } from "./draw-to-pixels.ts";
import { pictureOf, type RenderState } from "./render-state.ts";

/** @param rect of the photo as seen @param see looks at the picture, which is gone afterwards */
export function look<Result>(
  state: RenderState,
  rect: PixelRect,
  maxPixels: number,
  see: (image: PixelImage) => Result,
): Result {
  const { original } = pictureOf(state, "decoded");
  const { photo, pixels } = state;
  const scale = Math.min(1, Math.sqrt(maxPixels / (rect.widthPx * rect.heightPx)));
  const size = {
    widthPx: Math.max(1, Math.floor(rect.widthPx * scale)),
    heightPx: Math.max(1, Math.floor(rect.heightPx * scale)),
  };
  const start = pixels.mark();
  try {
    const tools = { engine: state.opened.engine, pixels };
    const orientation = original.header.orientation ?? 1;
    return see(drawToPixels(tools, original, { part: partOf(photo, original, rect), size, orientation }));
  } finally {
    if (pixels.isAlive) pixels.release(start);
  }
}
