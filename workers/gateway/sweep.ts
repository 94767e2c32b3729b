// The cron sweep: compares rows and bytes, and repairs whatever a lost event, message, report or process left behind.
// It survives the total loss of every queue. Resumable: listings go on where the last run stopped.
import { errorText, log } from "../../shared/adapters/log.ts";
import {
  DERIVED_PREFIX,
  deletePhotoObjects,
  isUploadPiece,
  ORIGINALS_PREFIX,
  originalKey,
  ownerOfKey,
  renditionKeys,
} from "../../shared/adapters/objects.ts";
import { Subrequests } from "../../shared/adapters/subrequests.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { DERIVATIVE_GRACE_MS, UPLOAD_PIECE_KEEP_MS } from "../../shared/contracts/limits.ts";
import { batchReport } from "../../shared/db/photos/batch-statements.ts";
import { forgetIdempotencyKeys } from "../../shared/db/photos/idempotency-keys.ts";
import type { PhotoRow } from "../../shared/db/photos/photo-row.ts";
import { decideRepair } from "../../shared/db/photos/repair-decisions.ts";
import {
  deleteOrphanFaces,
  finishedPhotosBetween,
  forgetTombstone,
  markNudged,
  photosById,
  readCursor,
  recentTombstones,
  tombstonesDue,
  trashDue,
  type UnfinishedPoint,
  unfinishedPhotos,
  writeCursor,
} from "../../shared/db/photos/sweep-queries.ts";
import { closeIdleBatches } from "../../shared/db/photos/upload-statements.ts";
import { applyRepair } from "./apply-repair.ts";
import { sweepConsent, sweepCrops, sweepKeys } from "./sweep-consent.ts";
import { sweepModels } from "./sweep-models.ts";
import {
  count,
  deleteListed,
  eachListedPage,
  type SweepDeps,
  type Sweeping,
  type SweepReport,
  USER_PASSES_CALLS,
} from "./sweeping.ts";

/** Rows or list pages one run takes on; the next run goes on from there. */
const ROWS_PER_RUN = 1000;
const ROWS_PER_PAGE = 250;
/** Finished photos compared with one page of objects: twice what a full page can show. */
const FINISHED_PER_PAGE = 500;
/** Faces one run compares with their photos: an orphan is a bug's, and a bug may wait for the walk to come round. */
const FACES_PER_RUN = 5000;
/** While a queue holds messages, the missing one is probably among them: patience is multiplied by this. */
const BACKLOG_PATIENCE = 4;

export async function sweep(given: SweepDeps, staleAfterMs: number): Promise<SweepReport> {
  const deps: Sweeping = { ...given, nudged: [], calls: new Subrequests(USER_PASSES_CALLS) };
  const report: SweepReport = { examined: 0, repaired: {}, failures: 0 };
  const backlog = await deps.backlog().catch(() => null);
  const patienceMs = backlog !== null && backlog > 0 ? staleAfterMs * BACKLOG_PATIENCE : staleAfterMs;
  // The small passes first: a flood of unfinished photos must not keep batches open or the trash full.
  const passes: readonly [string, () => Promise<void>][] = [
    ["batches", () => sweepBatches(deps, report)],
    ["trash", () => sweepTrash(deps, report)],
    ["faces", () => sweepFaces(deps, report)],
    ["consent", () => sweepConsent(deps, report)],
    ["models", () => sweepModels(deps, backlog, report)],
    ["keys", () => sweepKeys(deps, report)],
    ["crops", () => sweepCrops(deps, report)],
    ["unfinished", () => sweepUnfinished(deps, patienceMs, report)],
    ["uploading", () => sweepUploading(deps, patienceMs, report)],
    ["originals", () => sweepOriginals(deps, patienceMs, report)],
    ["derived", () => sweepDerived(deps, patienceMs, report)],
  ];
  for (const [name, pass] of passes) {
    try {
      await pass();
      await rememberNudged(deps);
    } catch (cause) {
      // One failing pass must not keep the others from their repairs.
      report.failures++;
      log("error", "sweep-pass-failed", { pass: name, cause: errorText(cause) });
    }
  }
  if (Object.keys(report.repaired).length > 0) log("warn", "sweep-repaired", report.repaired);
  return report;
}

/** One statement a page instead of one a photo: a Worker's run may make a thousand. */
async function rememberNudged(deps: Sweeping): Promise<void> {
  const photoIds = deps.nudged.splice(0);
  if (photoIds.length > 0) await markNudged(deps.db, photoIds, deps.now());
}

