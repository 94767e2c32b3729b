// Browser sessions, by the hash of the cookie's secret. One that ended stays a while: its sockets must be closed.
import type { AccountStatus, Role, SignInMethod } from "../../contracts/auth.ts";
import type { UserId } from "../../contracts/ids.ts";
import { SESSION_IDLE_MS } from "../../contracts/limits.ts";

export interface FoundSession {
  readonly id: string;
  readonly userId: UserId;
  readonly role: Role;
  readonly status: AccountStatus;
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

/** The session that is good now, and its user as they are now. */
export function findSession(db: D1Database, hash: string, now: number): Promise<FoundSession | null> {
  return db
    .prepare(
      `SELECT sessions.id AS id, user_id AS userId, role, status, authenticated_at AS authenticatedAt,
         last_seen_at AS lastSeenAt, expires_at AS expiresAt
       FROM sessions JOIN users ON users.id = sessions.user_id
       WHERE hash = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND last_seen_at > ?3`,
    )
    .bind(hash, now, now - SESSION_IDLE_MS)
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
  readonly expiresAt: number;
}

export async function insertSession(db: D1Database, session: NewSession, now: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO sessions (id, hash, user_id, method, provider_id, id_token_sealed, user_agent, network,
         authenticated_at, last_seen_at, created_at, expires_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?9, ?10)`,
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
    )
    .run();
}

/** Ends a session of the user's; its row stays until its sockets are closed. Null when there was none to end. */
export function endSession(
  db: D1Database,
  userId: string,
  sessionId: string,
  now: number,
): Promise<{ providerId: string | null; idTokenSealed: string | null } | null> {
  return db
    .prepare(
      `UPDATE sessions SET revoked_at = ?3 WHERE user_id = ?1 AND id = ?2 AND revoked_at IS NULL
       RETURNING provider_id AS providerId, id_token_sealed AS idTokenSealed`,
    )
    .bind(userId, sessionId, now)
    .first<{ providerId: string | null; idTokenSealed: string | null }>();
}

/** The user has proved again who they are, at this session. */
export function refreshSession(db: D1Database, userId: string, sessionId: string, now: number): D1PreparedStatement {
  return db
    .prepare(`UPDATE sessions SET authenticated_at = ?3 WHERE user_id = ?1 AND id = ?2 AND revoked_at IS NULL`)
    .bind(userId, sessionId, now);
}
