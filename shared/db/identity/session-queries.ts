// Browser sessions, by the hash of the cookie's secret. One that ended stays a while: its sockets must be closed.
import type { AccountStatus, Role, SignInMethod } from "../../contracts/auth.ts";
import type { UserId } from "../../contracts/ids.ts";
import { SESSION_IDLE_MS, SESSION_KEEP_MS, SESSIONS_MAX_PER_USER } from "../../contracts/limits.ts";

export interface FoundSession {
  readonly id: string;
  readonly userId: UserId;
  readonly role: Role;
  readonly status: AccountStatus;
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

/** The session that is good now, and its user as they are now. By the hash of its secret, or by its id where something else proves it. */
export function findSession(
  db: D1Database,
  by: "hash" | "id",
  value: string,
  now: number,
): Promise<FoundSession | null> {
  return db
    .prepare(
      `SELECT sessions.id AS id, user_id AS userId, role, status, authenticated_at AS authenticatedAt,
         last_seen_at AS lastSeenAt, expires_at AS expiresAt
       FROM sessions JOIN users ON users.id = sessions.user_id
       WHERE sessions.${by} = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND last_seen_at > ?3`,
    )
    .bind(value, now, now - SESSION_IDLE_MS)
    .first<FoundSession>();
}

export interface NewSession {
  readonly id: string;
  readonly hash: string;
  readonly userId: string;
  readonly method: SignInMethod;
  readonly providerId: string | null;
  readonly idTokenSealed: string | null;
  readonly userAgent: string | null;
  readonly network: string | null;
  /** Unix ms of the proof the session stands on; 0 where nobody knows. */
  readonly authenticatedAt: number;
  readonly expiresAt: number;
}

/** None for an account that was locked a moment ago. @returns the ids of the sessions that ended to make room: the least recently used beyond the account's most */
export async function insertSession(db: D1Database, session: NewSession, now: number): Promise<string[]> {
  const insert = db
    .prepare(
      `INSERT INTO sessions (id, hash, user_id, method, provider_id, id_token_sealed, user_agent, network,
         authenticated_at, last_seen_at, created_at, expires_at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?11, ?9, ?9, ?10
       WHERE EXISTS (SELECT 1 FROM users WHERE id = ?3 AND status <> 'disabled')`,
    )
    .bind(
      session.id,
      session.hash,
      session.userId,
      session.method,
      session.providerId,
      session.idTokenSealed,
      session.userAgent,
      session.network,
      now,
      session.expiresAt,
      session.authenticatedAt,
    );
  const makeRoom = db
    .prepare(
      `UPDATE sessions SET revoked_at = ?2 WHERE hash IN (
         SELECT hash FROM sessions WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND last_seen_at > ?3
         ORDER BY last_seen_at DESC, id DESC LIMIT -1 OFFSET ?4)
       RETURNING id`,
    )
    .bind(session.userId, now, now - SESSION_IDLE_MS, SESSIONS_MAX_PER_USER);
  const [, ended] = await db.batch<{ id: string }>([insert, makeRoom]);
  return ended?.results.map(({ id }) => id) ?? [];
}

export interface SessionRow {
  readonly id: string;
  readonly method: SignInMethod;
  readonly providerId: string | null;
  readonly userAgent: string | null;
  readonly network: string | null;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

/** The user's sessions that are good now, the last used first. */
export async function listSessions(db: D1Database, userId: string, now: number): Promise<SessionRow[]> {
  const { results } = await db
    .prepare(
      `SELECT id, method, provider_id AS providerId, user_agent AS userAgent, network, created_at AS createdAt,
         last_seen_at AS lastSeenAt, expires_at AS expiresAt
       FROM sessions WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND last_seen_at > ?3
       ORDER BY last_seen_at DESC, id DESC LIMIT ?4`,
    )
    .bind(userId, now, now - SESSION_IDLE_MS, SESSIONS_MAX_PER_USER)
    .all<SessionRow>();
  return results;
}

/** Notes that a session is in use. */
export async function touchSession(db: D1Database, sessionId: string, now: number): Promise<void> {
  await db
    .prepare(`UPDATE sessions SET last_seen_at = ?2 WHERE id = ?1 AND revoked_at IS NULL AND last_seen_at < ?2`)
    .bind(sessionId, now)
    .run();
}

export interface EndedSession {
  readonly id: string;
  readonly userId: UserId;
  readonly providerId: string | null;
  readonly idTokenSealed: string | null;
}

/** Ends a session of the user's; its row stays until its sockets are closed. No row when there was none to end. */
export function endSession(db: D1Database, userId: string, sessionId: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE sessions SET revoked_at = ?3 WHERE user_id = ?1 AND id = ?2 AND revoked_at IS NULL
       RETURNING id, user_id AS userId, provider_id AS providerId, id_token_sealed AS idTokenSealed`,
    )
    .bind(userId, sessionId, now);
}

/** Ends all of the user's sessions but one. */
export function endOtherSessions(db: D1Database, userId: string, keptId: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE sessions SET revoked_at = ?3 WHERE user_id = ?1 AND id <> ?2 AND revoked_at IS NULL
       RETURNING id, (expires_at > ?3 AND last_seen_at > ?4) AS wasAlive`,
    )
    .bind(userId, keptId, now, now - SESSION_IDLE_MS);
}

/**
 * Forgets sessions that ended or expired long enough ago, among `limit` of them after `afterId`. One whose sockets nobody has
 * confirmed to be closed stays.
 * @returns where to go on; null at the end
 */
export async function forgetSessions(
  db: D1Database,
  afterId: string,
  limit: number,
  now: number,
): Promise<string | null> {
  const page = `SELECT id FROM sessions WHERE id > ?1 ORDER BY id LIMIT ?2`;
  const [last] = await db.batch<{ id: string }>([
    db.prepare(`SELECT id FROM sessions WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2`).bind(afterId, limit - 1),
    db
      .prepare(
        `DELETE FROM sessions WHERE id IN (${page}) AND
           CASE WHEN revoked_at IS NULL THEN expires_at < ?3 OR last_seen_at < ?4
           ELSE revoked_at < ?3 AND sockets_closed_at IS NOT NULL END`,
      )
      .bind(afterId, limit, now - SESSION_KEEP_MS, now - SESSION_KEEP_MS - SESSION_IDLE_MS),
  ]);
  return last?.results[0]?.id ?? null;
}

/** The user has proved again who they are, at this session. */
export function refreshSession(db: D1Database, userId: string, sessionId: string, now: number): D1PreparedStatement {
  return db
    .prepare(`UPDATE sessions SET authenticated_at = ?3 WHERE user_id = ?1 AND id = ?2 AND revoked_at IS NULL`)
    .bind(userId, sessionId, now);
}
