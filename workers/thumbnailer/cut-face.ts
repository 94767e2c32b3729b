// A face somebody looks at -> its square crop for everybody after. Runs on request, so it may be interrupted and run twice at once.
// May not: change a row, or leave a crop behind of a face or photo that was removed, or of a user who withdrew meanwhile.
import {
  deleteKeys,
  faceCropKey,
  type ObjectOwner,
  openStored,
  originalKey,
  putFaceCrop,
  renditionKey,
} from "../../shared/adapters/objects.ts";
import type { ImageCodecs } from "../../shared/codecs/index.ts";
import type { FaceCropOutcome, FaceCropRequest } from "../../shared/contracts/face-crops.ts";
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import { type CutFace, findFaceToCut } from "../../shared/db/photos/face-queries.ts";
import { widthForFace } from "../../shared/kernels/face-square.ts";

export interface CutFaceDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly codecs: Pick<ImageCodecs, "cutFace">;
}

/** Formats the engine reads at a smaller scale and by windows; the others would cost a library all their pixels. */
const READ_AT_SCALE: ReadonlySet<string> = new Set(["image/jpeg", "image/png"]);

/** Throws what may be tried again. Repeatable: the same face gives the same bytes. */
export async function cutFace(deps: CutFaceDeps, request: FaceCropRequest): Promise<FaceCropOutcome> {
  const { userId, photoId, gen, faceId } = request;
  const photo: ObjectOwner = { userId, photoId, gen };
  const face = await findFaceToCut(deps.db, request);
  if (face === null) return { kind: "gone" };

  const largest = renditionKey(photo, RENDITION_WIDTHS[0]);
  const key = isBetterFromOriginal(face) ? originalKey(photo) : largest;
  let cut = await deps.codecs.cutFace(await openStored(deps.bucket, key), face.box);
  if (cut.kind !== "done" && key !== largest)
    cut = await deps.codecs.cutFace(await openStored(deps.bucket, largest), face.box);
  if (cut.kind !== "done") return { kind: "unmakeable", detail: `${cut.kind} ${cut.reason}: ${cut.detail}` };

  await putFaceCrop(deps.bucket, photo, faceId, cut.bytes);
  const after = await findFaceToCut(deps.db, request);
  if (after !== null) return { kind: "stored" };
  await deleteKeys(deps.bucket, [faceCropKey(photo, faceId)]);
  return { kind: "gone" };
}

/** A small face has more pixels in the original than in any rendition. */
function isBetterFromOriginal({ box, mime, widthPx }: CutFace): boolean {
  const renditionPx = Math.min(widthPx, RENDITION_WIDTHS[0]);
  return READ_AT_SCALE.has(mime) && widthPx > renditionPx && renditionPx < widthForFace(box);
}
