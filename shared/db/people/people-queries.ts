// People and faces as the API lists them. Counted from the faces, never kept; photos in the trash do not count. Every query
// carries the user, and none touches a vector.
import type { FaceCard, ListPeopleQuery, Person } from "../../contracts/people.ts";
import { faceCropPath } from "../../contracts/photos.ts";

/** Faces that are to be seen: of photos in the library, of the bytes they have now, and not dismissed. */
const SEEN_FACES = `faces JOIN photos ON photos.id = faces.photo_id AND photos.gen = faces.gen AND photos.lifecycle = 'stored'`;
const IS_SEEN = `faces.user_id = ?1 AND faces.score > 0 AND faces.is_dismissed = 0`;
/** Merges that one id may have gone through. */
const MERGES_MAX = 64;

const COUNTED = `counted AS (
  SELECT faces.person_id AS id, count(*) AS faces, count(DISTINCT faces.photo_id) AS photos
  FROM ${SEEN_FACES} WHERE ${IS_SEEN} AND faces.person_id IS NOT NULL GROUP BY faces.person_id)`;

/** Somebody without a name and without a face is nobody to list. */
const LISTED = `people.user_id = ?1 AND people.merged_into IS NULL AND (people.name IS NOT NULL OR coalesce(counted.faces, 0) > 0)`;

const PERSON = `people.id, people.name, people.is_hidden AS isHidden, people.birthday, people.created_at AS createdAt,
  people.changed_at AS changedAt, people.cover_face_id AS coverFaceId, coalesce(counted.faces, 0) AS faces,
  coalesce(counted.photos, 0) AS photos`;

/** The chosen face while it is the person's, or else the best. */
const COVER = `(SELECT json_array(faces.id, faces.photo_id) FROM ${SEEN_FACES} WHERE ${IS_SEEN} AND faces.person_id = listed.id
  ORDER BY faces.id IS listed.coverFaceId DESC, faces.quality DESC, faces.id LIMIT 1) AS cover`;

interface PersonRow {
  readonly id: string;
  readonly name: string | null;
  readonly isHidden: number;
  readonly birthday: string | null;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly faces: number;
  readonly photos: number;
  readonly cover: string | null;
}

/** Position in the listing: named before unnamed, more photos before fewer. */
export interface PersonCursor {
  readonly isUnnamed: number;
  readonly photos: number;
  readonly id: string;
}

export interface PeopleListing {
  readonly items: Person[];
  readonly total: number;
  readonly hidden: number;
  readonly unassigned: number;
}

const HIDDEN = { false: "people.is_hidden = 0", true: "true", only: "people.is_hidden = 1" } as const;
const NAMED = { true: "people.name IS NOT NULL", false: "people.name IS NULL" } as const;

export async function listPeople(
  db: D1Database,
  userId: string,
  query: ListPeopleQuery,
  after: PersonCursor | null,
): Promise<PeopleListing> {
  const wanted = `${LISTED} AND ${HIDDEN[query.hidden]} AND ${query.named === undefined ? "true" : NAMED[query.named]}
    AND (?2 IS NULL OR EXISTS (SELECT 1 FROM json_each(?2) WHERE instr(lower(people.name), lower(value)) > 0))`;
  const listed = `people LEFT JOIN counted ON counted.id = people.id`;
  const part = query.q === undefined ? null : JSON.stringify(spellingsOf(query.q));
  const [page, counts] = await db.batch<PersonRow & { total: number; hidden: number; unassigned: number }>([
    db
      .prepare(
        `WITH ${COUNTED}, listed AS (
           SELECT ${PERSON} FROM ${listed} WHERE ${wanted}
             AND (?3 IS NULL OR (people.name IS NULL, -coalesce(counted.photos, 0), people.id) > (?3, -?4, ?5))
           ORDER BY people.name IS NULL, coalesce(counted.photos, 0) DESC, people.id LIMIT ?6)
         SELECT *, ${COVER} FROM listed ORDER BY name IS NULL, photos DESC, id`,
      )
      .bind(userId, part, after?.isUnnamed ?? null, after?.photos ?? null, after?.id ?? null, query.limit),
    db
      .prepare(
        `WITH ${COUNTED} SELECT (SELECT count(*) FROM ${listed} WHERE ${wanted}) AS total,
           (SELECT count(*) FROM ${listed} WHERE ${LISTED} AND people.is_hidden = 1) AS hidden,
           (SELECT count(*) FROM ${SEEN_FACES} WHERE ${IS_SEEN} AND faces.person_id IS NULL) AS unassigned`,
      )
      .bind(userId, part),
  ]);
  const { total = 0, hidden = 0, unassigned = 0 } = counts?.results[0] ?? {};
  return { items: (page?.results ?? []).map(toPerson), total, hidden, unassigned };
}

/** SQLite's lower() knows ASCII only: other letters are looked for as people write them. */
function spellingsOf(part: string): string[] {
  const lower = part.toLowerCase();
  const capitalised = lower.replace(/(^|[\s-])(\p{L})/gu, (start) => start.toUpperCase());
  return [...new Set([part, lower, part.toUpperCase(), capitalised])];
}

/** By the ids people have now; see `survivorsOf`. */
export async function findPeople(db: D1Database, userId: string, ids: readonly string[]): Promise<Map<string, Person>> {
  if (ids.length === 0) return new Map();
  const { results } = await db
    .prepare(
      `WITH counted AS (
         SELECT faces.person_id AS id, count(*) AS faces, count(DISTINCT faces.photo_id) AS photos
         FROM ${SEEN_FACES} WHERE ${IS_SEEN} AND faces.person_id IN (SELECT value FROM json_each(?2)) GROUP BY faces.person_id),
       listed AS (SELECT ${PERSON} FROM people LEFT JOIN counted ON counted.id = people.id
         WHERE people.user_id = ?1 AND people.id IN (SELECT value FROM json_each(?2)) AND people.merged_into IS NULL)
       SELECT *, ${COVER} FROM listed`,
    )
    .bind(userId, JSON.stringify(ids))
    .all<PersonRow>();
  return new Map(results.map((row) => [row.id, toPerson(row)]));
}