/** Stored photos that should have moved on: their message, event or process is gone. Each repair moves its row out of the way. */
async function sweepUnfinished(deps: Sweeping, staleAfterMs: number, report: SweepReport): Promise<void> {
  await walkUnfinished(deps, report, "stored", staleAfterMs, null);
}

/**
 * Announced photos whose bytes may have come unnoticed. They may wait for days and there may be thousands, so each run
 * goes on where the last one stopped: a flood of announcements must not hide the one whose bytes are there.
 */
async function sweepUploading(deps: Sweeping, staleAfterMs: number, report: SweepReport): Promise<void> {
  const [changedAt, id] = (await readCursor(deps.db, "uploading"))?.split(":") ?? [];
  const start = changedAt === undefined || id === undefined ? null : { changedAt: Number(changedAt), id };
  const end = await walkUnfinished(deps, report, "uploading", staleAfterMs, start);
  if (end === null && start === null) return;
  await writeCursor(deps.db, "uploading", end === null ? null : `${end.changedAt}:${end.id}`, deps.now());
}

/** @returns where to go on, or null when there is nothing left to look at */
async function walkUnfinished(
  deps: Sweeping,
  report: SweepReport,
  lifecycle: "uploading" | "stored",
  staleAfterMs: number,
  start: UnfinishedPoint | null,
): Promise<UnfinishedPoint | null> {
  const before = deps.now() - staleAfterMs;
  let after = start;
  for (let rows = 0; rows < ROWS_PER_RUN; rows += ROWS_PER_PAGE) {
    const page: PhotoRow[] = await unfinishedPhotos(deps.db, lifecycle, before, after, ROWS_PER_PAGE);
    for (const row of page) {
      const original =
        (await deps.bucket.head(originalKey({ userId: row.userId, photoId: row.id, gen: row.gen }))) !== null;
      await repair(deps, report, { row, original, derivatives: "unknown" }, staleAfterMs);
    }
    await rememberNudged(deps);
    if (page.length < ROWS_PER_PAGE) return null;
    after = page.at(-1) ?? null;
  }
  return after;
}

/** Bytes against rows: what was uploaded but never recorded, and what should have been deleted. */
async function sweepOriginals(deps: Sweeping, staleAfterMs: number, report: SweepReport): Promise<void> {
  await eachListedPage(deps, "originals", ORIGINALS_PREFIX, async (objects) => {
    const rows = await photosById(deps.db, photoIdsOf(objects));
    for (const object of objects) {
      const owner = ownerOfKey(object.key);
      if (owner === null) continue;
      const row = rows.get(owner.photoId) ?? null;
      if (row !== null && (row.userId !== owner.userId || row.gen !== owner.gen)) {
        if (isPastGrace(object, deps.now())) await deleteListed(deps, report, [object.key]);
      } else if (row === null && !isPastGrace(object, deps.now())) {
        // An intent is written before its bytes; only a restored database can lack the row of old bytes.
      } else {
        await repair(deps, report, { row, original: true, derivatives: "unknown", object }, staleAfterMs);
      }
    }
    return null;
  });
}

/** Renditions against rows: those of purged photos go, those that are missing are made again. */
async function sweepDerived(deps: Sweeping, staleAfterMs: number, report: SweepReport): Promise<void> {
  await eachListedPage(deps, "derived", DERIVED_PREFIX, async (objects, after, upTo) => {
    const listed = new Set(objects.map(({ key }) => key));
    const rows = await photosById(deps.db, photoIdsOf(objects));
    for (const object of objects) {
      const owner = ownerOfKey(object.key);
      const row = owner === null ? null : (rows.get(owner.photoId) ?? null);
      const isDead = row === null || row.purgedAt !== null || row.gen !== owner?.gen;
      if ((isDead && isPastGrace(object, deps.now())) || isLeftPiece(object, row, deps.now()))
        await deleteListed(deps, report, [object.key]);
    }
    const changedBefore = deps.now() - DERIVATIVE_GRACE_MS;
    const finished = await finishedPhotosBetween(deps.db, after, upTo, changedBefore, FINISHED_PER_PAGE);
    for (const row of finished) {
      const keys = renditionKeys({ userId: row.userId, photoId: row.id, gen: row.gen });
      if (!keys.every((key) => listed.has(key))) await repairMissingRenditions(deps, report, row, staleAfterMs);
    }
    const last = finished.at(-1);
    if (last === undefined || finished.length < FINISHED_PER_PAGE) return null;
    return renditionKeys({ userId: last.userId, photoId: last.id, gen: last.gen }).toSorted().at(-1) ?? null;
  });
}

