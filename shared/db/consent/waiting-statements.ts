// Photos that the index stage passed over for want of consent: waking them, page by page, once consent is there.
import type { FaceRecognitionDefault } from "../../contracts/consent.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "../photos/photo-row.ts";
import { mayRecogniseSql } from "./consent-condition.ts";

/**
 * The next `limit` of them wait for the index stage again, with fresh attempts. Those whose thumbnails failed meanwhile have
 * nothing to index and say so. Empty when none is left, or consent is not there.
 */
export async function wakeWaiting(
  db: D1Database,
  preset: FaceRecognitionDefault,
  userId: string,
  limit: number,
  now: number,
): Promise<PhotoRow[]> {
  const hasNothing = `thumbnail_state IN ('skipped', 'failed')`;
  const { results } = await db
    .prepare(
      `UPDATE photos SET index_state = CASE WHEN ${hasNothing} THEN 'skipped' ELSE 'pending' END,
         index_reason = CASE WHEN ${hasNothing} THEN 'no-thumbnail' END,
         index_attempts = 0, index_lease_until = 0, rev = rev + 1, changed_at = ?3
       WHERE id IN (SELECT id FROM photos WHERE user_id = ?1 AND index_reason = 'no-consent' AND index_state = 'skipped'
           AND purged_at IS NULL ORDER BY id LIMIT ?2)
         AND EXISTS (SELECT 1 FROM users WHERE users.id = ?1 AND ${mayRecogniseSql(preset)})
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(userId, limit, now)
    .all<PhotoRow>();
  return results;
}

/** Users whose consent is there, and whose photos do not know it yet: after this id, in order. */
export async function usersWithWaiting(
  db: D1Database,
  preset: FaceRecognitionDefault,
  afterId: string,
  limit: number,
): Promise<{ userId: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT id AS userId FROM users WHERE id > ?2 AND ${mayRecogniseSql(preset)} AND EXISTS (SELECT 1 FROM photos
         WHERE photos.user_id = users.id AND index_reason = 'no-consent' AND index_state = 'skipped' AND purged_at IS NULL) ORDER BY id LIMIT ?1`,
    )
    .bind(limit, afterId)
    .all<{ userId: string }>();
  return results;
}
