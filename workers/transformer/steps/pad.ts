// What is added around the picture: the canvas it lies on, then the border. Where nothing says a colour it is left transparent.
import { borderPixels, padPixels } from "../../../shared/codecs/pixels/pad-pixels.ts";
import { parsePixelColour } from "../../../shared/codecs/pixels/pixel-colour.ts";
import type { RenderState } from "../render-state.ts";

const NOTHING = "00000000";

export function pad(state: RenderState): void {
  const { picture, transform, geometry } = state;
  if (picture?.kind !== "pixels") return;
  const { canvas } = geometry;
  let { image } = picture;
  const { pixels } = state;
  if (canvas.widthPx !== image.widthPx || canvas.heightPx !== image.heightPx)
    image = padPixels(pixels, image, canvas, parsePixelColour(transform.background ?? NOTHING));
  if (transform.border !== undefined) {
    const { widthPx, colour } = transform.border;
    image = borderPixels(pixels, image, widthPx, parsePixelColour(colour));
  }
  state.picture = { kind: "pixels", image };
}
