// The part that was asked for by its place. What fills a box is cut when the box is known, while resizing.
import { planGeometry } from "../../../shared/kernels/transform-geometry.ts";
import type { RenderState } from "../render-state.ts";

export function crop(state: RenderState): void {
  state.part = planGeometry(state.photo, { crop: state.transform.crop }).crop;
}
