// VERSION_WANTED -> the version's picture in the bucket, its row done, and the news of a dither.
// May not: touch ack/retry, or trust that this is the first or only attempt.
import type { Outcome } from "../../shared/adapters/consume.ts";
import { discardVersionPicture } from "../../shared/adapters/discard-version-picture.ts";
import { errorText } from "../../shared/adapters/log.ts";
import { imageNews } from "../../shared/adapters/photo-messages.ts";
import { pictureOfVersion } from "../../shared/adapters/version-picture.ts";
import { UserId } from "../../shared/contracts/ids.ts";
import { VERSION_LEASE_MS, VERSION_MAX_ATTEMPTS, VERSION_REST_BASE_SECONDS } from "../../shared/contracts/limits.ts";
import type { ImageNews, VersionWanted } from "../../shared/contracts/messages.ts";
import { isTerminal } from "../../shared/contracts/photos.ts";
import type { RenderOutcome, RenderRequest } from "../../shared/contracts/renders.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import { versionPath } from "../../shared/db/photos/version-form.ts";
import {
  claimVersion,
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

const HAS_ATTEMPTS_LEFT: Outcome = { kind: "retry", reason: "the version changed meanwhile" };
/** The rows are the truth, messages but a hint: what is unfinished is sent again by the sweep. */
const LEFT_TO_THE_SWEEP: Outcome = { kind: "done", reason: "it has attempts left, and is sent again" };

export async function makeVersion(deps: MakeVersionDeps, wanted: Wanted): Promise<Outcome> {
  const { versionId, ownerId } = wanted;
  const before = await findVersion(deps.db, versionId, ownerId);
  const photo = before === null ? null : await findPhoto(deps.db, before.photoId, ownerId);
  // Renders start from thumbnails where they can: an attempt that comes too early is none. Asked for ever less often by the queue,
  // and then by the sweep.
  if (photo !== null && !isTerminal(photo.thumbnailState))
    return { kind: "retry", reason: "its thumbnails are being made" };
  const claimedAt = deps.now();
  let claimed: VersionRow | null = null;
  try {
    claimed = await claimVersion(deps.db, versionId, ownerId, claimedAt);
    return claimed === null ? await settleMissedClaim(deps, wanted, HAS_ATTEMPTS_LEFT) : await attempt(deps, claimed);
  } catch (cause) {
    const delaySeconds = restSeconds(claimed?.attempts ?? 1);
    // In the row, so that a second message does not use up the attempts of an outage either.
    const restsUntil = deps.now() + delaySeconds * 1000;
    await releaseVersion(deps.db, versionId, claimedAt + VERSION_LEASE_MS, restsUntil).catch(() => {});
    return { kind: "retry", reason: errorText(cause), delaySeconds };
  }
}

/** Nothing comes after the last attempt that would be worth waiting for. */
function restSeconds(attempts: number): number {
  return attempts < VERSION_MAX_ATTEMPTS ? VERSION_REST_BASE_SECONDS ** attempts : 0;
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
  if (now !== null) return await settle(deps, now, HAS_ATTEMPTS_LEFT);
  // Deleted while it was made: nothing is left that nobody has a row of.
  await discardVersionPicture(deps, row, key);
  return { kind: "drop", reason: "the version was deleted while it was made" };
}

async function fail(
  deps: MakeVersionDeps,
  row: VersionRow,
  reason: Parameters<typeof failVersion>[2],
  detail: string,
): Promise<Outcome> {
  await failVersion(deps.db, row.id, reason, deps.now(), row.leaseUntil);
  return { kind: "done", reason: `failed ${reason} (attempt ${row.attempts}): ${detail}` };
}

/** The claim changed no row: somebody else was first, and the row says who and how. */
async function settleMissedClaim(
  deps: MakeVersionDeps,
  { versionId, ownerId }: Wanted,
  otherwise: Outcome,
): Promise<Outcome> {
  const row = await findVersion(deps.db, versionId, ownerId);
  if (row === null) return { kind: "drop", reason: "the version or its photo was deleted" };
  return await settle(deps, row, otherwise);
}

/** @param otherwise what becomes of the message of a version that nobody is at, and that may still be made */
async function settle(deps: MakeVersionDeps, row: VersionRow, otherwise: Outcome): Promise<Outcome> {
  const now = deps.now();
  // It is there, and may be known to nobody: the attempt that finished it may have ended before it said so.
  if (row.state === "done") return await announce(deps, row);
  if (row.state === "failed") return { kind: "done", reason: "already failed" };
  if (row.leaseUntil > now)
    return {
      kind: "retry",
      reason: "another attempt holds the lease, or it rests after one",
      delaySeconds: Math.ceil((row.leaseUntil - now) / 1000),
    };
  if (row.attempts < VERSION_MAX_ATTEMPTS) return otherwise;
  const failed = await failVersion(deps.db, row.id, "attempts-exhausted", now);
  return failed === null ? otherwise : { kind: "done", reason: "failed: it had all its attempts" };
}

/** A message that no attempt could settle. Only what had all its attempts fails: messages die of waiting, too. */
export function failDeadVersion(deps: MakeVersionDeps, wanted: Wanted): Promise<Outcome> {
  return settleMissedClaim(deps, wanted, LEFT_TO_THE_SWEEP);
}

async function announce(deps: MakeVersionDeps, row: VersionRow): Promise<Outcome> {
  if (row.kind === "dither") {
    const body = { uuid: row.photoId, ownerId: row.userId, url_dither: versionPath(row) };
    await deps.sendNews(imageNews("DITHER_UPLOADED", body, deps.newId(), deps.now()));
  }
  return { kind: "done" };
}
