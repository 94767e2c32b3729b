// The conditional statements of the two-stage protocol. Each is one atomic change: it names the states it may leave,
// bumps `rev`, and returns the row it made, or null when somebody else was first. Nobody reads, thinks, then writes.
import { STAGE_LEASE_MS, STAGE_MAX_ATTEMPTS } from "../../contracts/limits.ts";
import type { FailReason, SkipReason, StageName } from "../../contracts/photos.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "./photo-row.ts";

export interface PhotoKey {
  readonly photoId: string;
  readonly userId: string;
  readonly gen: number;
}

export interface ThumbnailFacts {
  readonly mime: string;
  /** Pixels as seen. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly takenAt: string | null;
  readonly camera: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/**
 * Takes a stage for one attempt. The event proves that the bytes exist, so a lost "stored" is repaired here too.
 * Null when the photo is gone, another generation, terminal, leased, or out of attempts.
 */
export function claimThumbnail(db: D1Database, key: PhotoKey, now: number): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET lifecycle = 'stored', stored_at = coalesce(stored_at, ?4),
         thumbnail_state = 'running', thumbnail_reason = NULL, thumbnail_attempts = thumbnail_attempts + 1,
         thumbnail_lease_until = ?5, rev = rev + 1, changed_at = ?4
       WHERE id = ?1 AND user_id = ?2 AND gen = ?3 AND lifecycle IN ('uploading', 'abandoned', 'stored')
         AND thumbnail_state IN ('pending', 'running') AND thumbnail_lease_until <= ?4 AND thumbnail_attempts < ${STAGE_MAX_ATTEMPTS}
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(key.photoId, key.userId, key.gen, now, now + STAGE_LEASE_MS)
    .first<PhotoRow>();
}

/** Hands an attempt back after an error, so that the next one need not wait for the lease to run out. */
export async function releaseLease(db: D1Database, key: PhotoKey, stage: StageName, leaseUntil: number): Promise<void> {
  await db
    .prepare(
      `UPDATE photos SET ${stage}_lease_until = 0 WHERE id = ?1 AND user_id = ?2 AND ${stage}_state = 'running' AND ${stage}_lease_until = ?3`,
    )
    .bind(key.photoId, key.userId, leaseUntil)
    .run();
}

/** The renditions are in R2: the thumbnail stage is done and the index stage may begin. */
export function finishThumbnail(
  db: D1Database,
  key: PhotoKey,
  facts: ThumbnailFacts,
  thumbhash: string,
  ms: number,
  now: number,
): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET thumbnail_state = 'done', thumbnail_reason = NULL, thumbnail_ms = ?4, thumbnail_lease_until = 0,
         thumbhash = ?5, mime = ?6, width = ?7, height = ?8, taken_at = coalesce(taken_at, ?9), camera = ?10,
         latitude = ?11, longitude = ?12, rev = rev + 1, changed_at = ?13
       WHERE id = ?1 AND user_id = ?2 AND gen = ?3 AND lifecycle = 'stored' AND thumbnail_state IN ('pending', 'running')
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(
      key.photoId,
      key.userId,
      key.gen,
      ms,
      thumbhash,
      facts.mime,
      facts.widthPx,
      facts.heightPx,
      facts.takenAt,
      facts.camera,
      facts.latitude,
      facts.longitude,
      now,
    )
    .first<PhotoRow>();
}

/** Without thumbnails there is nothing to index; faces found before the thumbnails had to be made again stay. */
const WAS_INDEXED = `(index_state = 'done' OR index_model_id IS NOT NULL)`;
const INDEX_ENDS = `index_reason = CASE WHEN ${WAS_INDEXED} THEN NULL ELSE 'no-thumbnail' END,
  index_state = CASE WHEN ${WAS_INDEXED} THEN 'done' ELSE 'skipped' END, index_lease_until = 0`;

