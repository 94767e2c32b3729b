// The conditional statements of versions, by the rules of the stage statements: each names the states it may leave, and
// returns the row it made, or null when somebody else was first.
import { getTableColumns } from "drizzle-orm";
import { VERSION_LEASE_MS, VERSION_MAX_ATTEMPTS, VERSIONS_MAX_PER_PHOTO } from "../../contracts/limits.ts";
import type { VersionKind, VersionReason } from "../../contracts/versions.ts";
import { versions } from "../schema.ts";

export type VersionRow = typeof versions.$inferSelect;

const COLUMNS = Object.entries(getTableColumns(versions))
  .map(([key, column]) => `versions.${column.name} AS "${key}"`)
  .join(", ");
/** The photo is in the library, and its bytes are those the version was wanted of. */
const PHOTO_IS_THERE = `EXISTS (SELECT 1 FROM photos WHERE photos.id = versions.photo_id AND photos.user_id = versions.user_id
  AND photos.gen = versions.gen AND photos.lifecycle = 'stored')`;

export interface VersionIntent {
  readonly id: string;
  readonly userId: string;
  readonly photoId: string;
  readonly kind: VersionKind;
  readonly ops: string;
  readonly format: VersionRow["format"];
}

/**
 * Wants a version of a stored photo. One that is there already answers for it, and one that failed is tried again.
 * @returns null when there is no such photo, or it has as many versions as a photo may have
 */
export function wantVersion(db: D1Database, intent: VersionIntent, now: number): Promise<VersionRow | null> {
  return db
    .prepare(
      `INSERT INTO versions (id, user_id, photo_id, gen, kind, ops, format, created_at, changed_at)
       SELECT ?1, user_id, id, gen, ?4, ?5, ?6, ?7, ?7 FROM photos
       WHERE id = ?3 AND user_id = ?2 AND lifecycle = 'stored'
         AND ((SELECT count(*) FROM versions WHERE versions.photo_id = ?3 AND versions.gen = photos.gen) < ${VERSIONS_MAX_PER_PHOTO}
           OR EXISTS (SELECT 1 FROM versions WHERE versions.photo_id = ?3 AND versions.gen = photos.gen
                AND versions.format = ?6 AND versions.ops = ?5))
       ON CONFLICT (photo_id, gen, format, ops) DO UPDATE SET
         attempts = CASE state WHEN 'failed' THEN 0 ELSE attempts END,
         reason = CASE state WHEN 'failed' THEN NULL ELSE reason END,
         lease_until = CASE state WHEN 'failed' THEN 0 ELSE lease_until END,
         changed_at = CASE state WHEN 'failed' THEN ?7 ELSE changed_at END,
         state = CASE state WHEN 'failed' THEN 'pending' ELSE state END
       RETURNING ${COLUMNS}`,
    )
    .bind(intent.id, intent.userId, intent.photoId, intent.kind, intent.ops, intent.format, now)
    .first<VersionRow>();
}

/** Takes a version for one attempt. Null when it is not there, ended, leased, out of attempts, or its photo is gone. */
export function claimVersion(db: D1Database, id: string, userId: string, now: number): Promise<VersionRow | null> {
  return db
    .prepare(
      `UPDATE versions SET state = 'running', attempts = attempts + 1, lease_until = ?4, changed_at = ?3
       WHERE id = ?1 AND user_id = ?2 AND state IN ('pending', 'running') AND lease_until <= ?3
         AND attempts < ${VERSION_MAX_ATTEMPTS} AND ${PHOTO_IS_THERE} RETURNING ${COLUMNS}`,
    )
    .bind(id, userId, now, now + VERSION_LEASE_MS)
    .first<VersionRow>();
}

/** Hands an attempt back after an error: the next one may begin at `restsUntil` (ms), and need not wait for the lease to run out. */
export async function releaseVersion(
  db: D1Database,
  id: string,
  leaseUntil: number,
  restsUntil: number,
): Promise<void> {
  await db
    .prepare(`UPDATE versions SET lease_until = ?3 WHERE id = ?1 AND state = 'running' AND lease_until = ?2`)
    .bind(id, leaseUntil, restsUntil)
    .run();
}

/** The picture is in storage. Null when the version or its photo was deleted meanwhile, or somebody else ended it. */
export function finishVersion(
  db: D1Database,
  id: string,
  facts: { readonly widthPx: number; readonly heightPx: number; readonly sizeBytes: number },
  now: number,
): Promise<VersionRow | null> {
  return db
    .prepare(
      `UPDATE versions SET state = 'done', reason = NULL, lease_until = 0, width = ?2, height = ?3, bytes = ?4, changed_at = ?5
       WHERE id = ?1 AND state IN ('pending', 'running') AND ${PHOTO_IS_THERE} RETURNING ${COLUMNS}`,
    )
    .bind(id, facts.widthPx, facts.heightPx, facts.sizeBytes, now)
    .first<VersionRow>();
}

