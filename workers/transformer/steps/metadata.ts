// What the result says of its photo: nothing, unless somebody asks for it.
import { selectExif } from "../../../shared/kernels/select-exif.ts";
import { pictureOf, type RenderState } from "../render-state.ts";

export function metadata(state: RenderState): void {
  const { meta } = state.transform;
  const { exif } = pictureOf(state, "decoded").original;
  if (meta !== undefined && exif !== null) state.exif = selectExif(exif, meta);
}
