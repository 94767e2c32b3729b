// The size of the result, and what of the part fills it. Where gravity leaves that to the picture, looks at it.
import { renderLimits } from "../../../shared/contracts/transforms/render-limits.ts";
import type { ShareRect } from "../../../shared/kernels/fit-box.ts";
import { saliencyMap } from "../../../shared/kernels/saliency.ts";
import { chooseWindow } from "../../../shared/kernels/smart-crop.ts";
import { planGeometry, type TransformGeometry } from "../../../shared/kernels/transform-geometry.ts";
import { look } from "../look.ts";
import { RenderRefusal, type RenderState } from "../render-state.ts";

/** Pixels that show where there is something to see: about a hundred each way. */
const SALIENCY_PIXELS = 100 * 100;

export function resize(state: RenderState): void {
  const plan = (focus: readonly ShareRect[]): TransformGeometry => {
    const { leftPx, topPx, widthPx, heightPx } = state.part;
    const crop = { unit: "px", x: leftPx, y: topPx, width: widthPx, height: heightPx } as const;
    const options = { ...state.transform, crop, trim: undefined };
    return planGeometry(state.photo, options, focus, renderLimits(state.transform));
  };
  const planned = plan(state.focus);
  state.geometry = planned.isDecided ? planned : plan([mostToSee(state, planned)]);
  if (state.geometry.problem !== null) throw new RenderRefusal("too-large", state.geometry.problem);
}

/** A window of the planned crop's size, as shares of the photo. */
function mostToSee(state: RenderState, { crop }: TransformGeometry): ShareRect {
  const { part, photo } = state;
  const map = look(state, part, SALIENCY_PIXELS, (image) => saliencyMap(state.pixels.read(image)));
  const window = chooseWindow(map, {
    width: crop.widthPx / part.widthPx,
    height: crop.heightPx / part.heightPx,
  });
  return {
    x: (part.leftPx + window.x * part.widthPx) / photo.widthPx,
    y: (part.topPx + window.y * part.heightPx) / photo.heightPx,
    width: (window.width * part.widthPx) / photo.widthPx,
    height: (window.height * part.heightPx) / photo.heightPx,
  };
}
