// The cheapest picture of a photo that is good enough for what is to be made of it: a rendition, or the original.
import { RENDER_SOURCE_MAX_PIXELS, RENDITION_MAX_ASPECT, RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import { fitRendition } from "../../shared/kernels/fit-rendition.ts";
import type { TransformGeometry } from "../../shared/kernels/transform-geometry.ts";
import type { RenderTransform } from "./render-state.ts";
import { keepsAlpha } from "./steps/decode.ts";

/** Shrunk this much, a JPEG hides what its own compression lost. */
const HIDES_LOSSES_AT = 2;
/** Formats whose pictures may let something through, which renditions do not keep. */
const MAY_HAVE_ALPHA: ReadonlySet<string> = new Set(["image/png", "image/webp", "image/gif", "image/avif"]);

export interface SourcePhoto {
  readonly mime: string;
  /** As seen. */
  readonly widthPx: number;
  readonly heightPx: number;
}

export type RenderSource = { readonly kind: "original" } | { readonly kind: "rendition"; readonly widthPx: number };

/** @returns sources in the order in which to try them: a later one is for when the one before cannot be read */
export function chooseSources(
  photo: SourcePhoto,
  { crop, resized }: Pick<TransformGeometry, "crop" | "resized">,
  transform: RenderTransform,
): RenderSource[] {
  const original: RenderSource = { kind: "original" };
  const largest: RenderSource = { kind: "rendition", widthPx: Math.max(...RENDITION_WIDTHS) };
  const pixels = photo.widthPx * photo.heightPx;
  // What our own engine does not read in parts or at a smaller scale takes all of its pixels, and more, beside the result's.
  if (pixels > (RENDER_SOURCE_MAX_PIXELS[photo.mime] ?? 0)) return [largest, original];
  const showsAlpha = keepsAlpha(transform) && MAY_HAVE_ALPHA.has(photo.mime);
  // Renditions carry no metadata, and what a trim would cut must not be blurred.
  if (showsAlpha || transform.meta !== undefined) return [original, largest];
  const neededPx = (resized.widthPx / crop.widthPx) * photo.widthPx;
  const goodEnough = [...RENDITION_WIDTHS]
    .sort((a, b) => a - b)
    .find((widthPx) => fitRendition(photo, widthPx, RENDITION_MAX_ASPECT).widthPx >= neededPx * HIDES_LOSSES_AT);
  return goodEnough === undefined ? [original, largest] : [{ kind: "rendition", widthPx: goodEnough }, original];
}
