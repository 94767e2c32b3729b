// Decisions about people, written. One batch each: its first statement enters the action into the history if consent, key and
// the faces' states are as they were when it was thought out, and every other statement asks for that entry.
// A plus before a column keeps SQLite from walking all rows of a user: rows are named by their ids here.
import type { FaceRecognitionDefault } from "../../contracts/consent.ts";
import type { FaceState, PeopleChanges, PeopleSummary, PersonRecord } from "../../contracts/people-changes.ts";
import { mayRecogniseSql } from "../consent/consent-condition.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "../photos/photo-row.ts";

/** Whose people, and under which consent: after a withdrawal nothing here writes any more. */
export interface PeopleOwner {
  readonly userId: string;
  readonly epoch: number;
  readonly preset: FaceRecognitionDefault;
}

export interface PeopleActionEntry {
  readonly id: string;
  readonly kind: string;
  readonly requestKey: string;
  readonly summary: PeopleSummary;
  readonly changes: PeopleChanges;
  /** What the faces it moves were like when it was thought out. */
  readonly expected: readonly { readonly before: FaceState; readonly ids: readonly string[] }[];
  /** Of an undo: the action that is not to be undone already. */
  readonly undoes: string | null;
  readonly now: number;
}

/** Rows of one statement's JSON parameter. */
const ROWS_PER_STATEMENT = 1000;

const consentHolds = (preset: FaceRecognitionDefault, userId: string, epoch: string) =>
  `EXISTS (SELECT 1 FROM users WHERE users.id = ${userId} AND users.face_epoch = ${epoch} AND ${mayRecogniseSql(preset)})`;

/** Taken apart once: read from the text for every face, a merge of 39,000 faces took two minutes instead of half a second. */
const EXPECTED_STEPS = `SELECT value->'ids' AS ids, value->>'$.before.person' AS person, value->>'$.before.by' AS assigned_by,
  value->>'$.before.dismissed' AS is_dismissed FROM json_each(?10)`;

/**
 * @returns the photos that count other faces now, because some were dismissed or are faces again; null when the key is taken, or
 * consent or a face has changed meanwhile: then nothing was written
 */
