// What the sweep reads: rows that should have moved, rows behind listed objects, what is due for removal, its cursors.
import { DERIVATIVE_GRACE_MS, TOMBSTONE_KEEP_MS, TRASH_KEEP_MS } from "../../contracts/limits.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "./photo-row.ts";

/** Unfinished photos nobody touched since `before` (ms), oldest change first. Uses the partial index photos_unfinished. */
export async function unfinishedPhotos(db: D1Database, before: number, limit: number): Promise<PhotoRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${PHOTO_COLUMNS} FROM photos
       WHERE lifecycle IN ('uploading', 'stored') AND (thumbnail_state IN ('pending', 'running') OR index_state IN ('pending', 'running'))
         AND changed_at <= ?1 AND nudged_at <= ?1
       ORDER BY changed_at LIMIT ?2`,
    )
    .bind(before, limit)
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

/** Finished photos whose id lies in (afterId, upToId] of one user: those a listing of objects should have shown. */
export async function finishedPhotosBetween(
  db: D1Database,
  range: { userId: string; afterId: string; upToId: string },
  changedBefore: number,
): Promise<PhotoRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${PHOTO_COLUMNS} FROM photos WHERE user_id = ?1 AND id > ?2 AND id <= ?3 AND lifecycle = 'stored'
         AND thumbnail_state = 'done' AND changed_at <= ?4`,
    )
    .bind(range.userId, range.afterId, range.upToId, changedBefore)
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

export async function forgetOldTombstones(db: D1Database, now: number): Promise<number> {
  const { meta } = await db
    .prepare(`DELETE FROM photos WHERE lifecycle = 'deleted' AND purged_at <= ?1`)
    .bind(now - TOMBSTONE_KEEP_MS)
    .run();
  return meta.changes;
}

/** Faces whose photo is gone or purged must not exist; returns how many did. */
export async function deleteOrphanFaces(db: D1Database): Promise<number> {
  const { meta } = await db
    .prepare(
      `DELETE FROM faces WHERE NOT EXISTS (SELECT 1 FROM photos WHERE photos.id = faces.photo_id AND photos.purged_at IS NULL)`,
    )
    .run();
  return meta.changes;
}

/** Remembers that a photo was put back into a queue, so that the next sweep gives it time. No `rev`: nothing about it changed. */
export async function markNudged(db: D1Database, photoId: string, now: number): Promise<void> {
  await db.prepare(`UPDATE photos SET nudged_at = ?2 WHERE id = ?1`).bind(photoId, now).run();
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
