// The finished picture to a file of the format asked for.
import { createPlanesEncoder } from "../../../shared/codecs/engine/encode-planes.ts";
import { pictureOf, RenderRefusal, type RenderState } from "../render-state.ts";

/** IJG's scale: 75 shows blocks in skies, 85 costs a third more bytes. */
const JPEG_QUALITY = 80;

export function encode(state: RenderState): void {
  const { transform, opened, iccProfile } = state;
  if (transform.format !== "jpg") throw new RenderRefusal("unsupported", `no encoder of ${transform.format} yet`);
  const { image } = pictureOf(state, "planes");
  const quality = transform.quality ?? JPEG_QUALITY;
  const bytes = opened.engine.call((kernel) => {
    const encodePlanes = createPlanesEncoder(opened.engine, kernel, {
      isGrey: image.planes.length === 1,
      quality,
      iccProfile,
    });
    return encodePlanes(image);
  });
  const { widthPx, heightPx } = image;
  state.picture = { kind: "encoded", render: { widthPx, heightPx, contentType: "image/jpeg", bytes } };
}
