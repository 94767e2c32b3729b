// The history of decisions about people: looking an action up, paging through them, forgetting the oldest.
import { type PeopleAction, PeopleActionKind } from "../../contracts/people.ts";
import { PeopleChanges, PeopleSummary } from "../../contracts/people-changes.ts";

/** Undoing is an entry of its own, for its key's sake; no history shows it. */
export const UNDO = "undo";

export interface ActionRow {
  readonly id: string;
  readonly kind: string;
  readonly summary: string;
  readonly createdAt: number;
  readonly undoneAt: number | null;
}

/** SQL: what a history shows. */
const IS_TOLD = `kind <> '${UNDO}' AND summary->>'$.changedNothing' IS NOT 1`;

const COLUMNS = `id, kind, summary, created_at AS createdAt, undone_at AS undoneAt`;

export function findActionByKey(db: D1Database, userId: string, requestKey: string): Promise<ActionRow | null> {
  return db
    .prepare(`SELECT ${COLUMNS} FROM people_actions WHERE user_id = ?1 AND request_key = ?2`)
    .bind(userId, requestKey)
    .first<ActionRow>();
}

export function findAction(db: D1Database, userId: string, id: string): Promise<ActionRow | null> {
  return db
    .prepare(`SELECT ${COLUMNS} FROM people_actions WHERE user_id = ?1 AND id = ?2`)
    .bind(userId, id)
    .first<ActionRow>();
}

/** The action, or without one the last that changed something and is not undone; null when there is none. */
export async function findUndoable(
  db: D1Database,
  userId: string,
  id: string | null,
): Promise<(ActionRow & { readonly parsed: PeopleChanges }) | null> {
  const row = await db
    .prepare(
      `SELECT ${COLUMNS}, changes FROM people_actions
       WHERE user_id = ?1 AND kind <> '${UNDO}' AND (?2 IS NULL AND undone_at IS NULL AND ${IS_TOLD} OR id = ?2)
       ORDER BY created_at DESC, id DESC LIMIT 1`,
    )
    .bind(userId, id)
    .first<ActionRow & { readonly changes: string }>();
  return row === null ? null : { ...row, parsed: PeopleChanges.parse(JSON.parse(row.changes)) };
}

export interface ActionCursor {
  readonly createdAt: number;
  readonly id: string;
}

/** Newest first. */
export async function listActions(
  db: D1Database,
  userId: string,
  limit: number,
  after: ActionCursor | null,
): Promise<ActionRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM people_actions WHERE user_id = ?1 AND ${IS_TOLD}
         AND (?2 IS NULL OR (created_at, id) < (?2, ?3)) ORDER BY created_at DESC, id DESC LIMIT ?4`,
    )
    .bind(userId, after?.createdAt ?? null, after?.id ?? null, limit)
    .all<ActionRow>();
  return results;
}

/** @returns how many were forgotten */
export async function forgetActionsBefore(db: D1Database, userId: string, time: number): Promise<number> {
  const { meta } = await db
    .prepare(`DELETE FROM people_actions WHERE user_id = ?1 AND created_at < ?2`)
    .bind(userId, time)
    .run();
  return meta.changes;
}

export function toPeopleAction(row: ActionRow): PeopleAction {
  const { people, faces, name } = summaryOf(row);
  return {
    id: row.id as PeopleAction["id"],
    kind: PeopleActionKind.parse(row.kind),
    people: people as PeopleAction["people"],
    faces,
    name,
    createdAt: new Date(row.createdAt).toISOString(),
    undoneAt: row.undoneAt === null ? null : new Date(row.undoneAt).toISOString(),
  };
}

export function summaryOf(row: Pick<ActionRow, "summary">): PeopleSummary {
  return PeopleSummary.parse(JSON.parse(row.summary));
}
