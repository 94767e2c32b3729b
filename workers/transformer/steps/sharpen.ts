// An unsharp mask.
import { sharpenPixels } from "../../../shared/codecs/pixels/blur-pixels.ts";
import { pictureOf, type RenderState } from "../render-state.ts";

export function sharpen(state: RenderState): void {
  const { sharpen: amount } = state.transform;
  if (amount !== undefined) sharpenPixels(state.pixels, pictureOf(state, "pixels").image, amount);
}
