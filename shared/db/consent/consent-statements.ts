// A user's word about face recognition: reading it, and changing it as one transaction of state, epoch and record.
import type { FaceConsentState, FaceRecognitionDefault } from "../../contracts/consent.ts";
import { mustForgetSql } from "./consent-condition.ts";

export interface ConsentRow {
  readonly state: FaceConsentState;
  readonly epoch: number;
  /** When and for which sentence the last decision was recorded; null before the first. */
  readonly decidedAt: number | null;
  readonly decidedVersion: number | null;
}

export function readConsent(db: D1Database, userId: string): Promise<ConsentRow | null> {
  const last = (column: string): string =>
    `(SELECT ${column} FROM consent_records WHERE user_id = users.id ORDER BY decided_at DESC, id DESC LIMIT 1)`;
  return db
    .prepare(
      `SELECT face_consent AS state, face_epoch AS epoch, ${last("decided_at")} AS decidedAt, ${last("version")} AS decidedVersion
       FROM users WHERE id = ?1`,
    )
    .bind(userId)
    .first<ConsentRow>();
}

/** What is kept of a user's faces, and what their photos wait for. */
export interface ConsentCounts {
  readonly faces: number;
  readonly people: number;
  readonly vectors: number;
  /** Index skipped for want of consent. */
  readonly photosWaiting: number;
  /** In the index stage now, for the first time or again. */
  readonly photosIndexing: number;
  /** 1 when anything is there that a withdrawal deletes, photos that call themselves indexed included. */
  readonly isLeft: number;
}

export async function countFaceData(db: D1Database, userId: string): Promise<ConsentCounts> {
  const counts = await db
    .prepare(
      `SELECT (SELECT count(*) FROM faces WHERE user_id = ?1 AND score > 0) AS faces,
         (SELECT count(*) FROM people WHERE user_id = ?1 AND merged_into IS NULL) AS people,
         (SELECT count(*) FROM face_vectors WHERE user_id = ?1) AS vectors,
         (SELECT count(*) FROM photos WHERE user_id = ?1 AND index_reason = 'no-consent' AND lifecycle = 'stored') AS photosWaiting,
         (SELECT count(*) FROM photos WHERE user_id = ?1 AND lifecycle = 'stored' AND thumbnail_state = 'done'
            AND index_state IN ('pending', 'running')) AS photosIndexing,
         ${faceDataIsLeft("?1")} AS isLeft`,
    )
    .bind(userId)
    .first<ConsentCounts>();
  if (counts === null) throw new Error("a count returned no row");
  return counts;
}

/** Tables in which a withdrawal leaves no row of the user's; what refers to others comes first. */
export const FACE_TABLES = [
  "face_vectors",
  "face_exclusions",
  "people_separations",
  "people_actions",
  "people",
  "faces",
] as const;

/** Photos that still show what the index stage found. Purged ones keep no face, only the words. */
export const SHOWS_FACES = `purged_at IS NULL AND (faces > 0 OR index_state = 'done' OR index_model_id IS NOT NULL
  OR (index_state IN ('pending', 'running') AND thumbnail_state = 'done' AND lifecycle = 'stored'))`;

/** SQL: 1 while a withdrawal has something to delete for the user. Photos give up their faces before the rows go. */
export function faceDataIsLeft(userId: string): string {
  const rows = FACE_TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE ${table}.user_id = ${userId})`);
  const photos = `EXISTS (SELECT 1 FROM photos WHERE photos.user_id = ${userId} AND index_state = 'done' AND purged_at IS NULL)`;
  return `(${[...rows, photos].join(" OR ")})`;
}

export interface Decision {
  readonly recordId: string;
  readonly version: number;
  readonly source: "user" | "operator";
}

/**
 * From `from` to granted. Where nothing may be kept before it, nothing is: the new epoch begins empty, or not yet.
 * Null when the state or epoch is another by now, or something of an earlier time is still there. `event` follows the change in
 * its batch, and is one that is recorded only after a change.
 */
export async function recordGrant(
  db: D1Database,
  preset: FaceRecognitionDefault,
  userId: string,
  from: ConsentRow,
  decision: Decision,
  now: number,
  event: D1PreparedStatement | null = null,
): Promise<{ epoch: number } | null> {
  const isReady = `id = ?1 AND face_consent = ?2 AND face_epoch = ?3 AND NOT (${mustForgetSql(preset)} AND ${faceDataIsLeft("?1")})`;
  const [, granted] = await db.batch<{ epoch: number }>([
    db
      .prepare(
        `INSERT INTO consent_records (id, user_id, purpose, decision, version, source, decided_at)
         SELECT ?4, id, 'face-recognition', 'granted', ?5, ?6, ?7 FROM users WHERE ${isReady}`,
      )
      .bind(userId, from.state, from.epoch, decision.recordId, decision.version, decision.source, now),
    // A yes to what was going on already begins nothing: what is sealed stays readable under its epoch.
    db
      .prepare(
        `UPDATE users SET face_consent = 'granted', face_epoch = face_epoch + ${mustForgetSql(preset)},
           face_model_id = CASE WHEN ${mustForgetSql(preset)} THEN NULL ELSE face_model_id END
         WHERE ${isReady} RETURNING face_epoch AS epoch`,
      )
      .bind(userId, from.state, from.epoch),
    ...(event === null ? [] : [event]),
  ]);
  return granted?.results[0] ?? null;
}

/** A yes again, to another sentence than the last one. */
export async function recordVersion(db: D1Database, userId: string, decision: Decision, now: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO consent_records (id, user_id, purpose, decision, version, source, decided_at)
       SELECT ?2, id, 'face-recognition', 'granted', ?3, ?4, ?5 FROM users WHERE id = ?1 AND face_consent = 'granted'`,
    )
    .bind(userId, decision.recordId, decision.version, decision.source, now)
    .run();
}

/** To withdrawn, from anything else. Attempts begun before write nothing after the last statement, and `event` follows it. */
export async function recordWithdrawal(
  db: D1Database,
  userId: string,
  decision: Decision,
  now: number,
  event: D1PreparedStatement | null = null,
): Promise<void> {
  await db.batch([...withdrawalStatements(db, userId, decision, now), ...(event === null ? [] : [event])]);
}

/** As recordWithdrawal, for the batch of a larger act. */
export function withdrawalStatements(
  db: D1Database,
  userId: string,
  decision: Decision,
  now: number,
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `INSERT INTO consent_records (id, user_id, purpose, decision, version, source, decided_at)
         SELECT ?2, id, 'face-recognition', 'withdrawn', ?3, ?4, ?5 FROM users WHERE id = ?1 AND face_consent <> 'withdrawn'`,
      )
      .bind(userId, decision.recordId, decision.version, decision.source, now),
    db
      .prepare(
        `UPDATE users SET face_consent = 'withdrawn', face_epoch = face_epoch + 1, face_model_id = NULL
         WHERE id = ?1 AND face_consent <> 'withdrawn'`,
      )
      .bind(userId),
  ];
}
