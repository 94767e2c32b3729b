// What the sweep reads: rows that should have moved, rows behind listed objects, what is due for removal, its cursors.
import { DERIVATIVE_GRACE_MS, TOMBSTONE_KEEP_MS, TRASH_KEEP_MS } from "../../contracts/limits.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "./photo-row.ts";

/** Where a walk over unfinished photos stands. */
export interface UnfinishedPoint {
  readonly changedAt: number;
  readonly id: string;
}

/**
 * Unfinished photos of one lifecycle that nobody touched since `before` (ms), oldest change first, after a given one.
 * Uses the partial index photos_unfinished.
 */
export async function unfinishedPhotos(
  db: D1Database,
  lifecycle: "uploading" | "stored",
  before: number,
  after: UnfinishedPoint | null,
  limit: number,
): Promise<PhotoRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${PHOTO_COLUMNS} FROM photos
       WHERE lifecycle IN ('uploading', 'stored') AND (thumbnail_state IN ('pending', 'running') OR index_state IN ('pending', 'running'))
         AND lifecycle = ?5 AND changed_at <= ?1 AND nudged_at <= ?1 AND (changed_at, id) > (?2, ?3)
       ORDER BY changed_at, id LIMIT ?4`,
    )
    .bind(before, after?.changedAt ?? 0, after?.id ?? "", limit, lifecycle)
    .all<PhotoRow>();
  return results;
}

/** The rows of the given photos, by id. Ids travel as one JSON parameter. */
export async function photosById(db: D1Database, photoIds: readonly string[]): Promise<Map<string, PhotoRow>> {
  const { results } = await db
    .prepare(`SELECT ${PHOTO_COLUMNS} FROM photos WHERE id IN (SELECT value FROM json_each(?1))`)
    .bind(JSON.stringify(photoIds))
    .all<PhotoRow>();
  return new Map(results.map((row) => [row.id, row]));
}

/** Where a listing of objects stands: after, or up to and including, this photo. */
export interface ListingPoint {
  readonly userId: string;
  readonly photoId: string;
}

/**
 * Finished photos that a listing of objects between two points should have shown, in the listing's order; null is its
 * beginning or end. Goes by users and photos, not by what was listed: who has lost every object is not in the list.
 */
export async function finishedPhotosBetween(
  db: D1Database,
  after: ListingPoint | null,
  upTo: ListingPoint | null,
  changedBefore: number,
  limit: number,
): Promise<PhotoRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${PHOTO_COLUMNS} FROM users JOIN photos ON photos.user_id = users.id
       WHERE users.id >= ?1 AND (?3 IS NULL OR users.id <= ?3)
         AND (users.id > ?1 OR photos.id > ?2) AND (?3 IS NULL OR users.id < ?3 OR photos.id <= ?4)
         AND lifecycle = 'stored' AND thumbnail_state = 'done' AND changed_at <= ?5
       ORDER BY users.id, photos.id LIMIT ?6`,
    )
    .bind(after?.userId ?? "", after?.photoId ?? "", upTo?.userId ?? null, upTo?.photoId ?? null, changedBefore, limit)
    .all<PhotoRow>();
  return results;
}

