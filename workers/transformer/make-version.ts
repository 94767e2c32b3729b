// VERSION_WANTED -> the version's picture in the bucket, its row done, and the news of a dither.
// May not: touch ack/retry, or trust that this is the first or only attempt.
import type { Outcome } from "../../shared/adapters/consume.ts";
import { deleteKeys } from "../../shared/adapters/objects.ts";
import { imageNews } from "../../shared/adapters/photo-messages.ts";
import { pictureOfVersion } from "../../shared/adapters/version-picture.ts";
import { UserId } from "../../shared/contracts/ids.ts";
import { VERSION_LEASE_MS, VERSION_MAX_ATTEMPTS } from "../../shared/contracts/limits.ts";
import type { ImageNews, VersionWanted } from "../../shared/contracts/messages.ts";
import { isTerminal } from "../../shared/contracts/photos.ts";
import type { RenderOutcome, RenderRequest } from "../../shared/contracts/renders.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import { versionPath } from "../../shared/db/photos/version-form.ts";
import {
  claimVersion,
  failAbandonedVersion,
  failVersion,
  findVersion,
  finishVersion,
  releaseVersion,
  type VersionRow,
} from "../../shared/db/photos/version-statements.ts";

export interface MakeVersionDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  /** Rejects for what may be tried again. */
  readonly render: (request: RenderRequest) => Promise<RenderOutcome>;
  readonly sendNews: (news: ImageNews) => Promise<void>;
  readonly newId: () => string;
  readonly now: () => number;
}

type Wanted = VersionWanted["body"];

/** Time (s) after which a photo whose thumbnails are being made is looked at again. */
const UNTIL_THUMBNAILS_SECONDS = 3;

export async function makeVersion(deps: MakeVersionDeps, wanted: Wanted): Promise<Outcome> {
  const { versionId, ownerId } = wanted;
  const before = await findVersion(deps.db, versionId, ownerId);
  const photo = before === null ? null : await findPhoto(deps.db, before.photoId, ownerId);
  // Renders start from thumbnails where they can: an attempt that comes too early is none.
  if (photo !== null && !isTerminal(photo.thumbnailState))
    return { kind: "retry", reason: "its thumbnails are being made", delaySeconds: UNTIL_THUMBNAILS_SECONDS };
  const claimedAt = deps.now();
  try {
    const claimed = await claimVersion(deps.db, versionId, ownerId, claimedAt);
    return claimed === null ? await settleMissedClaim(deps, wanted) : await attempt(deps, claimed);
  } catch (cause) {
    await releaseVersion(deps.db, versionId, claimedAt + VERSION_LEASE_MS).catch(() => {});
    throw cause;
  }
}

async function attempt(deps: MakeVersionDeps, row: VersionRow): Promise<Outcome> {
  const picture = await pictureOfVersion(deps.db, row);
  if (picture === null) return await fail(deps, row, "unsupported", "its options cannot be read any more");
  const { transform, key } = picture;
  const outcome = await deps.render({
    userId: UserId.parse(row.userId),
    photoId: row.photoId as RenderRequest["photoId"],
    gen: row.gen,
    transform,
    focus: [],
    redact: [],
    key,
  });
  if (outcome.kind === "gone") return { kind: "drop", reason: "the photo was deleted" };
  if (outcome.kind === "unmakeable") return await fail(deps, row, outcome.reason, outcome.detail);
  const done = await finishVersion(deps.db, row.id, outcome, deps.now());
  if (done !== null) return await announce(deps, done);
  const now = await findVersion(deps.db, row.id, row.userId);
  if (now !== null) return await settleMissedClaim(deps, { versionId: row.id, ownerId: row.userId } as Wanted);
  // Deleted while it was made: nothing is left that nobody has a row of.
  await deleteKeys(deps.bucket, [key]);
  return { kind: "drop", reason: "the version was deleted while it was made" };
}

async function fail(
  deps: MakeVersionDeps,
  row: VersionRow,
  reason: Parameters<typeof failVersion>[2],
  detail: string,
): Promise<Outcome> {
  await failVersion(deps.db, row.id, reason, deps.now());
  return { kind: "done", reason: `failed ${reason} (attempt ${row.attempts}): ${detail}` };
}

/** The claim changed no row: somebody else was first, and the row says who and how. */
async function settleMissedClaim(deps: MakeVersionDeps, { versionId, ownerId }: Wanted): Promise<Outcome> {
  const now = deps.now();
  const row = await findVersion(deps.db, versionId, ownerId);
  if (row === null) return { kind: "drop", reason: "the version or its photo was deleted" };
  // It is there, and may be known to nobody: the attempt that finished it may have ended before it said so.
  if (row.state === "done") return await announce(deps, row);
  if (row.state === "failed") return { kind: "done", reason: "already failed" };
  if (row.leaseUntil > now)
    return {
      kind: "retry",
      reason: "another attempt holds the lease",
      delaySeconds: Math.ceil((row.leaseUntil - now) / 1000),
    };
  if (row.attempts >= VERSION_MAX_ATTEMPTS) await failAbandonedVersion(deps.db, versionId, "attempts-exhausted", now);
  return { kind: "retry", reason: "the version changed meanwhile" };
}

/** A message that no attempt could settle. A live attempt may still succeed; what it leaves is looked at again. */
export async function failDeadVersion(deps: MakeVersionDeps, { versionId, ownerId }: Wanted): Promise<Outcome> {
  const now = deps.now();
  const failed = await failAbandonedVersion(deps.db, versionId, "internal", now);
  if (failed !== null) return { kind: "done", reason: "failed: every delivery of its message did" };
  const row = await findVersion(deps.db, versionId, ownerId);
  if (row === null || row.leaseUntil <= now) return { kind: "done", reason: row?.state ?? "deleted" };
  return {
    kind: "retry",
    reason: "an attempt is still running",
    delaySeconds: Math.ceil((row.leaseUntil - now) / 1000),
  };
}

async function announce(deps: MakeVersionDeps, row: VersionRow): Promise<Outcome> {
  if (row.kind === "dither") {
    const body = { uuid: row.photoId, ownerId: row.userId, url_dither: versionPath(row) };
    await deps.sendNews(imageNews("DITHER_UPLOADED", body, deps.newId(), deps.now()));
  }
  return { kind: "done" };
}
