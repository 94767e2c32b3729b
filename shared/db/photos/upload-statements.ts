// Intent, arrival, deletion: the lifecycle's conditional statements. Same rules as the stage statements.
import { BATCH_IDLE_CLOSE_MS, TRASH_KEEP_MS } from "../../contracts/limits.ts";
import { EFFECTIVE_QUOTA } from "../identity/effective-quota.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "./photo-row.ts";

export interface UploadIntent {
  readonly photoId: string;
  readonly uploadKey: string;
  readonly filename: string;
  readonly mime: string;
  readonly bytes: number;
  readonly sha256: string | null;
}

/**
 * Records what a client is about to send, as far as the account has room (migration 0008): an intent beyond it makes no row.
 * An upload key or content the user already has makes no row either: the photo that is there answers for it, and takes its
 * room again if it was abandoned. At most 500 intents.
 * @returns one per intent, in order; undefined where there was no room for one
 */
export async function admitUploads(
  db: D1Database,
  userId: string,
  intents: readonly UploadIntent[],
  now: number,
): Promise<(PhotoRow | undefined)[]> {
  const list = JSON.stringify(intents);
  const [, , , found] = await db.batch<PhotoRow & { position: number }>([
    // An intent that has no bytes yet may have been announced with a wrong size; its digest says which file it is. The room
    // held for it only grows: bytes on their way may be as many as were announced before.
    db
      .prepare(
        `UPDATE photos SET bytes = (SELECT max(bytes, max(value->>'bytes')) FROM json_each(?2) WHERE value->>'sha256' = photos.sha256)
         WHERE user_id = ?1 AND lifecycle IN ('uploading', 'abandoned') AND stored_at IS NULL
           AND sha256 IN (SELECT value->>'sha256' FROM json_each(?2))`,
      )
      .bind(userId, list),
    db
      .prepare(
        `UPDATE photos SET lifecycle = 'uploading', rev = rev + 1, changed_at = ?3
         WHERE user_id = ?1 AND lifecycle = 'abandoned' AND stored_at IS NULL
           AND (upload_key IN (SELECT value->>'uploadKey' FROM json_each(?2)) OR sha256 IN (SELECT value->>'sha256' FROM json_each(?2)))`,
      )
      .bind(userId, list, now),
    db
      .prepare(
        `INSERT INTO photos (id, user_id, lifecycle, upload_key, filename, mime, bytes, sha256, created_at, changed_at)
         SELECT value->>'photoId', ?1, 'uploading', value->>'uploadKey', value->>'filename', value->>'mime', value->>'bytes', value->>'sha256', ?3, ?3
         FROM json_each(?2) WHERE true
         ON CONFLICT DO NOTHING`,
      )
      .bind(userId, list, now),
    db
      .prepare(
        `SELECT json_each.key AS position, ${PHOTO_COLUMNS} FROM json_each(?2)
         JOIN photos ON photos.id = coalesce(
           (SELECT id FROM photos AS p WHERE p.user_id = ?1 AND p.upload_key = json_each.value->>'uploadKey'),
           (SELECT id FROM photos AS p WHERE p.user_id = ?1 AND p.sha256 = json_each.value->>'sha256' AND p.lifecycle <> 'deleted'))
         ORDER BY json_each.key`,
      )
      .bind(userId, list),
  ]);
  const rows = new Map((found?.results ?? []).map((row) => [row.position, row]));
  return intents.map((intent, position) => {
    const row = rows.get(position);
    return row === undefined || hasRoomFor(row, intent.bytes) ? row : undefined;
  });
}

/** Whether a photo that waits for bytes holds the room for as many: where there was none it stayed as it was. */
function hasRoomFor({ lifecycle, bytes }: PhotoRow, sizeBytes: number): boolean {
  return lifecycle !== "abandoned" && (lifecycle !== "uploading" || sizeBytes <= bytes);
}

/** Takes an abandoned upload up again. Null when it is not abandoned, or there is no room for it any more. */
export function reviveUpload(db: D1Database, photoId: string, userId: string, now: number): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET lifecycle = 'uploading', rev = rev + 1, changed_at = ?3
       WHERE id = ?1 AND user_id = ?2 AND lifecycle = 'abandoned' AND stored_at IS NULL RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(photoId, userId, now)
    .first<PhotoRow>();
}

