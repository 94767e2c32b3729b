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

/** A face the photo has already, and whether a person's word stands behind it. */
export interface KnownFace {
  readonly id: string;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly landmarks: readonly (readonly [number, number])[];
  readonly score: number;
  /** Drawn, given to a person, or dismissed by a human: it stays although no model finds it again. */
  readonly isHuman: boolean;
}

export interface StoredFace {
  readonly id: string;
  /** `new`: a row is made · `seen`: it is where the model says · `unseen`: its row stays as it is, and has a vector all the same. */
  readonly is: "new" | "seen" | "unseen";
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly landmarks: readonly (readonly [number, number])[];
  readonly score: number;
  readonly quality: number;
  /** The vector as the vault has sealed it for this face and model; null where the model has none to give. */
  readonly sealed: string | null;
}

export interface IndexResult {
  /** The epoch of the claim; vectors are sealed under its key. */
  readonly epoch: number;
  readonly modelId: string;
  /** The model recognises people; its vectors serve at once where only the built-in default's did before. */
  readonly isRecognition: boolean;
  readonly faces: readonly StoredFace[];
  /** Faces the photo had when the attempt looked, and that are none any more. */
  readonly gone: readonly string[];
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

/** SQL: a human's word stands behind the face. */
const IS_HUMAN = `(origin = 'drawn' OR assigned_by IS 'human' OR is_dismissed = 1)`;

/** Ids of built-in models, of this version and others: nobody is recognised by them, so nothing waits for their replacement. */
export const BUILTIN_MODELS = "%-builtin-%";

/** SQL: the faces a photo counts. */
const SHOWN_FACES = `(SELECT count(*) FROM faces WHERE photo_id = ?1 AND gen = ?3 AND score > 0 AND is_dismissed = 0)`;

/** What the photo's faces are before an attempt looks at it: those it sees again keep their ids, people and history. */
export async function facesOfPhoto(db: D1Database, { photoId, userId, gen }: PhotoKey): Promise<KnownFace[]> {
  const { results } = await db
    .prepare(
      `SELECT id, json_object('x', box_x, 'y', box_y, 'width', box_width, 'height', box_height) AS box, landmarks, score,
         ${IS_HUMAN} AS isHuman FROM faces WHERE photo_id = ?1 AND user_id = ?2 AND gen = ?3 ORDER BY id`,
    )
    .bind(photoId, userId, gen)
    .all<{ id: string; box: string; landmarks: string; score: number; isHuman: number }>();
  return results.map((row) => ({
    id: row.id,
    box: JSON.parse(row.box) as KnownFace["box"],
    landmarks: JSON.parse(row.landmarks) as KnownFace["landmarks"],
    score: row.score,
    isHuman: row.isHuman !== 0,
  }));
}

/**
 * A score of 0 marks the built-in default's observation: a vector of the whole picture, which claims no face and counts as none.
 * Brings the photo's faces up to date and ends the index stage, atomically: a batch whose every statement carries the same
 * guard, so a photo deleted or finished, or a consent withdrawn meanwhile, keeps no vector. Vectors of the model that serves the
 * user stay until all photos have new ones. Null when the guard did not hold.
 */
export async function finishIndex(
  db: D1Database,
  preset: FaceRecognitionDefault,
  key: PhotoKey,
  result: IndexResult,
  now: number,
): Promise<PhotoRow | null> {
  // Faces that came since the attempt looked are not its to remove or to leave without a vector: it looks again.
  const isOverlooked = `EXISTS (SELECT 1 FROM faces WHERE photo_id = ?1 AND user_id = ?2 AND gen = ?3 AND score > 0
    AND id NOT IN (SELECT value->>'id' FROM json_each(?5) WHERE value->>'is' <> 'gone')
    AND CASE WHEN ${IS_HUMAN}
      THEN NOT EXISTS (SELECT 1 FROM face_vectors WHERE face_id = faces.id AND face_vectors.model_id = ?6)
      ELSE id NOT IN (SELECT value->>'id' FROM json_each(?5)) END)`;
  const guard = `EXISTS (SELECT 1 FROM photos JOIN users ON users.id = photos.user_id
    WHERE photos.id = ?1 AND photos.user_id = ?2 AND photos.gen = ?3 AND photos.lifecycle = 'stored'
      AND photos.index_state IN ('pending', 'running') AND users.face_epoch = ?4 AND ${mayRecogniseSql(preset)})
    AND NOT ${isOverlooked}`;
  const { modelId } = result;
  const faces = JSON.stringify([...result.faces, ...result.gone.map((id) => ({ id, is: "gone" }))]);
  const target = [key.photoId, key.userId, key.gen, result.epoch, faces, modelId] as const;
  const results = await db.batch<PhotoRow>([
    // What a human said since the attempt looked counts as well.
    db
      .prepare(
        `DELETE FROM faces WHERE photo_id = ?1 AND user_id = ?2 AND NOT ${IS_HUMAN}
           AND id NOT IN (SELECT value->>'id' FROM json_each(?5) WHERE value->>'is' <> 'gone') AND ${guard}`,
      )
      .bind(...target),
    db
      .prepare(
        `UPDATE faces SET model_id = ?6, landmarks = seen->>'landmarks', score = seen->>'score', quality = seen->>'quality',
           box_x = CASE origin WHEN 'drawn' THEN box_x ELSE seen->>'$.box.x' END,
           box_y = CASE origin WHEN 'drawn' THEN box_y ELSE seen->>'$.box.y' END,
           box_width = CASE origin WHEN 'drawn' THEN box_width ELSE seen->>'$.box.width' END,
           box_height = CASE origin WHEN 'drawn' THEN box_height ELSE seen->>'$.box.height' END
         FROM (SELECT value AS seen FROM json_each(?5) WHERE value->>'is' = 'seen')
         WHERE faces.id = seen->>'id' AND photo_id = ?1 AND user_id = ?2 AND ${guard}`,
      )
      .bind(...target),
    db
      .prepare(
        `INSERT INTO faces (id, user_id, photo_id, gen, model_id, box_x, box_y, box_width, box_height, landmarks, score, quality, created_at)
         SELECT value->>'id', ?2, ?1, ?3, ?6, value->>'$.box.x', value->>'$.box.y', value->>'$.box.width', value->>'$.box.height',
           value->>'landmarks', value->>'score', value->>'quality', ?7
         FROM json_each(?5) WHERE value->>'is' = 'new' AND ${guard}`,
      )
      .bind(...target, now),
    db
      .prepare(
        `DELETE FROM face_vectors WHERE photo_id = ?1 AND user_id = ?2 AND model_id <> ?6
           AND model_id IS NOT (SELECT face_model_id FROM users WHERE users.id = ?2) AND ${guard}`,
      )
      .bind(...target),
    // A face that a human undid since the attempt looked is not there to have a vector.
    db
      .prepare(
        `INSERT INTO face_vectors (face_id, model_id, user_id, photo_id, epoch, sealed)
         SELECT faces.id, ?6, ?2, ?1, ?4, value->>'sealed' FROM json_each(?5) JOIN faces ON faces.id = value->>'id'
         WHERE faces.photo_id = ?1 AND faces.user_id = ?2 AND value->>'sealed' IS NOT NULL AND ${guard}
         ON CONFLICT (face_id, model_id) DO UPDATE SET epoch = excluded.epoch, sealed = excluded.sealed`,
      )
      .bind(...target),
    db
      .prepare(
        `UPDATE users SET face_model_id = ?6 WHERE id = ?2 AND (face_model_id IS NULL OR (?7 AND face_model_id LIKE '${BUILTIN_MODELS}')) AND ${guard}`,
      )
      .bind(...target, result.isRecognition ? 1 : 0),
    db
      .prepare(
        `UPDATE photos SET index_state = 'done', index_reason = NULL, index_ms = ?7, index_model_id = ?6, index_lease_until = 0,
           faces = ${SHOWN_FACES}, rev = rev + 1, changed_at = ?8
         WHERE id = ?1 AND ${guard} RETURNING ${PHOTO_COLUMNS}`,
      )
      .bind(...target, result.ms, now),
  ]);
  return results.at(-1)?.results[0] ?? null;
}

/**
 * A face somebody drew: its row and its vector, under the guards of a finish. Null when the photo or the consent is gone. Where
 * exactly this box is drawn already, that one stays and is the face.
 */
export async function storeDrawnFace(
  db: D1Database,
  preset: FaceRecognitionDefault,
  key: PhotoKey,
  drawn: { readonly epoch: number; readonly modelId: string; readonly face: Omit<StoredFace, "is"> },
  now: number,
): Promise<PhotoRow | null> {
  const guard = `EXISTS (SELECT 1 FROM photos JOIN users ON users.id = photos.user_id
    WHERE photos.id = ?1 AND photos.user_id = ?2 AND photos.gen = ?3 AND photos.lifecycle = 'stored'
      AND users.face_epoch = ?4 AND ${mayRecogniseSql(preset)})`;
  const target = [key.photoId, key.userId, key.gen, drawn.epoch] as const;
  const { face, modelId } = drawn;
  // During a change of model the photo may be of the other one: it is looked at once more, so that all its faces are of one.
  const isOtherModel = `(index_state = 'done' AND thumbnail_state = 'done' AND index_model_id <> ?6)`;
  const results = await db.batch<PhotoRow>([
    db
      .prepare(
        `INSERT INTO faces (id, user_id, photo_id, gen, model_id, origin, box_x, box_y, box_width, box_height, landmarks, score, quality, created_at)
         SELECT ?5, ?2, ?1, ?3, ?6, 'drawn', ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14 WHERE ${guard}
           AND NOT EXISTS (SELECT 1 FROM faces WHERE photo_id = ?1 AND user_id = ?2 AND gen = ?3 AND origin = 'drawn'
             AND box_x = ?7 AND box_y = ?8 AND box_width = ?9 AND box_height = ?10)`,
      )
      .bind(
        ...target,
        face.id,
        modelId,
        face.box.x,
        face.box.y,
        face.box.width,
        face.box.height,
        JSON.stringify(face.landmarks),
        face.score,
        face.quality,
        now,
      ),
    db
      .prepare(
        `INSERT INTO face_vectors (face_id, model_id, user_id, photo_id, epoch, sealed)
         SELECT ?5, ?6, ?2, ?1, ?4, ?7 WHERE ?7 IS NOT NULL AND EXISTS (SELECT 1 FROM faces WHERE id = ?5 AND gen = ?3) AND ${guard}`,
      )
      .bind(...target, face.id, modelId, face.sealed),
    db
      .prepare(
        `UPDATE photos SET faces = ${SHOWN_FACES}, rev = rev + 1, changed_at = ?5,
           index_attempts = CASE WHEN ${isOtherModel} THEN 0 ELSE index_attempts END,
           index_state = CASE WHEN ${isOtherModel} THEN 'pending' ELSE index_state END
         WHERE id = ?1 AND ${guard} RETURNING ${PHOTO_COLUMNS}`,
      )
      .bind(...target, now, modelId),
  ]);
  return results.at(-1)?.results[0] ?? null;
}

/** The face somebody drew with exactly this box before. */
export async function findDrawnFace(db: D1Database, key: PhotoKey, box: StoredFace["box"]): Promise<string | null> {
  const row = await db
    .prepare(
      `SELECT id FROM faces WHERE photo_id = ?1 AND user_id = ?2 AND gen = ?3 AND origin = 'drawn'
         AND box_x = ?4 AND box_y = ?5 AND box_width = ?6 AND box_height = ?7 ORDER BY id LIMIT 1`,
    )
    .bind(key.photoId, key.userId, key.gen, box.x, box.y, box.width, box.height)
    .first<{ id: string }>();
  return row?.id ?? null;
}

/** The user's epoch while their faces may be recognised; null otherwise. */
export async function recognisedEpoch(
  db: D1Database,
  preset: FaceRecognitionDefault,
  userId: string,
): Promise<number | null> {
  const row = await db
    .prepare(`SELECT face_epoch AS epoch FROM users WHERE id = ?1 AND ${mayRecogniseSql(preset)}`)
    .bind(userId)
    .first<{ epoch: number }>();
  return row?.epoch ?? null;
}
