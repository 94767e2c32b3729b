// The turn the camera noted comes first.
import { pictureOf, type RenderState } from "../render-state.ts";

export function autorotate(state: RenderState): void {
  state.turn = pictureOf(state, "decoded").original.header.orientation ?? 1;
}