/**
 * Room goes on being held for an upload that is under way: the sweep takes it for abandoned no sooner. One that was abandoned
 * takes its room again. Null when there is none any more, or no such upload.
 */
export function keepRoom(db: D1Database, photoId: string, userId: string, now: number): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET rev = rev + (lifecycle = 'abandoned'), lifecycle = 'uploading', changed_at = ?3
       WHERE id = ?1 AND user_id = ?2 AND lifecycle IN ('uploading', 'abandoned') AND stored_at IS NULL RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(photoId, userId, now)
    .first<PhotoRow>();
}

/** Bytes came for a photo that went to the trash before them: they count from now. Null when there is no room, or no such photo. */
export function storeTrashed(
  db: D1Database,
  photoId: string,
  userId: string,
  bytes: number,
  now: number,
): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET stored_at = ?4, bytes = ?3, rev = rev + 1, changed_at = ?4
       WHERE id = ?1 AND user_id = ?2 AND lifecycle = 'deleted' AND stored_at IS NULL AND purged_at IS NULL RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(photoId, userId, bytes, now)
    .first<PhotoRow>();
}

/**
 * Bytes came for which no room is held any more, and there is none: the photo becomes a tombstone, and the caller deletes the
 * bytes. Null when they are accounted for by now, or room is held for them.
 */
export function refuseArrival(
  db: D1Database,
  photoId: string,
  userId: string,
  bytes: number,
  now: number,
): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET lifecycle = 'deleted', deleted_at = coalesce(deleted_at, ?4), purged_at = ?4, rev = rev + 1, changed_at = ?4
       WHERE id = ?1 AND user_id = ?2 AND stored_at IS NULL AND purged_at IS NULL
         AND (lifecycle IN ('abandoned', 'deleted') OR bytes < ?3) RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(photoId, userId, bytes, now)
    .first<PhotoRow>();
}

/** What an account may still take; null without a limit. */
export interface Room {
  readonly bytes: number | null;
  readonly photos: number | null;
}

/** @returns nothing below 0: a limit may have been lowered below what is there */
export async function readRoom(db: D1Database, userId: string): Promise<Room> {
  const row = await db
    .prepare(
      `SELECT max(0, ${EFFECTIVE_QUOTA.bytes} - storage_bytes - reserved_bytes) AS bytes,
         max(0, ${EFFECTIVE_QUOTA.photos} - photo_count - reserved_photos) AS photos FROM users WHERE id = ?1`,
    )
    .bind(userId)
    .first<Room>();
  return row ?? { bytes: 0, photos: 0 };
}

/** Digests are unique among a user's live photos; a digest somebody else took meanwhile stays out of this row. */
const DIGEST_IS_FREE = `NOT EXISTS (SELECT 1 FROM photos AS twin WHERE twin.user_id = ?2 AND twin.sha256 = ?3 AND twin.lifecycle <> 'deleted' AND twin.id <> ?1)`;

/** What the first bytes of a file tell about the picture, for whoever waits for the thumbnails. */
export interface FirstSight {
  /** Base64. */
  readonly thumbhash: string | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
}

function firstSightOf(sight: FirstSight | null): (string | number | null)[] {
  return [sight?.thumbhash ?? null, sight?.widthPx ?? null, sight?.heightPx ?? null];
}

/** R2 confirmed the bytes: the photo exists. Null when it already did, or was deleted meanwhile. */
export function markStored(
  db: D1Database,
  photoId: string,
  userId: string,
  stored: { bytes: number; sha256: string | null; mime: string; firstSight: FirstSight | null },
  now: number,
): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET lifecycle = 'stored', stored_at = coalesce(stored_at, ?4), bytes = ?5, mime = ?6,
         thumbhash = coalesce(thumbhash, ?7), width = coalesce(width, ?8), height = coalesce(height, ?9),
         sha256 = CASE WHEN sha256 IS NULL AND ${DIGEST_IS_FREE} THEN ?3 ELSE sha256 END, rev = rev + 1, changed_at = ?4
       WHERE id = ?1 AND user_id = ?2 AND lifecycle IN ('uploading', 'abandoned')
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(photoId, userId, stored.sha256, now, stored.bytes, stored.mime, ...firstSightOf(stored.firstSight))
    .first<PhotoRow>();
}