/** Photos whose 30 days in the trash are over. */
export async function trashDue(db: D1Database, now: number, limit: number): Promise<PhotoRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${PHOTO_COLUMNS} FROM photos WHERE lifecycle = 'deleted' AND purged_at IS NULL AND deleted_at <= ?1 LIMIT ?2`,
    )
    .bind(now - TRASH_KEEP_MS, limit)
    .all<PhotoRow>();
  return results;
}

/**
 * Tombstones young enough that an attempt begun before the purge may still write: their objects are removed again.
 */
export async function recentTombstones(
  db: D1Database,
  now: number,
  limit: number,
): Promise<{ id: string; userId: string }[]> {
  const { results } = await db
    .prepare(`SELECT id, user_id AS userId FROM photos WHERE lifecycle = 'deleted' AND purged_at > ?1 LIMIT ?2`)
    .bind(now - DERIVATIVE_GRACE_MS, limit)
    .all<{ id: string; userId: string }>();
  return results;
}

/** Tombstones that have served their time; their objects are removed once more before they are forgotten. */
export async function tombstonesDue(
  db: D1Database,
  now: number,
  limit: number,
): Promise<{ id: string; userId: string }[]> {
  const { results } = await db
    .prepare(`SELECT id, user_id AS userId FROM photos WHERE lifecycle = 'deleted' AND purged_at <= ?1 LIMIT ?2`)
    .bind(now - TOMBSTONE_KEEP_MS, limit)
    .all<{ id: string; userId: string }>();
  return results;
}

/**
 * Forgets a tombstone; only when no object of the photo is left, for bytes without a row are taken for a lost row and
 * would bring the photo back. Its batches get a new rev: they expect one less.
 */
export async function forgetTombstone(db: D1Database, photoId: string, now: number): Promise<boolean> {
  const due = `id = ?1 AND lifecycle = 'deleted' AND purged_at <= ?2`;
  const [, forgotten] = await db.batch([
    db
      .prepare(
        `UPDATE batches SET rev = rev + 1 WHERE id IN (
           SELECT batch_id FROM batch_files WHERE photo_id IN (SELECT id FROM photos WHERE ${due}))`,
      )
      .bind(photoId, now - TOMBSTONE_KEEP_MS),
    db.prepare(`DELETE FROM photos WHERE ${due}`).bind(photoId, now - TOMBSTONE_KEEP_MS),
  ]);
  return (forgotten?.meta.changes ?? 0) > 0;
}

/**
 * Faces whose photo is gone or purged must not exist. Looks at `limit` faces after a given id; returns how many were deleted
 * and where to go on, null at the end.
 */
export async function deleteOrphanFaces(
  db: D1Database,
  afterId: string,
  limit: number,
): Promise<{ deleted: number; lastId: string | null }> {
  const [last, deletion] = await db.batch<{ id: string }>([
    db.prepare(`SELECT id FROM faces WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2`).bind(afterId, limit - 1),
    db
      .prepare(
        `DELETE FROM faces WHERE id IN (SELECT id FROM faces WHERE id > ?1 ORDER BY id LIMIT ?2)
           AND NOT EXISTS (SELECT 1 FROM photos WHERE photos.id = faces.photo_id AND photos.purged_at IS NULL)`,
      )
      .bind(afterId, limit),
  ]);
  return { deleted: deletion?.meta.changes ?? 0, lastId: last?.results[0]?.id ?? null };
}

/** Remembers that photos were put back into a queue, so that the next sweep gives them time. No `rev`: nothing about them changed. */
export async function markNudged(db: D1Database, photoIds: readonly string[], now: number): Promise<void> {
  await db
    .prepare(`UPDATE photos SET nudged_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))`)
    .bind(JSON.stringify(photoIds), now)
    .run();
}

export async function readCursor(db: D1Database, name: string): Promise<string | null> {
  return (
    (await db.prepare(`SELECT cursor FROM sweep_cursors WHERE name = ?1`).bind(name).first<{ cursor: string | null }>())
      ?.cursor ?? null
  );
}

export async function writeCursor(db: D1Database, name: string, cursor: string | null, now: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO sweep_cursors (name, cursor, updated_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at`,
    )
    .bind(name, cursor, now)
    .run();
}

/** Users with a photo that changed at or after `since` (ms), after this id and in order; at most `limit`. One index look-up per user. */
export async function usersChangedSince(
  db: D1Database,
  since: number,
  afterId: string,
  limit: number,
): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT id FROM users WHERE id > ?3 AND EXISTS (SELECT 1 FROM photos WHERE photos.user_id = users.id AND photos.changed_at >= ?1)
       ORDER BY id LIMIT ?2`,
    )
    .bind(since, limit, afterId)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}
