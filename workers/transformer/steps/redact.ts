// Faces made unrecognisable. Knows which boxes are faces' from whoever asks; finds none.
import { redactPixels } from "../../../shared/codecs/pixels/redact-pixels.ts";
import { composeTurns, FLIPS, ROTATIONS } from "../../../shared/kernels/compose-turns.ts";
import { placeBox } from "../../../shared/kernels/place-box.ts";
import { pictureOf, type RenderState } from "../render-state.ts";

/** A face's box ends at chin and brow: this share of its sides is added on each, so that hair and ears go too. */
const MARGIN_SHARE = 0.2;

export function redact(state: RenderState): void {
  const { transform, photo, geometry } = state;
  if (transform.redactFaces === undefined || state.redact.length === 0) return;
  const rotation = transform.rotate === undefined ? 1 : ROTATIONS[transform.rotate];
  const turn = transform.flip === undefined ? rotation : composeTurns(rotation, FLIPS[transform.flip]);
  const boxes = state.redact.map((box) => placeBox(box, { photo, ...geometry, turn, marginShare: MARGIN_SHARE }));
  redactPixels(state.pixels, pictureOf(state, "pixels").image, boxes, transform.redactFaces);
}
