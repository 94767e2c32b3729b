// A change of model: photos indexed by another one are indexed again, page by page, while the old vectors serve; when a user's
// last photo is through, the new ones serve and the old ones go. Vectors of different models never meet.
import type { FaceRecognitionDefault } from "../../contracts/consent.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "../photos/photo-row.ts";
import { mayRecogniseSql } from "./consent-condition.ts";

/**
 * SQL: photos of a user that another model than ?2 has indexed and that can be looked at again. Two ranges, because an index knows
 * no inequality.
 */
function outdatedPhotos(userId: string): string[] {
  return ["<", ">"].map(
    (other) =>
      `SELECT id FROM photos WHERE photos.user_id = ${userId} AND index_state = 'done' AND index_model_id ${other} ?2
         AND lifecycle = 'stored' AND thumbnail_state = 'done'`,
  );
}

/** Users with something to index again, to switch, or to clean up after a switch: after this id, in order. */
export async function usersBehindModel(
  db: D1Database,
  preset: FaceRecognitionDefault,
  modelId: string,
  afterId: string,
  limit: number,
): Promise<{ userId: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT id AS userId FROM users WHERE id > ?3 AND ${mayRecogniseSql(preset)} AND (
         face_model_id <> ?2 OR ${outdatedPhotos("users.id")
           .map((photos) => `EXISTS (${photos})`)
           .join(" OR ")}
         OR EXISTS (SELECT 1 FROM face_vectors WHERE face_vectors.user_id = users.id AND model_id < ?2)
         OR EXISTS (SELECT 1 FROM face_vectors WHERE face_vectors.user_id = users.id AND model_id > ?2)) ORDER BY id LIMIT ?1`,
    )
    .bind(limit, modelId, afterId)
    .all<{ userId: string }>();
  return results;
}

/** The next `limit` photos of the user that another model has indexed wait for the index stage again, with fresh attempts. */
export async function reindexOutdated(
  db: D1Database,
  preset: FaceRecognitionDefault,
  userId: string,
  modelId: string,
  limit: number,
  now: number,
): Promise<PhotoRow[]> {
  const { results } = await db
    .prepare(
      `UPDATE photos SET index_state = 'pending', index_attempts = 0, index_lease_until = 0, rev = rev + 1, changed_at = ?4
       WHERE id IN (SELECT outdated.id FROM users, (${outdatedPhotos("?1").join(" UNION ALL ")}) AS outdated
           WHERE users.id = ?1 AND ${mayRecogniseSql(preset)} LIMIT ?3)
       RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(userId, modelId, limit, now)
    .all<PhotoRow>();
  return results;
}

/** The new model's vectors serve from here on, if every photo that can have them does. True when this call made it so. */
export async function switchModel(
  db: D1Database,
  preset: FaceRecognitionDefault,
  userId: string,
  modelId: string,
): Promise<boolean> {
  const row = await db
    .prepare(
      `UPDATE users SET face_model_id = ?2 WHERE id = ?1 AND face_model_id <> ?2 AND ${mayRecogniseSql(preset)}
         AND ${outdatedPhotos("?1")
           .map((photos) => `NOT EXISTS (${photos})`)
           .join(" AND ")}
         AND NOT EXISTS (SELECT 1 FROM photos WHERE user_id = ?1 AND lifecycle = 'stored' AND faces > 0
           AND index_state IN ('pending', 'running'))
       RETURNING id`,
    )
    .bind(userId, modelId)
    .first<{ id: string }>();
  return row !== null;
}

/** A page of the user's vectors that serve nobody: of a model that is neither in use nor wanted. @returns how many went */
export async function deleteIdleVectors(
  db: D1Database,
  userId: string,
  modelId: string,
  limit: number,
): Promise<number> {
  const { meta } = await db
    .prepare(
      `DELETE FROM face_vectors WHERE rowid IN (SELECT face_vectors.rowid FROM face_vectors JOIN users ON users.id = face_vectors.user_id
         WHERE face_vectors.user_id = ?1 AND model_id <> ?2 AND model_id IS NOT users.face_model_id LIMIT ?3)`,
    )
    .bind(userId, modelId, limit)
    .run();
  return meta.changes ?? 0;
}
