// The part, the size and the turn that the steps before have decided, in one pass over the pixels.
import { drawPart } from "../../../shared/codecs/engine/draw-part.ts";
import { seenSize } from "../../../shared/kernels/image-header.ts";
import { storedRect } from "../../../shared/kernels/orient-rect.ts";
import { pictureOf, type RenderState } from "../render-state.ts";

export function draw(state: RenderState): void {
  const { original } = pictureOf(state, "decoded");
  const { image, header } = original;
  const { photo, geometry } = state;
  const seen = seenSize(header);
  const across = seen.widthPx / photo.widthPx;
  const down = seen.heightPx / photo.heightPx;
  const { leftPx, topPx, widthPx, heightPx } = geometry.crop;
  const stored = storedRect(
    { left: leftPx * across, top: topPx * down, width: widthPx * across, height: heightPx * down },
    { width: image.widthPx, height: image.heightPx },
    header.orientation ?? 1,
  );
  const part = { leftPx: stored.left, topPx: stored.top, widthPx: stored.width, heightPx: stored.height };
  const drawn = state.opened.engine.call((kernel) =>
    drawPart(kernel, image, { part, size: geometry.turned, orientation: state.turn, chromaFactor: 2 }),
  );
  state.picture = { kind: "planes", image: drawn };
}