export async function commitAction(
  db: D1Database,
  owner: PeopleOwner,
  entry: PeopleActionEntry,
): Promise<PhotoRow[] | null> {
  const { changes, expected, now } = entry;
  const { userId, epoch, preset } = owner;
  const entered = `EXISTS (SELECT 1 FROM people_actions WHERE people_actions.id = ?1 AND people_actions.user_id = ?2)`;
  const statements = [
    db
      .prepare(
        `INSERT INTO people_actions (id, user_id, kind, request_key, summary, changes, created_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ${consentHolds(preset, "?2", "?8")}
           AND (?9 IS NULL OR EXISTS (SELECT 1 FROM people_actions AS target
             WHERE target.id = ?9 AND target.user_id = ?2 AND target.undone_at IS NULL))
           AND (WITH step AS MATERIALIZED (${EXPECTED_STEPS})
             SELECT count(*) FROM step CROSS JOIN json_each(step.ids) AS face CROSS JOIN faces ON faces.id = face.value
             WHERE +faces.user_id = ?2 AND +faces.person_id IS step.person AND faces.assigned_by IS step.assigned_by
               AND faces.is_dismissed = step.is_dismissed) = ?11
         ON CONFLICT (user_id, request_key) DO NOTHING`,
      )
      .bind(
        entry.id,
        userId,
        entry.kind,
        entry.requestKey,
        JSON.stringify(entry.summary),
        JSON.stringify(changes),
        now,
        epoch,
        entry.undoes,
        JSON.stringify(expected),
        expected.reduce((sum, { ids }) => sum + ids.length, 0),
      ),
    ...insertPeople(db, [...changes.created, ...changes.left], entered, [entry.id, userId], now),
  ];
  for (const { after, ids } of changes.faces)
    for (const part of parts(ids))
      statements.push(
        db
          .prepare(
            `UPDATE faces SET person_id = ?3, assigned_by = ?4, is_dismissed = ?5
             WHERE +user_id = ?2 AND id IN (SELECT value FROM json_each(?6)) AND ${entered}`,
          )
          .bind(entry.id, userId, after.person, after.by, Number(after.dismissed), JSON.stringify(part)),
      );
  for (const part of parts(changes.people.map(({ id, after }) => ({ id, after }))))
    statements.push(
      db
        .prepare(
          `UPDATE people SET
             name = CASE WHEN json_type(step.value, '$.after.name') IS NULL THEN name ELSE step.value->>'$.after.name' END,
             is_hidden = coalesce(step.value->>'$.after.isHidden', is_hidden),
             cover_face_id = CASE WHEN json_type(step.value, '$.after.coverFaceId') IS NULL THEN cover_face_id ELSE step.value->>'$.after.coverFaceId' END,
             birthday = CASE WHEN json_type(step.value, '$.after.birthday') IS NULL THEN birthday ELSE step.value->>'$.after.birthday' END,
             merged_into = CASE WHEN json_type(step.value, '$.after.mergedInto') IS NULL THEN merged_into ELSE step.value->>'$.after.mergedInto' END,
             changed_at = ?3
           FROM json_each(?4) AS step WHERE people.id = step.value->>'id' AND +people.user_id = ?2 AND ${entered}`,
        )
        .bind(entry.id, userId, now, JSON.stringify(part)),
    );
  for (const part of parts(changes.separated))
    statements.push(
      db
        .prepare(
          `INSERT INTO people_separations (user_id, person_a, person_b, action_id)
           SELECT ?2, value->>'a', value->>'b', ?1 FROM json_each(?3) WHERE ${entered} ON CONFLICT DO NOTHING`,
        )
        .bind(entry.id, userId, JSON.stringify(part)),
    );
  for (const part of parts(changes.rejoined))
    statements.push(
      db
        .prepare(
          `DELETE FROM people_separations WHERE user_id = ?2
             AND (person_a, person_b) IN (SELECT value->>'a', value->>'b' FROM json_each(?3)) AND ${entered}`,
        )
        .bind(entry.id, userId, JSON.stringify(part)),
    );
  for (const part of parts(changes.excluded))
    statements.push(
      db
        .prepare(
          `INSERT INTO face_exclusions (user_id, face_id, person_id, action_id)
           SELECT ?2, value->>'face', value->>'person', ?1 FROM json_each(?3) AS step
           WHERE ${entered} AND EXISTS (SELECT 1 FROM faces WHERE faces.id = step.value->>'face') ON CONFLICT DO NOTHING`,
        )
        .bind(entry.id, userId, JSON.stringify(part)),
    );
  for (const part of parts(changes.readmitted))
    statements.push(
      db
        .prepare(
          `DELETE FROM face_exclusions WHERE user_id = ?2
             AND (face_id, person_id) IN (SELECT value->>'face', value->>'person' FROM json_each(?3)) AND ${entered}`,
        )
        .bind(entry.id, userId, JSON.stringify(part)),
    );
  for (const part of parts(changes.removed.map(({ id }) => id)))
    statements.push(
      db
        .prepare(
          `DELETE FROM people WHERE user_id = ?2 AND id IN (SELECT value FROM json_each(?3)) AND ${entered}
             AND NOT EXISTS (SELECT 1 FROM faces WHERE faces.user_id = ?2 AND faces.person_id = people.id)`,
        )
        .bind(entry.id, userId, JSON.stringify(part)),
    );
  if (entry.undoes !== null)
    statements.push(
      db
        .prepare(`UPDATE people_actions SET undone_at = ?3 WHERE id = ?4 AND user_id = ?2 AND ${entered}`)
        .bind(entry.id, userId, now, entry.undoes),
    );
  const recounted = statements.length;
  for (const part of parts(dismissedOrBack(changes)))
    statements.push(
      db
        .prepare(
          `UPDATE photos SET faces = ${SHOWN_FACES}, rev = rev + 1, changed_at = ?3
           WHERE +user_id = ?2 AND id IN (SELECT photo_id FROM faces WHERE +user_id = ?2 AND id IN (SELECT value FROM json_each(?4)))
             AND faces <> ${SHOWN_FACES} AND ${entered} RETURNING ${PHOTO_COLUMNS}`,
        )
        .bind(entry.id, userId, now, JSON.stringify(part)),
    );
  const results = await db.batch<PhotoRow>(statements);
  if (results[0]?.meta.changes !== 1) return null;
  return results.slice(recounted).flatMap((result) => result.results);
}

