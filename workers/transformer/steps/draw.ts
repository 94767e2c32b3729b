// The part, the size and the turn that the steps before have decided, in one pass over the pixels.
import type { DecodedOriginal } from "../../../shared/codecs/decode-original.ts";
import { drawPart } from "../../../shared/codecs/engine/draw-part.ts";
import type { PicturePart } from "../../../shared/codecs/engine/resize-planes.ts";
import { drawPixels } from "../../../shared/codecs/pixels/draw-pixels.ts";
import { pixelsFromPlanes } from "../../../shared/codecs/pixels/pixels-from-planes.ts";
import { seenSize } from "../../../shared/kernels/image-header.ts";
import { storedRect } from "../../../shared/kernels/orient-rect.ts";
import { pictureOf, pixelsOf, type RenderState } from "../render-state.ts";

/** An engine that has grown beyond this (bytes) is let go of before anything else is begun: it cannot shrink. */
const KEEP_ENGINE_BYTES = 12 * 1024 * 1024;

export function draw(state: RenderState): void {
  const { original } = pictureOf(state, "decoded");
  const { turn: orientation, geometry } = state;
  const { engine } = state.opened;
  const options = { part: storedPart(state, original), size: geometry.turned, orientation };
  if (original.kind === "decoded-pixels") {
    state.picture = { kind: "pixels", image: drawPixels(pixelsOf(state), original.pixels, options) };
  } else if (state.pixels === null) {
    const image = engine.call((kernel) => drawPart(kernel, original.image, { ...options, chromaFactor: 2 }));
    state.picture = { kind: "planes", image };
    return;
  } else {
    state.picture = { kind: "pixels", image: pixelsFrom(state, original.image, options) };
  }
  if (engine.memoryBytes > KEEP_ENGINE_BYTES) engine.discard();
}

function pixelsFrom(
  state: RenderState,
  image: DecodedOriginal["image"],
  options: Omit<Parameters<typeof drawPart>[2], "chromaFactor">,
) {
  const { engine } = state.opened;
  return engine.call((kernel) => {
    const start = kernel.mark();
    const drawn = drawPart(kernel, image, { ...options, chromaFactor: 1 });
    const pixels = pixelsFromPlanes(pixelsOf(state), engine, drawn);
    kernel.release(start);
    return pixels;
  });
}

/** The crop, which is of the photo as seen, where it lies in what was decoded: a smaller picture maybe, and not yet turned. */
function storedPart({ photo, geometry }: RenderState, original: ReturnType<typeof decodedOf>): PicturePart {
  const { header } = original;
  const { widthPx, heightPx } = original.kind === "decoded" ? original.image : original.pixels;
  const seen = seenSize(header);
  const across = seen.widthPx / photo.widthPx;
  const down = seen.heightPx / photo.heightPx;
  const { crop } = geometry;
  const stored = storedRect(
    { left: crop.leftPx * across, top: crop.topPx * down, width: crop.widthPx * across, height: crop.heightPx * down },
    { width: widthPx, height: heightPx },
    header.orientation ?? 1,
  );
  return { leftPx: stored.left, topPx: stored.top, widthPx: stored.width, heightPx: stored.height };
}

const decodedOf = (state: RenderState) => pictureOf(state, "decoded").original;
