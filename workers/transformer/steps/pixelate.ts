// Square blocks of one colour.
import { pixelatePixels } from "../../../shared/codecs/pixels/pixelate-pixels.ts";
import { pictureOf, type RenderState } from "../render-state.ts";

export function pixelate(state: RenderState): void {
  const { pixelate: blockPx } = state.transform;
  if (blockPx !== undefined) pixelatePixels(state.pixels, pictureOf(state, "pixels").image, blockPx);
}
