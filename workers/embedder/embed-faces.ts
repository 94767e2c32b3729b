// PHOTO_THUMBNAILED -> faces with sealed vectors. Opens only the 1280 derivative; the original stays closed.
// May not: touch ack/retry, log a vector, look at a photo without its owner's consent, or write faces of a photo that was
// deleted, or whose owner withdrew, meanwhile.
import type { Outcome } from "../../shared/adapters/consume.ts";
import type { FaceVault, VaultOwner } from "../../shared/adapters/face-vault.ts";
import { renditionKey } from "../../shared/adapters/objects.ts";
import { type ProgressReporter, reportPhoto } from "../../shared/adapters/progress.ts";
import { settleMissedClaim } from "../../shared/adapters/settle-missed-claim.ts";
import type { JpegPixels } from "../../shared/codecs/jpeg-pixels.ts";
import type { FaceRecognitionDefault } from "../../shared/contracts/consent.ts";
import { STAGE_LEASE_MS } from "../../shared/contracts/limits.ts";
import { claimIndex, facesOfPhoto, finishIndex, type StoredFace } from "../../shared/db/photos/index-statements.ts";
import { type PhotoKey, redoThumbnail, releaseLease } from "../../shared/db/photos/stage-statements.ts";
import type { FaceEmbedder, RgbaImage } from "../../shared/inference/face-embedder.ts";
import { type FacePlan, planFaces } from "./plan-faces.ts";

/** The derivative that faces are read from: nothing larger is needed, nothing smaller is enough. */
export const FACE_SOURCE_WIDTH_PX = 1280;

/** The index stage is the last. */
const NOTHING_FOLLOWS = async (): Promise<void> => {};

export interface EmbedFacesDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly codecs: JpegPixels;
  readonly embedder: () => Promise<FaceEmbedder>;
  /** The user's vault, with a key when there was none. */
  readonly vault: (owner: VaultOwner) => Promise<FaceVault>;
  readonly preset: FaceRecognitionDefault;
  readonly progress: ProgressReporter;
  /** Tells the owner's people index of faces, without waiting for it: a hint that may be lost. */
  readonly announce: (userId: string, photoId: string) => void;
  readonly newId: () => string;
  readonly now: () => number;
}

export async function embedFaces(deps: EmbedFacesDeps, photo: PhotoKey): Promise<Outcome> {
  const claimedAt = deps.now();
  // The next delivery need not wait for a lease nobody holds: that of an attempt that has ended, or of a claim that was
  // committed although its answer was lost.
  const release = () => releaseLease(deps.db, photo, "index", claimedAt + STAGE_LEASE_MS);
  try {
    const claim = await claimIndex(deps.db, deps.preset, photo, claimedAt);
    if (claim === null) return await settleMissedClaim(deps, photo, "index", NOTHING_FOLLOWS);
    if (claim.kind === "no-consent") {
      await reportPhoto(deps.progress, claim.row);
      return { kind: "done", reason: "skipped no-consent" };
    }
    const outcome = await attempt(deps, photo, claim.epoch);
    if (outcome !== null) return outcome;
    await release();
    return await settleMissedClaim(deps, photo, "index", NOTHING_FOLLOWS);
  } catch (cause) {
    await release().catch(() => {});
    throw cause;
  }
}

/** Null when the photo, or its owner's consent, is not what it was at the claim. */
async function attempt(deps: EmbedFacesDeps, photo: PhotoKey, epoch: number): Promise<Outcome | null> {
  const startedAt = deps.now();
  const derivative = await deps.bucket.get(renditionKey(photo, FACE_SOURCE_WIDTH_PX));
  if (derivative === null) return await askForThumbnailsAgain(deps, photo);
  const bytes = new Uint8Array(await derivative.arrayBuffer());
  const image = await deps.codecs.decodeJpeg(bytes);
  const embedder = await deps.embedder();
  const [observed = []] = await embedder.embed([image]);
  const plan = planFaces(await facesOfPhoto(deps.db, photo), observed);
  const finished = await finishIndex(
    deps.db,
    deps.preset,
    photo,
    {
      epoch,
      modelId: embedder.modelId,
      isRecognition: embedder.grade === "recognition",
      faces: await seal(deps, { userId: photo.userId, epoch }, embedder, image, plan),
      gone: plan.gone,
      ms: deps.now() - startedAt,
    },
    deps.now(),
  );
  if (finished === null) return null;
  await reportPhoto(deps.progress, finished);
  if (finished.faces > 0) deps.announce(photo.userId, photo.photoId);
  return { kind: "done" };
}

/** Thumbnails were done but are gone: their stage starts again, and sends a new message when it is through. */
async function askForThumbnailsAgain(deps: EmbedFacesDeps, photo: PhotoKey): Promise<Outcome> {
  const row = await redoThumbnail(deps.db, photo, deps.now());
  if (row !== null) await reportPhoto(deps.progress, row);
  return { kind: "drop", reason: "the 1280 derivative is missing; the sweep makes it again" };
}

async function seal(
  deps: EmbedFacesDeps,
  owner: VaultOwner,
  embedder: FaceEmbedder,
  image: RgbaImage,
  { found, unseen }: FacePlan,
): Promise<StoredFace[]> {
  if (found.length + unseen.length === 0) return [];
  const { modelId } = embedder;
  const vault = await deps.vault(owner);
  const looked = unseen.length === 0 ? [] : await embedder.embedAt(image, unseen);
  return await Promise.all([
    ...found.map(async ({ id: knownId, observation }) => {
      const { embedding, ...face } = observation;
      const id = knownId ?? deps.newId();
      const sealed = await vault.seal({ faceId: id, modelId }, embedding);
      return { ...face, id, is: knownId === null ? ("new" as const) : ("seen" as const), sealed };
    }),
    ...unseen.map(async ({ id, box, landmarks, score }, i) => {
      const observation = looked[i] ?? null;
      const sealed = observation === null ? null : await vault.seal({ faceId: id, modelId }, observation.embedding);
      return { id, is: "unseen" as const, box, landmarks, score, quality: observation?.quality ?? 0, sealed };
    }),
  ]);
}
