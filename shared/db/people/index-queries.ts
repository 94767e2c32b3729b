// What the people index reads when it wakes: the owner's consent, faces with their sealed vectors, people, and what was ruled
// out. Pages follow indexes, so that a large library costs what it has and no more.
import type { FaceConsentState } from "../../contracts/consent.ts";
import type { PersonRecord } from "../../contracts/people-changes.ts";

export interface FaceOwner {
  readonly consent: FaceConsentState;
  readonly epoch: number;
  /** The model whose vectors are compared; null while there are none. */
  readonly modelId: string | null;
}

export function findFaceOwner(db: D1Database, userId: string): Promise<FaceOwner | null> {
  return db
    .prepare(`SELECT face_consent AS consent, face_epoch AS epoch, face_model_id AS modelId FROM users WHERE id = ?1`)
    .bind(userId)
    .first<FaceOwner>();
}

export interface IndexedFaceRow {
  readonly id: string;
  readonly photoId: string;
  readonly quality: number;
  readonly person: string | null;
  readonly by: "machine" | "human" | null;
  readonly dismissed: number;
  /** Null where the model has not looked at it. */
  readonly sealed: string | null;
}

/** Rows of one answer of D1: 1,000 sealed vectors of 128 numbers are 0.7 MB. */
const PAGE_ROWS = 1000;
/** Ids in one JSON parameter. */
const IDS_PER_QUERY = 1000;

const FACE = `faces.id, faces.photo_id AS photoId, faces.quality, faces.person_id AS person, faces.assigned_by AS "by",
  faces.is_dismissed AS dismissed`;

export interface VectorsWanted {
  readonly userId: string;
  readonly modelId: string;
  readonly epoch: number;
}

/** Faces with a vector of the model, page by page, in the order of their ids. */
export async function* facesWithVectors(
  db: D1Database,
  { userId, modelId, epoch }: VectorsWanted,
): AsyncGenerator<readonly IndexedFaceRow[]> {
  let after = "";
  for (;;) {
    const { results }: D1Result<IndexedFaceRow> = await db
      .prepare(
        `SELECT ${FACE}, face_vectors.sealed FROM face_vectors CROSS JOIN faces ON faces.id = face_vectors.face_id
         WHERE face_vectors.user_id = ?1 AND face_vectors.model_id = ?2 AND face_vectors.face_id > ?3
           AND face_vectors.epoch = ?4 AND faces.user_id = ?1 AND faces.score > 0
         ORDER BY face_vectors.face_id LIMIT ${PAGE_ROWS}`,
      )
      .bind(userId, modelId, after, epoch)
      .all<IndexedFaceRow>();
    yield results;
    const last = results.at(-1);
    if (last === undefined || results.length < PAGE_ROWS) return;
    after = last.id;
  }
}

/** Faces the model has no vector of: of an older model, or while there is none. They can be decided upon, not compared. */
export async function facesWithoutVectors(
  db: D1Database,
  { userId, modelId, epoch }: { userId: string; modelId: string | null; epoch: number },
): Promise<IndexedFaceRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${FACE}, NULL AS sealed FROM faces WHERE faces.user_id = ?1 AND faces.score > 0 AND NOT EXISTS (
         SELECT 1 FROM face_vectors WHERE face_vectors.face_id = faces.id AND face_vectors.model_id = ?2 AND face_vectors.epoch = ?3)`,
    )
    .bind(userId, modelId, epoch)
    .all<IndexedFaceRow>();
  return results;
}

/** The faces of some photos, or some faces, whether the model has looked at them or not. */
export async function facesBy(
  db: D1Database,
  which: "photo_id" | "id",
  ids: readonly string[],
  { userId, modelId, epoch }: { userId: string; modelId: string | null; epoch: number },
): Promise<IndexedFaceRow[]> {
  const rows: IndexedFaceRow[] = [];
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    const { results } = await db
      .prepare(
        `SELECT ${FACE}, face_vectors.sealed FROM json_each(?1) AS wanted CROSS JOIN faces ON faces.${which} = wanted.value
           LEFT JOIN face_vectors ON face_vectors.face_id = faces.id AND face_vectors.model_id = ?3 AND face_vectors.epoch = ?4
         WHERE faces.user_id = ?2 AND faces.score > 0`,
      )
      .bind(JSON.stringify(ids.slice(start, start + IDS_PER_QUERY)), userId, modelId, epoch)
      .all<IndexedFaceRow>();
    rows.push(...results);
  }
  return rows;
}

/** Ids of one answer of D1: 40 bytes each. */
const PAGE_IDS = 10_000;

/** Every face the index should know, and whether the model has looked at it. */
export async function* allFaceIds(
  db: D1Database,
  { userId, modelId, epoch }: { userId: string; modelId: string | null; epoch: number },
): AsyncGenerator<readonly { id: string; hasVector: number }[]> {
  let after = "";
  for (;;) {
    const { results }: D1Result<{ id: string; hasVector: number }> = await db
      .prepare(
        `SELECT id, EXISTS (SELECT 1 FROM face_vectors WHERE face_id = faces.id AND model_id = ?2 AND epoch = ?3) AS hasVector
         FROM faces WHERE user_id = ?1 AND score > 0 AND id > ?4 ORDER BY id LIMIT ${PAGE_IDS}`,
      )
      .bind(userId, modelId, epoch, after)
      .all<{ id: string; hasVector: number }>();
    yield results;
    const last = results.at(-1);
    if (last === undefined || results.length < PAGE_IDS) return;
    after = last.id;
  }
}

/** People, merged ones included: their ids go on answering. */
export async function allPeople(db: D1Database, userId: string): Promise<PersonRecord[]> {
  const { results } = await db
    .prepare(
      `SELECT id, name, is_hidden AS isHidden, cover_face_id AS coverFaceId, birthday, made_by AS madeBy,
         merged_into AS mergedInto, created_at AS createdAt FROM people WHERE user_id = ?1`,
    )
    .bind(userId)
    .all<Omit<PersonRecord, "isHidden"> & { isHidden: number }>();
  return results.map((row) => ({ ...row, isHidden: row.isHidden !== 0 }));
}

export async function allSeparations(db: D1Database, userId: string): Promise<{ a: string; b: string }[]> {
  const { results } = await db
    .prepare(`SELECT person_a AS a, person_b AS b FROM people_separations WHERE user_id = ?1`)
    .bind(userId)
    .all<{ a: string; b: string }>();
  return results;
}

export async function allExclusions(db: D1Database, userId: string): Promise<{ face: string; person: string }[]> {
  const { results } = await db
    .prepare(`SELECT face_id AS face, person_id AS person FROM face_exclusions WHERE user_id = ?1`)
    .bind(userId)
    .all<{ face: string; person: string }>();
  return results;
}