/** A photo was marked stored by somebody who knew only its announced size, which was larger. */
export async function correctSize(
  db: D1Database,
  photoId: string,
  userId: string,
  bytes: number,
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE photos SET bytes = ?3, rev = rev + 1, changed_at = ?4
       WHERE id = ?1 AND user_id = ?2 AND stored_at IS NOT NULL AND bytes > ?3`,
    )
    .bind(photoId, userId, bytes, now)
    .run();
}

/** Gives a stored photo without a digest the one R2 verified. Null when it has one, or another live photo of the user does. */
export function recordDigest(
  db: D1Database,
  photoId: string,
  userId: string,
  sha256: string,
  now: number,
): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET sha256 = ?3, rev = rev + 1, changed_at = ?4
       WHERE id = ?1 AND user_id = ?2 AND lifecycle = 'stored' AND sha256 IS NULL AND ${DIGEST_IS_FREE} RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(photoId, userId, sha256, now)
    .first<PhotoRow>();
}

/** The user's live photo with exactly these bytes. */
export function findByDigest(db: D1Database, userId: string, sha256: string): Promise<PhotoRow | null> {
  return db
    .prepare(`SELECT ${PHOTO_COLUMNS} FROM photos WHERE user_id = ?1 AND sha256 = ?2 AND lifecycle <> 'deleted'`)
    .bind(userId, sha256)
    .first<PhotoRow>();
}

/** Upload intents whose bytes never came. Bytes that turn up later revive them. */
export function abandonUpload(db: D1Database, photoId: string, userId: string, now: number): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET lifecycle = 'abandoned', rev = rev + 1, changed_at = ?3
       WHERE id = ?1 AND user_id = ?2 AND lifecycle = 'uploading' AND stored_at IS NULL RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(photoId, userId, now)
    .first<PhotoRow>();
}

/** To the trash, which ends its signed addresses for good. Bytes and faces stay for a restore; the purge removes them. */
export function trashPhoto(db: D1Database, photoId: string, userId: string, now: number): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET lifecycle = 'deleted', deleted_at = ?3, link_rev = link_rev + 1, rev = rev + 1, changed_at = ?3
       WHERE id = ?1 AND user_id = ?2 AND lifecycle <> 'deleted' RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(photoId, userId, now)
    .first<PhotoRow>();
}

/** Out of the trash. Null when it is not there, was purged, or the same bytes were uploaded again meanwhile. */
export function restorePhoto(db: D1Database, photoId: string, userId: string, now: number): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET lifecycle = CASE WHEN stored_at IS NULL THEN 'uploading' ELSE 'stored' END, deleted_at = NULL, rev = rev + 1, changed_at = ?3
       WHERE id = ?1 AND user_id = ?2 AND lifecycle = 'deleted' AND purged_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM photos AS twin WHERE twin.user_id = ?2 AND twin.sha256 = photos.sha256 AND twin.lifecycle <> 'deleted')
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(photoId, userId, now)
    .first<PhotoRow>();
}

/** For good: faces and versions go in the same transaction; the caller then deletes the bytes. The row stays as a tombstone. */
export function purgePhoto(db: D1Database, photoId: string, userId: string, now: number): Promise<PhotoRow | null> {
  return purgeWhere(db, photoId, userId, now, "true");
}

/** Null when the photo is not in the trash for TRASH_KEEP_MS any more: somebody restored it since it was looked at. */
export function purgeTrashed(db: D1Database, photoId: string, userId: string, now: number): Promise<PhotoRow | null> {
  return purgeWhere(db, photoId, userId, now, `lifecycle = 'deleted' AND deleted_at <= ?3 - ${TRASH_KEEP_MS}`);
}

async function purgeWhere(
  db: D1Database,
  photoId: string,
  userId: string,
  now: number,
  condition: string,
): Promise<PhotoRow | null> {
  const [purged] = await db.batch<PhotoRow>([
    db
      .prepare(
        `UPDATE photos SET lifecycle = 'deleted', deleted_at = coalesce(deleted_at, ?3), purged_at = ?3, faces = 0, thumbhash = NULL,
           latitude = NULL, longitude = NULL, camera = NULL, rev = rev + 1, changed_at = ?3
         WHERE id = ?1 AND user_id = ?2 AND purged_at IS NULL AND ${condition} RETURNING ${PHOTO_COLUMNS}`,
      )
      .bind(photoId, userId, now),
    db
      .prepare(
        `DELETE FROM faces WHERE photo_id = ?1 AND user_id = ?2
           AND EXISTS (SELECT 1 FROM photos WHERE id = ?1 AND purged_at IS NOT NULL)`,
      )
      .bind(photoId, userId),
    db
      .prepare(
        `DELETE FROM versions WHERE photo_id = ?1 AND user_id = ?2
           AND EXISTS (SELECT 1 FROM photos WHERE id = ?1 AND purged_at IS NOT NULL)`,
      )
      .bind(photoId, userId),
  ]);
  return purged?.results[0] ?? null;
}

/**
 * Bytes without a row (a database restored from an older backup): the object's own metadata makes the row again. Its rev
 * is the clock's, above any it had: whoever remembers the lost row must take this one for newer. A digest that another
 * live photo has stays out of it, and faces of the lost row go: the photo starts from its bytes.
 */
export async function recoverPhoto(
  db: D1Database,
  photo: {
    photoId: string;
    userId: string;
    gen: number;
    filename: string;
    mime: string;
    bytes: number;
    sha256: string | null;
    uploadedAt: number;
  },
  now: number,
): Promise<PhotoRow | null> {
  const [, , recovered] = await db.batch<PhotoRow>([
    db
      .prepare(`DELETE FROM faces WHERE photo_id = ?1 AND NOT EXISTS (SELECT 1 FROM photos WHERE id = ?1)`)
      .bind(photo.photoId),
    // As forgetTombstone, the other way round: they expect one more.
    db
      .prepare(
        `UPDATE batches SET rev = rev + 1 WHERE user_id = ?2
           AND id IN (SELECT batch_id FROM batch_files WHERE photo_id = ?1) AND NOT EXISTS (SELECT 1 FROM photos WHERE id = ?1)`,
      )
      .bind(photo.photoId, photo.userId),
    db
      .prepare(
        `INSERT INTO photos (id, user_id, gen, lifecycle, rev, upload_key, filename, mime, bytes, sha256, created_at, stored_at, changed_at)
       SELECT ?1, ?2, ?4, 'stored', ?9, 'recovered:' || ?1, ?5, ?6, ?7, CASE WHEN ${DIGEST_IS_FREE} THEN ?3 END, ?8, ?9, ?9
       WHERE EXISTS (SELECT 1 FROM users WHERE id = ?2)
       ON CONFLICT DO NOTHING RETURNING ${PHOTO_COLUMNS}`,
      )
      .bind(
        photo.photoId,
        photo.userId,
        photo.sha256,
        photo.gen,
        photo.filename,
        photo.mime,
        photo.bytes,
        photo.uploadedAt,
        now,
      ),
  ]);
  return recovered?.results[0] ?? null;
}

/** Batches nobody has sent bytes to for ten minutes: what arrived is what there is. */
export async function closeIdleBatches(db: D1Database, now: number): Promise<{ id: string; userId: string }[]> {
  const { results } = await db
    .prepare(
      `UPDATE batches SET closed_at = ?1, rev = rev + 1
       WHERE closed_at IS NULL AND touched_at <= ?2
         AND NOT EXISTS (SELECT 1 FROM batch_files JOIN photos ON photos.id = batch_files.photo_id
                         WHERE batch_files.batch_id = batches.id AND photos.stored_at > ?2)
       RETURNING id, user_id AS userId`,
    )
    .bind(now, now - BATCH_IDLE_CLOSE_MS)
    .all<{ id: string; userId: string }>();
  return results;
}