/** The listing is a moment old: the objects themselves decide. */
async function repairMissingRenditions(
  deps: Sweeping,
  report: SweepReport,
  row: PhotoRow,
  staleAfterMs: number,
): Promise<void> {
  const owner = { userId: row.userId, photoId: row.id, gen: row.gen };
  const heads = await Promise.all([originalKey(owner), ...renditionKeys(owner)].map((key) => deps.bucket.head(key)));
  const [original, ...renditions] = heads;
  await repair(
    deps,
    report,
    {
      row,
      original: original != null,
      derivatives: renditions.every((head) => head !== null) ? "complete" : "incomplete",
    },
    staleAfterMs,
  );
}

async function sweepTrash(deps: Sweeping, report: SweepReport): Promise<void> {
  for (const row of await trashDue(deps.db, deps.now(), ROWS_PER_PAGE))
    await repair(deps, report, { row, original: true, derivatives: "unknown" }, 0);
  // An attempt that began before the purge may have written after it.
  for (const { id, userId } of await recentTombstones(deps.db, deps.now(), ROWS_PER_PAGE))
    await attempt(report, "delete-objects", id, async () => (await deletePhotoObjects(deps.bucket, userId, id)) > 0);
  for (const { id, userId } of await tombstonesDue(deps.db, deps.now(), ROWS_PER_PAGE))
    await attempt(report, "forget", id, async () => {
      await deletePhotoObjects(deps.bucket, userId, id);
      return await forgetTombstone(deps.db, id, deps.now());
    });
  await forgetIdempotencyKeys(deps.db, deps.now());
}

async function sweepFaces(deps: Sweeping, report: SweepReport): Promise<void> {
  const afterId = await readCursor(deps.db, "faces");
  const { deleted, lastId } = await deleteOrphanFaces(deps.db, afterId ?? "", FACES_PER_RUN);
  if (lastId !== afterId) await writeCursor(deps.db, "faces", lastId, deps.now());
  if (deleted > 0) {
    count(report, "delete-orphan-faces");
    log("error", "orphan-faces-deleted", { faces: deleted });
  }
}

async function sweepBatches(deps: Sweeping, report: SweepReport): Promise<void> {
  for (const { id, userId } of await closeIdleBatches(deps.db, deps.now())) {
    count(report, "close-batch");
    const batch = await batchReport(deps.db, id, userId);
    if (batch !== null) await deps.progress.report({ userId: userId as UserId, photos: [], batches: [batch] });
  }
}

async function repair(
  deps: Sweeping,
  report: SweepReport,
  facts: {
    row: PhotoRow | null;
    original: boolean;
    derivatives: "complete" | "incomplete" | "unknown";
    object?: R2Object;
  },
  staleAfterMs: number,
): Promise<boolean> {
  report.examined++;
  const decision = decideRepair({
    row: facts.row,
    original: facts.original,
    derivatives: facts.derivatives,
    now: deps.now(),
    staleAfterMs,
  });
  if (decision === "none" || decision === "wait") return false;
  return await attempt(report, decision, facts.row?.id ?? null, () =>
    applyRepair(deps, decision, facts.row, facts.object ?? null),
  );
}

/** A photo that cannot be repaired must not keep the ones behind it from their repairs. */
async function attempt(
  report: SweepReport,
  decision: string,
  photoId: string | null,
  work: () => Promise<boolean>,
): Promise<boolean> {
  try {
    if (!(await work())) return false;
    count(report, decision);
    return true;
  } catch (cause) {
    report.failures++;
    log("warn", "repair-failed", { decision, photo: photoId, cause: errorText(cause) });
    return false;
  }
}

function photoIdsOf(objects: readonly R2Object[]): string[] {
  return [...new Set(objects.map(({ key }) => ownerOfKey(key)?.photoId).filter((id) => id !== undefined))];
}

/** A piece of a file that is on its way no more: whoever sent it was cut off before the last step. */
function isLeftPiece(object: R2Object, row: PhotoRow | null, now: number): boolean {
  const isOver = row !== null && row.lifecycle !== "uploading";
  return isOver && isUploadPiece(object.key) && now - object.uploaded.getTime() >= UPLOAD_PIECE_KEEP_MS;
}

function isPastGrace(object: R2Object, now: number): boolean {
  return now - object.uploaded.getTime() >= DERIVATIVE_GRACE_MS;
}
