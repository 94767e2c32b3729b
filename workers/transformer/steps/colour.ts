// Brightness, contrast, gamma, saturation and grey.
import { colourPixels } from "../../../shared/codecs/pixels/colour-pixels.ts";
import type { RenderState } from "../render-state.ts";

/** Planes have none of it asked of them. */
export function colour(state: RenderState): void {
  const { picture, transform } = state;
  if (picture?.kind === "pixels") colourPixels(state.pixels, picture.image, transform);
}
