// IMAGE_UPLOADED -> thumbnails. Decodes the original once; nothing downstream opens it again.
// May not: touch ack/retry, know R2's event format, or trust that this is the first or only attempt.
import type { Outcome } from "../../shared/adapters/consume.ts";
import { deleteKeys, originalKey, putRendition, renditionKeys } from "../../shared/adapters/objects.ts";
import { type ProgressReporter, reportPhoto } from "../../shared/adapters/progress.ts";
import { settleMissedClaim } from "../../shared/adapters/settle-missed-claim.ts";
import type { ImageCodecs, RenditionResult } from "../../shared/codecs/index.ts";
import { STAGE_LEASE_MS } from "../../shared/contracts/limits.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import type { PhotoRow } from "../../shared/db/photos/photo-row.ts";
import {
  claimThumbnail,
  endThumbnail,
  finishThumbnail,
  type PhotoKey,
  releaseLease,
  type ThumbnailFacts,
} from "../../shared/db/photos/stage-statements.ts";

export interface MakeThumbnailsDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly codecs: Pick<ImageCodecs, "makeRenditions">;
  readonly progress: ProgressReporter;
  /** Sends PHOTO_THUMBNAILED to the index queue. */
  readonly forward: (photo: PhotoKey) => Promise<void>;
  readonly now: () => number;
}

export async function makeThumbnails(deps: MakeThumbnailsDeps, photo: PhotoKey): Promise<Outcome> {
  const claimedAt = deps.now();
  try {
    const claimed = await claimThumbnail(deps.db, photo, claimedAt);
    if (claimed === null) return await settleMissedClaim(deps, photo, "thumbnail", () => deps.forward(photo));
    return await attempt(deps, photo, claimed);
  } catch (cause) {
    // The next delivery need not wait for a lease nobody holds: that of an attempt that has ended, or of a claim that was
    // committed although its answer was lost.
    await releaseLease(deps.db, photo, "thumbnail", claimedAt + STAGE_LEASE_MS).catch(() => {});
    throw cause;
  }
}

async function attempt(deps: MakeThumbnailsDeps, photo: PhotoKey, claimed: PhotoRow): Promise<Outcome> {
  const startedAt = deps.now();
  const original = await deps.bucket.head(originalKey(photo));
  if (original === null) throw new Error("the original is not in storage");
  const result = await deps.codecs.makeRenditions({
    sizeBytes: original.size,
    open: () => openOriginal(deps.bucket, photo),
  });
  if (result.kind !== "done") return await end(deps, photo, result, claimed);

  for (const rendition of result.renditions) await putRendition(deps.bucket, photo, rendition.widthPx, rendition.bytes);
  const finished = await finishThumbnail(
    deps.db,
    photo,
    factsOf(result.facts),
    result.thumbhash,
    deps.now() - startedAt,
    deps.now(),
  );
  if (finished === null) return await afterLostRace(deps, photo);
  await reportPhoto(deps.progress, finished);
  await deps.forward(photo);
  return { kind: "done" };
}

async function openOriginal(bucket: R2Bucket, photo: PhotoKey): Promise<ReadableStream<Uint8Array>> {
  const object = await bucket.get(originalKey(photo));
  if (object === null) throw new Error("the original vanished from storage");
  return object.body;
}

async function end(
  deps: MakeThumbnailsDeps,
  photo: PhotoKey,
  result: Exclude<RenditionResult, { kind: "done" }>,
  claimed: PhotoRow,
): Promise<Outcome> {
  const ended = await endThumbnail(
    deps.db,
    photo,
    result.kind === "skipped"
      ? { state: "skipped", reason: result.reason }
      : { state: "failed", reason: result.reason },
    result.kind === "skipped" && result.facts !== null ? factsOf(result.facts) : null,
    deps.now(),
  );
  if (ended !== null) await reportPhoto(deps.progress, ended);
  return {
    kind: "done",
    reason: `${result.kind} ${result.reason} (attempt ${claimed.thumbnailAttempts}): ${result.detail}`,
  };
}

/** The finish changed no row: a purged photo must keep no derivatives; a finished one may still need its message. */
async function afterLostRace(deps: MakeThumbnailsDeps, photo: PhotoKey): Promise<Outcome> {
  const row = await findPhoto(deps.db, photo.photoId, photo.userId);
  if (row === null || row.purgedAt !== null || row.gen !== photo.gen) {
    await deleteKeys(deps.bucket, renditionKeys(photo));
    return { kind: "drop", reason: "the photo was deleted while its thumbnails were made" };
  }
  return await settleMissedClaim(deps, photo, "thumbnail", () => deps.forward(photo));
}

function factsOf(facts: ThumbnailFacts): ThumbnailFacts {
  const { mime, widthPx, heightPx, takenAt, camera, latitude, longitude } = facts;
  return { mime, widthPx, heightPx, takenAt, camera, latitude, longitude };
}
