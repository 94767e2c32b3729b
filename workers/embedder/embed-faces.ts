// PHOTO_THUMBNAILED -> faces with embeddings. Opens only the 1280 derivative; the original stays closed.
// May not: touch ack/retry, log a vector, or write faces of a photo that was deleted meanwhile.
import type { Outcome } from "../../shared/adapters/consume.ts";
import { hex, renditionKey } from "../../shared/adapters/objects.ts";
import { type ProgressReporter, reportPhoto } from "../../shared/adapters/progress.ts";
import { settleMissedClaim } from "../../shared/adapters/settle-missed-claim.ts";
import type { JpegPixels } from "../../shared/codecs/jpeg-pixels.ts";
import { STAGE_LEASE_MS } from "../../shared/contracts/limits.ts";
import {
  claimIndex,
  finishIndex,
  type PhotoKey,
  redoThumbnail,
  releaseLease,
  type StoredFace,
} from "../../shared/db/photos/stage-statements.ts";
import type { FaceEmbedder, FaceObservation } from "../../shared/inference/face-embedder.ts";

/** The derivative that faces are read from: nothing larger is needed, nothing smaller is enough. */
export const FACE_SOURCE_WIDTH_PX = 1280;

/** The index stage is the last. */
const NOTHING_FOLLOWS = async (): Promise<void> => {};

export interface EmbedFacesDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly codecs: JpegPixels;
  readonly embedder: () => Promise<FaceEmbedder>;
  readonly progress: ProgressReporter;
  readonly newId: () => string;
  readonly now: () => number;
}

export async function embedFaces(deps: EmbedFacesDeps, photo: PhotoKey): Promise<Outcome> {
  const claimedAt = deps.now();
  try {
    const claimed = await claimIndex(deps.db, photo, claimedAt);
    if (claimed === null) return await settleMissedClaim(deps, photo, "index", NOTHING_FOLLOWS);
    return await attempt(deps, photo);
  } catch (cause) {
    // The next delivery need not wait for a lease nobody holds: that of an attempt that has ended, or of a claim that was
    // committed although its answer was lost.
    await releaseLease(deps.db, photo, "index", claimedAt + STAGE_LEASE_MS).catch(() => {});
    throw cause;
  }
}

async function attempt(deps: EmbedFacesDeps, photo: PhotoKey): Promise<Outcome> {
  const startedAt = deps.now();
  const derivative = await deps.bucket.get(renditionKey(photo, FACE_SOURCE_WIDTH_PX));
  if (derivative === null) return await askForThumbnailsAgain(deps, photo);
  const bytes = new Uint8Array(await derivative.arrayBuffer());
  const embedder = await deps.embedder();
  const [faces = []] = await embedder.embed([await deps.codecs.decodeJpeg(bytes)]);
  const finished = await finishIndex(
    deps.db,
    photo,
    {
      modelId: embedder.modelId,
      faces: faces.map((face) => toStoredFace(face, deps.newId())),
      ms: deps.now() - startedAt,
    },
    deps.now(),
  );
  if (finished === null) return await settleMissedClaim(deps, photo, "index", NOTHING_FOLLOWS);
  await reportPhoto(deps.progress, finished);
  return { kind: "done" };
}

/** Thumbnails were done but are gone: their stage starts again, and sends a new message when it is through. */
async function askForThumbnailsAgain(deps: EmbedFacesDeps, photo: PhotoKey): Promise<Outcome> {
  const row = await redoThumbnail(deps.db, photo, deps.now());
  if (row !== null) await reportPhoto(deps.progress, row);
  return { kind: "drop", reason: "the 1280 derivative is missing; the sweep makes it again" };
}

function toStoredFace(face: FaceObservation, id: string): StoredFace {
  const { buffer, byteOffset, byteLength } = face.embedding;
  return {
    id,
    box: face.box,
    landmarks: face.landmarks,
    score: face.score,
    quality: face.quality,
    embeddingHex: hex(new Uint8Array(buffer, byteOffset, byteLength)),
  };
}