/** SQL: the faces a photo counts. */
const SHOWN_FACES = `(SELECT count(*) FROM faces AS shown WHERE shown.photo_id = photos.id AND shown.gen = photos.gen
  AND shown.score > 0 AND shown.is_dismissed = 0)`;

function dismissedOrBack({ faces }: PeopleChanges): string[] {
  return faces.flatMap(({ before, after, ids }) => (before.dismissed === after.dismissed ? [] : ids));
}

/** What a machine thinks: faces that go from one person (or nobody) to another, and people that have to be there for it. */
export interface Placements {
  readonly created: readonly PersonRecord[];
  readonly faces: readonly { readonly face: string; readonly was: string | null; readonly person: string | null }[];
  /** Machine-made people that nothing is left of. */
  readonly dissolved: readonly string[];
}

/**
 * Writes them where they still hold: a face that a human took in hand, or that is gone, is left alone.
 * @returns whether every face was moved; if not, what is in memory is to be read again
 */
export async function commitPlacements(
  db: D1Database,
  { userId, epoch, preset }: PeopleOwner,
  placements: Placements,
  now: number,
): Promise<boolean> {
  const guard = consentHolds(preset, "?1", "?2");
  const moves = parts(placements.faces).map((part) =>
    db
      .prepare(
        `UPDATE faces SET person_id = step.value->>'person',
           assigned_by = CASE WHEN step.value->>'person' IS NULL THEN NULL ELSE 'machine' END
         FROM json_each(?3) AS step
         WHERE faces.id = step.value->>'face' AND +faces.user_id = ?1 AND +faces.person_id IS step.value->>'was'
           AND faces.assigned_by IS NOT 'human' AND faces.is_dismissed = 0 AND ${guard}`,
      )
      .bind(userId, epoch, JSON.stringify(part)),
  );
  const created = insertPeople(db, placements.created, guard, [userId, epoch], now);
  const dissolved = parts(placements.dissolved).map((part) =>
    db
      .prepare(
        `DELETE FROM people WHERE user_id = ?1 AND id IN (SELECT value FROM json_each(?3)) AND made_by = 'machine' AND name IS NULL
           AND is_hidden = 0 AND merged_into IS NULL AND ${guard}
           AND NOT EXISTS (SELECT 1 FROM faces WHERE faces.user_id = ?1 AND faces.person_id = people.id)`,
      )
      .bind(userId, epoch, JSON.stringify(part)),
  );
  if (created.length + moves.length + dissolved.length === 0) return true;
  const results = await db.batch([...created, ...moves, ...dissolved]);
  const moved = results
    .slice(created.length, created.length + moves.length)
    .reduce((sum, { meta }) => sum + meta.changes, 0);
  return moved === placements.faces.length;
}

/** `binds` fill ?1 and ?2 of the guard, one of which is the user. */
function insertPeople(
  db: D1Database,
  people: readonly PersonRecord[],
  guard: string,
  binds: readonly [string, string] | readonly [string, number],
  now: number,
): D1PreparedStatement[] {
  const user = typeof binds[1] === "string" ? "?2" : "?1";
  return parts(people).map((part) =>
    db
      .prepare(
        `INSERT INTO people (id, user_id, name, is_hidden, cover_face_id, birthday, made_by, merged_into, created_at, changed_at)
         SELECT value->>'id', ${user}, value->>'name', value->>'isHidden', value->>'coverFaceId', value->>'birthday', value->>'madeBy',
           value->>'mergedInto', value->>'createdAt', ?3
         FROM json_each(?4) WHERE ${guard} ON CONFLICT (id) DO NOTHING`,
      )
      .bind(...binds, now, JSON.stringify(part)),
  );
}

function parts<Item>(items: readonly Item[]): Item[][] {
  const found: Item[][] = [];
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT)
    found.push(items.slice(start, start + ROWS_PER_STATEMENT));
  return found;
}
