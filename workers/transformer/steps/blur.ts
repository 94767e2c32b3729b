// A Gaussian blur.
import { blurPixels } from "../../../shared/codecs/pixels/blur-pixels.ts";
import { pictureOf, type RenderState } from "../render-state.ts";

export function blur(state: RenderState): void {
  const { blur: sigmaPx } = state.transform;
  if (sigmaPx !== undefined) blurPixels(state.pixels, pictureOf(state, "pixels").image, sigmaPx);
}
