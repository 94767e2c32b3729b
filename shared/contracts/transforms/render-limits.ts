// How large a result may be, by how it is made. Knows the limits and nothing of memory: they were chosen with it in mind.
import { RENDER_MAX_PIXELS, RENDER_MAX_SIDE_PX } from "../limits.ts";
import type { RenderFormat, Transform } from "./transform.ts";

/** Whether the picture can stay what a JPEG is made of: cut, resized and turned, with every pixel's value left alone. */
export function isPlainJpeg(transform: Omit<Transform, "format"> & { readonly format: RenderFormat }): boolean {
  const { width, height, gravity, crop, trim, rotate, flip, meta, quality, format, fit, background, ...effects } =
    transform;
  const isPadded = fit === "pad" && width !== undefined && height !== undefined;
  return format === "jpg" && !isPadded && Object.values(effects).every((effect) => effect === undefined);
}

/** @returns limits as planGeometry takes them, px */
export function renderLimits(transform: Omit<Transform, "format"> & { readonly format: RenderFormat }): {
  readonly maxSidePx: number;
  readonly maxPixels: number;
} {
  const { jpg, rgba, webp, avif } = RENDER_MAX_PIXELS;
  if (isPlainJpeg(transform)) return { maxSidePx: RENDER_MAX_SIDE_PX, maxPixels: jpg };
  const byFormat: Partial<Record<RenderFormat, number>> = { webp, avif };
  return { maxSidePx: RENDER_MAX_SIDE_PX, maxPixels: Math.min(rgba, byFormat[transform.format] ?? rgba) };
}