/** Whom each id means now: itself, or whom it was merged into. Unknown ids, and those of other users, are absent. */
export async function survivorsOf(
  db: D1Database,
  userId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { results } = await db
    .prepare(
      `WITH RECURSIVE merged AS (
         SELECT people.id AS asked, people.id, people.merged_into, 0 AS steps FROM json_each(?2) AS wanted
           CROSS JOIN people ON people.id = wanted.value
         WHERE +people.user_id = ?1
         UNION ALL
         SELECT merged.asked, people.id, people.merged_into, merged.steps + 1 FROM merged JOIN people ON people.id = merged.merged_into
         WHERE people.user_id = ?1 AND merged.steps < ${MERGES_MAX})
       SELECT asked, id FROM merged WHERE merged_into IS NULL`,
    )
    .bind(userId, JSON.stringify(ids))
    .all<{ asked: string; id: string }>();
  return new Map(results.map(({ asked, id }) => [asked, id]));
}

/** The person an id means now; null when it means nobody of this user's. */
export async function findPerson(db: D1Database, userId: string, id: string): Promise<Person | null> {
  const survivor = (await survivorsOf(db, userId, [id])).get(id);
  return survivor === undefined ? null : ((await findPeople(db, userId, [survivor])).get(survivor) ?? null);
}

const CARD = `faces.id, faces.photo_id AS photoId, faces.person_id AS person, faces.box_x AS x, faces.box_y AS y,
  faces.box_width AS width, faces.box_height AS height, faces.quality, faces.origin, faces.assigned_by AS assignedBy,
  photos.taken_at AS takenAt, photos.created_at AS createdAt`;

interface CardRow {
  readonly id: string;
  readonly photoId: string;
  readonly person: string | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly quality: number;
  readonly origin: FaceCard["origin"];
  readonly assignedBy: FaceCard["assignedBy"];
  readonly takenAt: string | null;
  readonly createdAt: number;
}

/** Position in a listing of faces: when the photo came, or how good the face is. */
export interface FaceCursor {
  readonly rank: number;
  readonly id: string;
}

export interface FaceListing {
  readonly items: FaceCard[];
  readonly total: number;
  /** After the last item of a full page. */
  readonly next: FaceCursor | null;
}

/** @param person whose; null lists faces of nobody, best first; those of a person come newest photo first */
export async function listFacesOf(
  db: D1Database,
  userId: string,
  person: string | null,
  limit: number,
  after: FaceCursor | null,
): Promise<FaceListing> {
  const rank = person === null ? "faces.quality" : "photos.created_at";
  const [page, counted] = await db.batch<CardRow & { rank: number; total: number }>([
    db
      .prepare(
        `SELECT ${CARD}, ${rank} AS rank FROM ${SEEN_FACES} WHERE ${IS_SEEN} AND faces.person_id IS ?2
           AND (?3 IS NULL OR (${rank}, faces.id) < (?3, ?4)) ORDER BY rank DESC, faces.id DESC LIMIT ?5`,
      )
      .bind(userId, person, after?.rank ?? null, after?.id ?? null, limit),
    db
      .prepare(`SELECT count(*) AS total FROM ${SEEN_FACES} WHERE ${IS_SEEN} AND faces.person_id IS ?2`)
      .bind(userId, person),
  ]);
  const rows = page?.results ?? [];
  const last = rows.at(-1);
  return {
    items: rows.map(toCard),
    total: counted?.results[0]?.total ?? 0,
    next: last !== undefined && rows.length === limit ? { rank: last.rank, id: last.id } : null,
  };
}

/** Faces by id; those that are gone, dismissed or in the trash are absent. */
export async function findFaceCards(
  db: D1Database,
  userId: string,
  ids: readonly string[],
): Promise<Map<string, FaceCard>> {
  if (ids.length === 0) return new Map();
  const { results } = await db
    .prepare(
      `SELECT ${CARD} FROM json_each(?2) AS wanted CROSS JOIN ${SEEN_FACES} WHERE faces.id = wanted.value AND +${IS_SEEN}`,
    )
    .bind(userId, JSON.stringify(ids))
    .all<CardRow>();
  return new Map(results.map((row) => [row.id, toCard(row)]));
}

function toPerson({ cover, isHidden, createdAt, changedAt, ...row }: PersonRow): Person {
  const [face, photoId] = cover === null ? [] : (JSON.parse(cover) as [string, string]);
  return {
    id: row.id as Person["id"],
    name: row.name,
    isHidden: isHidden !== 0,
    birthday: row.birthday,
    faces: row.faces,
    photos: row.photos,
    cover:
      face === undefined || photoId === undefined
        ? null
        : { face: face as FaceCard["id"], photoId: photoId as FaceCard["photoId"], crop: faceCropPath(face) },
    createdAt: new Date(createdAt).toISOString(),
    changedAt: new Date(changedAt).toISOString(),
  };
}

function toCard(row: CardRow): FaceCard {
  return {
    id: row.id as FaceCard["id"],
    photoId: row.photoId as FaceCard["photoId"],
    person: row.person as FaceCard["person"],
    box: { x: row.x, y: row.y, width: row.width, height: row.height },
    quality: row.quality,
    origin: row.origin,
    assignedBy: row.assignedBy,
    crop: faceCropPath(row.id),
    takenAt: row.takenAt ?? new Date(row.createdAt).toISOString(),
  };
}
