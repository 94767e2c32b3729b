// The part, the size and the turn that the steps before have decided, in one pass over the pixels.
import { drawPart } from "../../../shared/codecs/engine/draw-part.ts";
import { movePlanesDown } from "../../../shared/codecs/engine/move-planes.ts";
import { drawToPixels, partOf } from "../draw-to-pixels.ts";
import { pictureOf, type RenderState } from "../render-state.ts";

/** An engine that has grown beyond this (bytes) is let go of before anything else is begun: it cannot shrink. */
const KEEP_ENGINE_BYTES = 12 * 1024 * 1024;

export function draw(state: RenderState): void {
  const { original } = pictureOf(state, "decoded");
  const { turn: orientation, geometry, photo, pixels } = state;
  const { engine } = state.opened;
  const options = { part: partOf(photo, original, geometry.crop), size: geometry.turned, orientation };
  if (state.staysPlanes && original.kind === "decoded") {
    const drawn = engine.call((kernel) => drawPart(kernel, original.image, { ...options, chromaFactor: 2 }));
    state.picture = { kind: "planes", image: movePlanesDown(engine, drawn, state.engineStart) };
    return;
  }
  state.picture = { kind: "pixels", image: drawToPixels({ engine, pixels }, original, options) };
  if (engine.memoryBytes > KEEP_ENGINE_BYTES) engine.discard();
}
