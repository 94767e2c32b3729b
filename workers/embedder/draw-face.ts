// A box somebody drew -> a face with a sealed vector. The same guards as the index stage: no consent, no face.
// Repeatable: the same box in the same photo is the same face.
import { renditionKey } from "../../shared/adapters/objects.ts";
import { reportPhoto } from "../../shared/adapters/progress.ts";
import type { FaceId } from "../../shared/contracts/ids.ts";
import type { DrawFaceOutcome, DrawFaceRequest } from "../../shared/contracts/people-index.ts";
import { findDrawnFace, recognisedEpoch, storeDrawnFace } from "../../shared/db/photos/index-statements.ts";
import { type EmbedFacesDeps, FACE_SOURCE_WIDTH_PX } from "./embed-faces.ts";

const GONE: DrawFaceOutcome = { kind: "gone" };

/** Throws what may be tried again. */
export async function drawFace(
  deps: Omit<EmbedFacesDeps, "announce">,
  { userId, photoId, gen, box }: DrawFaceRequest,
): Promise<DrawFaceOutcome> {
  const key = { userId, photoId, gen };
  const epoch = await recognisedEpoch(deps.db, deps.preset, userId);
  if (epoch === null) return GONE;
  const drawnBefore = await findDrawnFace(deps.db, key, box);
  if (drawnBefore !== null) return { kind: "stored", faceId: drawnBefore as FaceId };
  const derivative = await deps.bucket.get(renditionKey(key, FACE_SOURCE_WIDTH_PX));
  if (derivative === null) return GONE;
  const image = await deps.codecs.decodeJpeg(new Uint8Array(await derivative.arrayBuffer()));
  const embedder = await deps.embedder();
  const { modelId } = embedder;
  const [looked = null] = await embedder.embedAt(image, [{ box, landmarks: [] }]);
  const id = deps.newId();
  const vault = looked === null ? null : await deps.vault({ userId, epoch });
  const face = {
    id,
    box,
    landmarks: looked?.landmarks ?? [],
    // A person says that it is one; without a model there is no other opinion.
    score: looked?.score ?? 1,
    quality: looked?.quality ?? 0,
    sealed: looked === null || vault === null ? null : await vault.seal({ faceId: id, modelId }, looked.embedding),
  };
  const row = await storeDrawnFace(deps.db, deps.preset, key, { epoch, modelId, face }, deps.now());
  if (row === null) return GONE;
  await reportPhoto(deps.progress, row);
  // Of two that came at once, the first has the say.
  const stored = await findDrawnFace(deps.db, key, box);
  return stored === null ? GONE : { kind: "stored", faceId: stored as FaceId };
}
