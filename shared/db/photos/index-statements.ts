// The index stage's conditional statements: as the other stages', and under the user's consent. An attempt is bound to the
// user's epoch it began in: what was begun before a withdrawal writes nothing after it, even when consent came back.
import type { FaceRecognitionDefault } from "../../contracts/consent.ts";
import { STAGE_LEASE_MS, STAGE_MAX_ATTEMPTS } from "../../contracts/limits.ts";
import { mayRecogniseSql } from "../consent/consent-condition.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "./photo-row.ts";
import type { PhotoKey } from "./stage-statements.ts";

export type IndexClaim =
  | { readonly kind: "claimed"; readonly epoch: number }
  /** The user does not want recognition: the stage has ended by this very statement. */
  | { readonly kind: "no-consent"; readonly row: PhotoRow };

export interface StoredFace {
  readonly id: string;
  readonly box: { x: number; y: number; width: number; height: number };
  readonly landmarks: readonly (readonly [number, number])[];
  readonly score: number;
  readonly quality: number;
  /** The vector as the vault has sealed it for this face and model. */
  readonly sealed: string;
}

export interface IndexResult {
  /** The epoch of the claim; vectors are sealed under its key. */
  readonly epoch: number;
  readonly modelId: string;
  readonly faces: readonly StoredFace[];
  readonly ms: number;
}

/**
 * As claimThumbnail, for the index stage; only a photo with thumbnails can be indexed. Without consent the stage ends
 * instead, whoever holds it: that attempt could not write any more. Null when there is nothing to claim.
 */
export async function claimIndex(
  db: D1Database,
  preset: FaceRecognitionDefault,
  key: PhotoKey,
  now: number,
): Promise<IndexClaim | null> {
  const consent = `EXISTS (SELECT 1 FROM users WHERE users.id = ?2 AND ${mayRecogniseSql(preset)})`;
  const isWaiting = `id = ?1 AND user_id = ?2 AND gen = ?3 AND lifecycle = 'stored' AND thumbnail_state = 'done'
    AND index_state IN ('pending', 'running')`;
  const [skipped, claimed] = await db.batch<PhotoRow & { epoch: number }>([
    db
      .prepare(
        `UPDATE photos SET index_state = 'skipped', index_reason = 'no-consent', index_lease_until = 0, rev = rev + 1, changed_at = ?4
         WHERE ${isWaiting} AND NOT ${consent} RETURNING ${PHOTO_COLUMNS}`,
      )
      .bind(key.photoId, key.userId, key.gen, now),
    db
      .prepare(
        `UPDATE photos SET index_state = 'running', index_reason = NULL, index_attempts = index_attempts + 1,
           index_lease_until = ?5, rev = rev + 1, changed_at = ?4
         WHERE ${isWaiting} AND index_lease_until <= ?4 AND index_attempts < ${STAGE_MAX_ATTEMPTS} AND ${consent}
         RETURNING (SELECT face_epoch FROM users WHERE users.id = ?2) AS "epoch"`,
      )
      .bind(key.photoId, key.userId, key.gen, now, now + STAGE_LEASE_MS),
  ]);
  const row = skipped?.results[0];
  if (row !== undefined) return { kind: "no-consent", row };
  const claim = claimed?.results[0];
  return claim === undefined ? null : { kind: "claimed", epoch: claim.epoch };
}

/**
 * A score of 0 marks the built-in graph's observation: a vector of the whole picture, which claims no face and counts as none.
 * Replaces the photo's faces and ends the index stage, atomically: a batch whose every statement carries the same guard,
 * so a photo deleted or finished, or a consent withdrawn meanwhile, keeps no vector. Null when the guard did not hold.
 */
export async function finishIndex(
  db: D1Database,
  preset: FaceRecognitionDefault,
  key: PhotoKey,
  result: IndexResult,
  now: number,
): Promise<PhotoRow | null> {
  const guard = `EXISTS (SELECT 1 FROM photos JOIN users ON users.id = photos.user_id
    WHERE photos.id = ?1 AND photos.user_id = ?2 AND photos.gen = ?3 AND photos.lifecycle = 'stored'
      AND photos.index_state IN ('pending', 'running') AND users.face_epoch = ?4 AND ${mayRecogniseSql(preset)})`;
  const target = [key.photoId, key.userId, key.gen, result.epoch] as const;
  const faces = JSON.stringify(result.faces);
  const results = await db.batch<PhotoRow>([
    db.prepare(`DELETE FROM faces WHERE photo_id = ?1 AND user_id = ?2 AND ${guard}`).bind(...target),
    db
      .prepare(
        `INSERT INTO faces (id, user_id, photo_id, gen, model_id, box_x, box_y, box_width, box_height, landmarks, score, quality, created_at)
         SELECT value->>'id', ?2, ?1, ?3, ?5, value->>'$.box.x', value->>'$.box.y', value->>'$.box.width', value->>'$.box.height',
           value->>'landmarks', value->>'score', value->>'quality', ?6
         FROM json_each(?7) WHERE ${guard}`,
      )
      .bind(...target, result.modelId, now, faces),
    db
      .prepare(
        `INSERT INTO face_vectors (face_id, model_id, user_id, photo_id, epoch, sealed)
         SELECT value->>'id', ?5, ?2, ?1, ?4, value->>'sealed' FROM json_each(?6) WHERE ${guard}`,
      )
      .bind(...target, result.modelId, faces),
    db
      .prepare(`UPDATE users SET face_model_id = ?5 WHERE id = ?2 AND face_model_id IS NULL AND ${guard}`)
      .bind(...target, result.modelId),
    db
      .prepare(
        `UPDATE photos SET index_state = 'done', index_reason = NULL, index_ms = ?5, index_model_id = ?6, index_lease_until = 0,
           faces = (SELECT count(*) FROM faces WHERE photo_id = ?1 AND gen = ?3 AND score > 0), rev = rev + 1, changed_at = ?7
         WHERE id = ?1 AND ${guard} RETURNING ${PHOTO_COLUMNS}`,
      )
      .bind(...target, result.ms, result.modelId, now),
  ]);
  return results.at(-1)?.results[0] ?? null;
}
