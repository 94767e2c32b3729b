// Something to see behind what lets through: where a background is asked for, and where the format has no alpha.
import { flattenPixels } from "../../../shared/codecs/pixels/flatten-pixels.ts";
import { parsePixelColour } from "../../../shared/codecs/pixels/pixel-colour.ts";
import type { RenderState } from "../render-state.ts";

const WHITE = "ffffff";

export function flatten(state: RenderState): void {
  const { picture, transform } = state;
  if (picture?.kind !== "pixels") return;
  const background = transform.background ?? (transform.format === "jpg" ? WHITE : undefined);
  if (background !== undefined) flattenPixels(state.pixels, picture.image, parsePixelColour(background));
}
