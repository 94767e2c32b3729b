// What a withdrawal removes from the database, a page at a time. Every page carries the epoch it deletes for: a process that
// was asleep while consent came back finds its condition false and deletes nothing of the new time.
import type { FaceRecognitionDefault } from "../../contracts/consent.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "../photos/photo-row.ts";
import { mustForgetSql } from "./consent-condition.ts";
import { FACE_TABLES, faceDataIsLeft, SHOWS_FACES } from "./consent-statements.ts";

/** Rows of one table, or photos, that one page changes: well within what one D1 batch may take. */
export const DELETION_PAGE_ROWS = 500;

export interface Withdrawn {
  readonly userId: string;
  readonly epoch: number;
}

/** The user's epoch while nothing of theirs may be kept; null while consent says otherwise. */
export function readWithdrawn(
  db: D1Database,
  preset: FaceRecognitionDefault,
  userId: string,
): Promise<Withdrawn | null> {
  return db
    .prepare(`SELECT id AS userId, face_epoch AS epoch FROM users WHERE id = ?1 AND ${mustForgetSql(preset)}`)
    .bind(userId)
    .first<Withdrawn>();
}

function stillWithdrawn(preset: FaceRecognitionDefault): string {
  return `EXISTS (SELECT 1 FROM users WHERE users.id = ?1 AND users.face_epoch = ?2 AND ${mustForgetSql(preset)})`;
}

/** One page of every table, in one transaction. @returns rows deleted; 0 when none is left */
export async function deleteFaceRows(
  db: D1Database,
  preset: FaceRecognitionDefault,
  { userId, epoch }: Withdrawn,
): Promise<number> {
  const results = await db.batch(
    FACE_TABLES.map((table) =>
      db
        .prepare(
          `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE user_id = ?1 LIMIT ${DELETION_PAGE_ROWS})
             AND ${stillWithdrawn(preset)}`,
        )
        .bind(userId, epoch),
    ),
  );
  return results.reduce((deleted, { meta }) => deleted + (meta.changes ?? 0), 0);
}

/** The next page of photos that show what was found in them, which now wait for consent. In the order of their ids. */
export async function forgetFacesOfPhotos(
  db: D1Database,
  preset: FaceRecognitionDefault,
  { userId, epoch }: Withdrawn,
  afterId: string,
  now: number,
): Promise<PhotoRow[]> {
  const { results } = await db
    .prepare(
      `UPDATE photos SET faces = 0, index_model_id = NULL, index_lease_until = 0,
         index_reason = CASE WHEN index_state IN ('failed', 'skipped') THEN index_reason ELSE 'no-consent' END,
         index_state = CASE WHEN index_state IN ('failed', 'skipped') THEN index_state ELSE 'skipped' END,
         rev = rev + 1, changed_at = ?4
       WHERE id IN (SELECT id FROM photos WHERE user_id = ?1 AND id > ?3 AND ${SHOWS_FACES} ORDER BY id LIMIT ${DELETION_PAGE_ROWS})
         AND ${stillWithdrawn(preset)}
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(userId, epoch, afterId, now)
    .all<PhotoRow>();
  return results.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Users of whom nothing may be kept, and something is, after this id, in order; since when they said so, where they did. */
export async function usersWithLeftovers(
  db: D1Database,
  preset: FaceRecognitionDefault,
  afterId: string,
  limit: number,
): Promise<{ userId: string; withdrawnAt: number | null }[]> {
  const { results } = await db
    .prepare(
      `SELECT id AS userId, (SELECT max(decided_at) FROM consent_records WHERE user_id = users.id AND decision = 'withdrawn') AS withdrawnAt
       FROM users WHERE id > ?2 AND ${mustForgetSql(preset)} AND ${faceDataIsLeft("users.id")} ORDER BY id LIMIT ?1`,
    )
    .bind(limit, afterId)
    .all<{ userId: string; withdrawnAt: number | null }>();
  return results;
}

/** Of these keys, those that seal nothing any more: of an earlier epoch, of nobody, or of somebody who withdrew. */
export async function deadKeys(
  db: D1Database,
  preset: FaceRecognitionDefault,
  keys: readonly { readonly key: string; readonly userId: string; readonly epoch: number }[],
): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT value->>'key' AS key FROM json_each(?1) WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.id = value->>'userId'
         AND users.face_epoch = value->>'epoch' AND NOT ${mustForgetSql(preset)})`,
    )
    .bind(JSON.stringify(keys))
    .all<{ key: string }>();
  return results.map(({ key }) => key);
}

/** Of these crops, those whose face is gone, or whose owner's consent is. */
export async function deadCrops(
  db: D1Database,
  preset: FaceRecognitionDefault,
  crops: readonly { readonly key: string; readonly userId: string; readonly faceId: string }[],
): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT value->>'key' AS key FROM json_each(?1) WHERE NOT EXISTS (SELECT 1 FROM faces JOIN users ON users.id = faces.user_id
         WHERE faces.id = value->>'faceId' AND faces.user_id = value->>'userId' AND NOT ${mustForgetSql(preset)})`,
    )
    .bind(JSON.stringify(crops))
    .all<{ key: string }>();
  return results.map(({ key }) => key);
}
