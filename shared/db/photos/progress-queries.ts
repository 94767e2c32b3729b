// The truth behind progress: pages for the hub to reconcile with, and an independent recount to check it against.
import type { PhotoReport, StageCounters } from "../../contracts/progress.ts";
import { PHOTO_COLUMNS, type PhotoRow, toReport } from "./photo-row.ts";

/** Every photo of a user after `afterId`, by id; at most `limit`. */
export async function photoReports(
  db: D1Database,
  userId: string,
  afterId: string,
  limit: number,
): Promise<PhotoReport[]> {
  const { results } = await db
    .prepare(`SELECT ${PHOTO_COLUMNS} FROM photos WHERE user_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3`)
    .bind(userId, afterId, limit)
    .all<PhotoRow>();
  return results.map(toReport);
}

/** Where a walk over changes stands. */
export interface ChangePoint {
  readonly changedAt: number;
  readonly id: string;
}

/**
 * Photos of a user that changed after a point, in the order of their last change; at most `limit`. A photo that changes
 * during the walk moves to its end, so none is missed.
 */
export async function changedPhotoReports(
  db: D1Database,
  userId: string,
  after: ChangePoint,
  limit: number,
): Promise<{ reports: PhotoReport[]; last: ChangePoint | null }> {
  const { results } = await db
    .prepare(
      `SELECT ${PHOTO_COLUMNS} FROM photos WHERE user_id = ?1 AND (changed_at, id) > (?2, ?3) ORDER BY changed_at, id LIMIT ?4`,
    )
    .bind(userId, after.changedAt, after.id, limit)
    .all<PhotoRow>();
  return { reports: results.map(toReport), last: results.length < limit ? null : (results.at(-1) ?? null) };
}

export interface Recount {
  readonly expected: number;
  readonly received: number;
  readonly thumbnail: StageCounters;
  readonly index: StageCounters;
}

/** Counts from rows alone, sharing no code with the hub. `batchId` null counts everything of the user's. */
export async function recountProgress(db: D1Database, userId: string, batchId: string | null): Promise<Recount> {
  const counts = await db
    .prepare(
      `SELECT count(*) AS received,
         coalesce(sum(thumbnail_state = 'done'), 0) AS thumbnailDone, coalesce(sum(thumbnail_state = 'skipped'), 0) AS thumbnailSkipped,
         coalesce(sum(thumbnail_state = 'failed'), 0) AS thumbnailFailed,
         coalesce(sum(index_state = 'done'), 0) AS indexDone, coalesce(sum(index_state = 'skipped'), 0) AS indexSkipped,
         coalesce(sum(index_state = 'failed'), 0) AS indexFailed
       FROM photos WHERE user_id = ?1 AND lifecycle = 'stored'
         AND (?2 IS NULL OR id IN (SELECT photo_id FROM batch_files WHERE batch_id = ?2))`,
    )
    .bind(userId, batchId)
    .first<Record<string, number>>();
  // Still to come: per open batch, what was declared less rejected entries, repeats, deleted photos and what arrived.
  const open = await db
    .prepare(
      `SELECT coalesce(sum(max(0, declared - settled)), 0) AS outstanding FROM (
         SELECT max(declared, (SELECT count(*) FROM batch_files AS f WHERE f.batch_id = batches.id)) AS declared,
           (SELECT count(*) FROM batch_files AS f WHERE f.batch_id = batches.id AND f.rejected IS NOT NULL)
           + (SELECT count(f.photo_id) - count(DISTINCT f.photo_id) FROM batch_files AS f WHERE f.batch_id = batches.id)
           + (SELECT count(DISTINCT f.photo_id) FROM batch_files AS f LEFT JOIN photos ON photos.id = f.photo_id
              WHERE f.batch_id = batches.id AND f.photo_id IS NOT NULL AND (photos.id IS NULL OR photos.lifecycle IN ('deleted', 'stored'))) AS settled
         FROM batches WHERE user_id = ?1 AND closed_at IS NULL AND (?2 IS NULL OR id = ?2))`,
    )
    .bind(userId, batchId)
    .first<{ outstanding: number }>();
  const received = counts?.received ?? 0;
  const expected = received + (open?.outstanding ?? 0);
  const stage = (name: string): StageCounters => ({
    total: Math.max(expected, received),
    done: counts?.[`${name}Done`] ?? 0,
    skipped: counts?.[`${name}Skipped`] ?? 0,
    failed: counts?.[`${name}Failed`] ?? 0,
  });
  return { expected, received, thumbnail: stage("thumbnail"), index: stage("index") };
}
