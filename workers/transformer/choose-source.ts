// The cheapest picture of a photo that is good enough for what is to be made of it: a rendition, or the original.
import { RENDITION_MAX_ASPECT, RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import type { RenderRequest } from "../../shared/contracts/renders.ts";
import { fitRendition } from "../../shared/kernels/fit-rendition.ts";
import type { TransformGeometry } from "../../shared/kernels/transform-geometry.ts";

/** Shrunk this much, a JPEG hides what its own compression lost. */
const HIDES_LOSSES_AT = 2;
/** Formats the engine reads at a smaller scale, whatever their size. */
const READ_AT_SCALE: ReadonlySet<string> = new Set(["image/jpeg", "image/png"]);

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
  transform: RenderRequest["transform"],
): RenderSource[] {
  // Pixels the whole photo would have at the scale of the result.
  const neededPx = (resized.widthPx / crop.widthPx) * photo.widthPx;
  const renditions = [...RENDITION_WIDTHS].sort((a, b) => a - b);
  const pixelWidth = (widthPx: number) => fitRendition(photo, widthPx, RENDITION_MAX_ASPECT).widthPx;
  const largest: RenderSource = { kind: "rendition", widthPx: Math.max(...renditions) };
  const original: RenderSource = { kind: "original" };
  const isOriginalNeeded = transform.meta !== undefined;
  const goodEnough = renditions.find((widthPx) => pixelWidth(widthPx) >= neededPx * HIDES_LOSSES_AT);
  if (goodEnough !== undefined && !isOriginalNeeded) return [{ kind: "rendition", widthPx: goodEnough }, original];
  return READ_AT_SCALE.has(photo.mime) || isOriginalNeeded ? [original, largest] : [largest, original];
}