/**
 * Fails a version nobody holds; a live attempt is left to finish.
 * @param leaseUntil the lease of the attempt that says so, which then does not count as somebody
 */
export function failVersion(
  db: D1Database,
  id: string,
  reason: VersionReason,
  now: number,
  leaseUntil: number | null = null,
): Promise<VersionRow | null> {
  return db
    .prepare(
      `UPDATE versions SET state = 'failed', reason = ?2, lease_until = 0, changed_at = ?3
       WHERE id = ?1 AND state IN ('pending', 'running') AND (lease_until <= ?3 OR lease_until = ?4) RETURNING ${COLUMNS}`,
    )
    .bind(id, reason, now, leaseUntil)
    .first<VersionRow>();
}

/** Whether the picture of these options is a version's, under whatever id. */
export async function isVersionThere(
  db: D1Database,
  { photoId, gen, format, ops }: Pick<VersionRow, "photoId" | "gen" | "format" | "ops">,
): Promise<boolean> {
  const there = await db
    .prepare(`SELECT 1 FROM versions WHERE photo_id = ?1 AND gen = ?2 AND format = ?3 AND ops = ?4`)
    .bind(photoId, gen, format, ops)
    .first();
  return there !== null;
}

export function findVersion(db: D1Database, id: string, userId: string): Promise<VersionRow | null> {
  return db
    .prepare(`SELECT ${COLUMNS} FROM versions WHERE id = ?1 AND user_id = ?2 AND ${PHOTO_IS_THERE}`)
    .bind(id, userId)
    .first<VersionRow>();
}

/** Position in a listing, newest first. */
export interface VersionCursor {
  readonly createdAt: number;
  readonly id: string;
}

/** A photo's versions, newest first: all there can be. */
export async function versionsOfPhoto(db: D1Database, photoId: string, userId: string): Promise<VersionRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM versions WHERE photo_id = ?1 AND user_id = ?2 AND ${PHOTO_IS_THERE}
       ORDER BY created_at DESC, id DESC`,
    )
    .bind(photoId, userId)
    .all<VersionRow>();
  return results;
}

/** Finished versions of one kind of all of a user's photos, newest first, with their photos' names. */
export async function finishedVersions(
  db: D1Database,
  userId: string,
  kind: VersionKind,
  after: VersionCursor | null,
  limit: number,
): Promise<(VersionRow & { readonly filename: string })[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS}, photos.filename AS filename FROM versions
       JOIN photos ON photos.id = versions.photo_id AND photos.gen = versions.gen AND photos.lifecycle = 'stored'
       WHERE versions.user_id = ?1 AND versions.kind = ?2 AND versions.state = 'done'
         AND (?3 IS NULL OR (versions.created_at, versions.id) < (?3, ?4))
       ORDER BY versions.created_at DESC, versions.id DESC LIMIT ?5`,
    )
    .bind(userId, kind, after?.createdAt ?? null, after?.id ?? null, limit)
    .all<VersionRow & { readonly filename: string }>();
  return results;
}

/** The caller then deletes its picture. */
export function deleteVersion(db: D1Database, id: string, userId: string): Promise<VersionRow | null> {
  return db
    .prepare(`DELETE FROM versions WHERE id = ?1 AND user_id = ?2 RETURNING ${COLUMNS}`)
    .bind(id, userId)
    .first<VersionRow>();
}

/**
 * Unfinished versions nobody holds and nobody touched since `before` (ms), oldest first. Those of photos in the trash wait
 * for a restore, or for the purge that takes them along.
 */
export async function staleVersions(db: D1Database, before: number, now: number, limit: number): Promise<VersionRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM versions WHERE state IN ('pending', 'running') AND changed_at <= ?1 AND lease_until <= ?2
         AND ${PHOTO_IS_THERE} ORDER BY changed_at LIMIT ?3`,
    )
    .bind(before, now, limit)
    .all<VersionRow>();
  return results;
}

/** They were put back into the queue: the next sweep leaves them as much time again. */
export async function touchVersions(db: D1Database, ids: readonly string[], now: number): Promise<void> {
  await db
    .prepare(
      `UPDATE versions SET changed_at = ?2 WHERE id IN (SELECT value FROM json_each(?1)) AND state IN ('pending', 'running')`,
    )
    .bind(JSON.stringify(ids), now)
    .run();
}
