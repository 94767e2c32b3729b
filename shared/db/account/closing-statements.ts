// The end of an account: closed, taken back, emptied page by page, gone. Each statement names the state it may leave.
import { DERIVATIVE_GRACE_MS } from "../../contracts/limits.ts";
import { type AuditRow, insertAuditEvent } from "../identity/audit-queries.ts";
import { ACCESS_TABLES, CONTENT_TABLES, rowsOfUser, TRACE_STATEMENTS } from "./purge-rules.ts";

/** Rows of one table that one page deletes. */
const PAGE_ROWS = 500;
const IS_ALONE = `NOT EXISTS (SELECT 1 FROM users AS other WHERE other.id <> ?1)`;
const HAS_ANOTHER_OWNER = `EXISTS (SELECT 1 FROM users AS other WHERE other.id <> ?1 AND other.role = 'owner' AND other.status = 'active')`;

/**
 * To closing, or sooner than it was. For the last owner of others it fails, and its batch with it: status is NOT NULL. Whoever
 * was alone leaves no invitation behind (revokeInvitationsOfLast): nobody would be there to own what it opens.
 */
export function closeAccount(db: D1Database, userId: string, deleteAfter: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE users SET status = CASE WHEN role <> 'owner' OR ${IS_ALONE} OR ${HAS_ANOTHER_OWNER} THEN 'closing' END,
         delete_after = min(coalesce(delete_after, ?2), ?2)
       WHERE id = ?1 AND status <> 'disabled' AND purged_at IS NULL`,
    )
    .bind(userId, deleteAfter);
}

export function revokeInvitationsOfLast(db: D1Database, userId: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE invitations SET revoked_at = ?2 WHERE accepted_at IS NULL AND revoked_at IS NULL AND ${IS_ALONE}
         AND EXISTS (SELECT 1 FROM users WHERE id = ?1 AND status = 'closing')`,
    )
    .bind(userId, now);
}

/** Back to active, while nothing has been deleted. */
export function keepAccount(db: D1Database, userId: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE users SET status = 'active', delete_after = NULL
       WHERE id = ?1 AND status = 'closing' AND purged_at IS NULL AND delete_after > ?2 RETURNING id`,
    )
    .bind(userId, now);
}

export interface DueAccount {
  readonly userId: string;
  /** When nothing was found any more; null while that is to come. */
  readonly purgedAt: number | null;
}

/**
 * An owner's account is not deleted under others while nobody else owns the installation. Others who leave as owners themselves
 * do not count: two would wait for each other.
 */
const LEAVES_NOBODY_ALONE = `(role <> 'owner'
  OR EXISTS (SELECT 1 FROM users AS other WHERE other.id <> users.id AND other.role = 'owner' AND other.status = 'active')
  OR NOT EXISTS (SELECT 1 FROM users AS other
    WHERE other.id <> users.id AND NOT (other.role = 'owner' AND other.status = 'closing')))`;

/** Accounts to empty, or to look at once more, after this id; what was emptied a moment ago may still be written to. */
export async function accountsDue(db: D1Database, now: number, afterId: string, limit: number): Promise<DueAccount[]> {
  const { results } = await db
    .prepare(
      `SELECT id AS userId, purged_at AS purgedAt FROM users
       WHERE status = 'closing' AND delete_after <= ?1 AND (purged_at IS NULL OR purged_at <= ?2) AND id > ?3
         AND ${LEAVES_NOBODY_ALONE}
       ORDER BY id LIMIT ?4`,
    )
    .bind(now, now - DERIVATIVE_GRACE_MS, afterId, limit)
    .all<DueAccount>();
  return results;
}

/** Still closing, and due: every page asks, for the account may have been taken back by an admin's hand. */
const IS_DUE = `EXISTS (SELECT 1 FROM users WHERE users.id = ?1 AND status = 'closing' AND delete_after <= ?2)`;

/** One page of every table of the library, in one transaction. @returns rows deleted; 0 when none is left */
export async function deleteContentPage(db: D1Database, userId: string, now: number): Promise<number> {
  const results = await db.batch(
    CONTENT_TABLES.map((table) =>
      db
        .prepare(`DELETE FROM ${table} WHERE rowid IN (${rowsOfUser(table)} LIMIT ${PAGE_ROWS}) AND ${IS_DUE}`)
        .bind(userId, now),
    ),
  );
  return results.reduce((deleted, { meta }) => deleted + (meta.changes ?? 0), 0);
}

/** The library is empty as of now; nobody signs in any more. */
export async function markEmptied(db: D1Database, userId: string, now: number): Promise<void> {
  await db.batch([
    ...ACCESS_TABLES.map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE user_id = ?1 AND ${IS_DUE}`).bind(userId, now),
    ),
    db
      .prepare(`UPDATE users SET purged_at = ?2 WHERE id = ?1 AND status = 'closing' AND delete_after <= ?2`)
      .bind(userId, now),
  ]);
}

/** Everything that is left, the account's row last, and the one event that stays: that there was an account, and is none. */
export async function forgetAccount(db: D1Database, userId: string, event: AuditRow): Promise<void> {
  const everything = [
    // Without the pages' index for batch files: one that lost its batch while it was written is found here.
    ...[...CONTENT_TABLES, ...ACCESS_TABLES].map((table) => `DELETE FROM ${table} WHERE user_id = ?1`),
    ...TRACE_STATEMENTS.map(({ sql }) => sql),
  ];
  await db.batch([
    ...everything.map((sql) => {
      const statement = db.prepare(sql);
      return sql.includes("?2") ? statement.bind(userId, event.at) : statement.bind(userId);
    }),
    // After the account's own row: whoever comes second has deleted none, and says nothing.
    insertAuditEvent(db, event, true),
  ]);
}

/** The account was deleted for good: bytes that turn up are nobody's. */
export async function isForgotten(db: D1Database, userId: string): Promise<boolean> {
  const row = await db
    .prepare(
      `SELECT 1 FROM audit_events WHERE subject_id = ?1 AND action = 'account.purged'
       AND NOT EXISTS (SELECT 1 FROM users WHERE id = ?1)`,
    )
    .bind(userId)
    .first();
  return row !== null;
}