/** Nothing to index without thumbnails: a skipped or failed thumbnail ends both stages in one statement. */
export function endThumbnail(
  db: D1Database,
  key: PhotoKey,
  end: { state: "skipped"; reason: SkipReason } | { state: "failed"; reason: FailReason },
  facts: ThumbnailFacts | null,
  now: number,
): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET thumbnail_state = ?4, thumbnail_reason = ?5, thumbnail_lease_until = 0,
         ${INDEX_ENDS},
         mime = coalesce(?6, mime), width = coalesce(?7, width), height = coalesce(?8, height),
         taken_at = coalesce(taken_at, ?9), camera = coalesce(?10, camera),
         latitude = coalesce(?11, latitude), longitude = coalesce(?12, longitude), rev = rev + 1, changed_at = ?13
       WHERE id = ?1 AND user_id = ?2 AND gen = ?3 AND lifecycle = 'stored' AND thumbnail_state IN ('pending', 'running')
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(
      key.photoId,
      key.userId,
      key.gen,
      end.state,
      end.reason,
      facts?.mime ?? null,
      facts?.widthPx ?? null,
      facts?.heightPx ?? null,
      facts?.takenAt ?? null,
      facts?.camera ?? null,
      facts?.latitude ?? null,
      facts?.longitude ?? null,
      now,
    )
    .first<PhotoRow>();
}

/** The dead-letter consumers and the sweep: fail a stage that nobody holds. A live attempt is left to finish. */
export function failAbandonedStage(
  db: D1Database,
  key: PhotoKey,
  stage: StageName,
  reason: FailReason,
  now: number,
): Promise<PhotoRow | null> {
  // A dead thumbnail message proves that the bytes exist, and nothing can be indexed without thumbnails.
  const alsoSet =
    stage === "thumbnail" ? `lifecycle = 'stored', stored_at = coalesce(stored_at, ?4), ${INDEX_ENDS},` : "";
  return db
    .prepare(
      `UPDATE photos SET ${stage}_state = 'failed', ${stage}_reason = ?5, ${stage}_lease_until = 0, ${alsoSet}
         rev = rev + 1, changed_at = ?4
       WHERE id = ?1 AND user_id = ?2 AND gen = ?3 AND lifecycle IN ('uploading', 'abandoned', 'stored')
         AND ${stage}_state IN ('pending', 'running') AND ${stage}_lease_until <= ?4
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(key.photoId, key.userId, key.gen, now, reason)
    .first<PhotoRow>();
}

/** A person's Retry: failed stages start again with fresh attempts. Null when nothing had failed. */
export function retryFailed(db: D1Database, photoId: string, userId: string, now: number): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET
         index_attempts = CASE index_state WHEN 'done' THEN index_attempts ELSE 0 END,
         index_reason = CASE index_state WHEN 'done' THEN index_reason END,
         index_lease_until = 0,
         index_state = CASE index_state WHEN 'done' THEN 'done' ELSE 'pending' END,
         thumbnail_attempts = CASE thumbnail_state WHEN 'failed' THEN 0 ELSE thumbnail_attempts END,
         thumbnail_reason = CASE thumbnail_state WHEN 'failed' THEN NULL ELSE thumbnail_reason END,
         thumbnail_lease_until = 0,
         thumbnail_state = CASE thumbnail_state WHEN 'failed' THEN 'pending' ELSE thumbnail_state END,
         rev = rev + 1, changed_at = ?3
       WHERE id = ?1 AND user_id = ?2 AND lifecycle = 'stored' AND (thumbnail_state = 'failed' OR index_state = 'failed')
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(photoId, userId, now)
    .first<PhotoRow>();
}

/** Renditions that were done but are no longer in R2 are made again; the index stage follows only if it had not ended. */
export function redoThumbnail(db: D1Database, key: PhotoKey, now: number): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET thumbnail_state = 'pending', thumbnail_attempts = 0, thumbnail_lease_until = 0, rev = rev + 1, changed_at = ?4
       WHERE id = ?1 AND user_id = ?2 AND gen = ?3 AND lifecycle = 'stored' AND thumbnail_state = 'done'
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(key.photoId, key.userId, key.gen, now)
    .first<PhotoRow>();
}
