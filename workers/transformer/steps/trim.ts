// What lies inside of a frame of one colour. Looks at the picture, and only narrows the part.
import { findTrimBox } from "../../../shared/codecs/pixels/find-trim-box.ts";
import { look } from "../look.ts";
import type { RenderState } from "../render-state.ts";

/** Pixels looked at: an edge is found as exactly as the rest is seen at the sizes that screens have. */
export const TRIM_LOOK_PIXELS = 2_000_000;

export function trim(state: RenderState): void {
  const { trim: threshold } = state.transform;
  if (threshold === undefined) return;
  const { part } = state;
  const box = look(state, part, TRIM_LOOK_PIXELS, (image) => {
    const found = findTrimBox(state.pixels, image, threshold);
    return found === null
      ? null
      : { found, across: part.widthPx / image.widthPx, down: part.heightPx / image.heightPx };
  });
  // A picture of one colour has no inside.
  if (box === null) return;
  const { found, across, down } = box;
  const leftPx = Math.floor(found.leftPx * across);
  const topPx = Math.floor(found.topPx * down);
  state.part = {
    leftPx: part.leftPx + leftPx,
    topPx: part.topPx + topPx,
    widthPx: Math.max(1, Math.min(part.widthPx - leftPx, Math.round(found.widthPx * across))),
    heightPx: Math.max(1, Math.min(part.heightPx - topPx, Math.round(found.heightPx * down))),
  };
}
