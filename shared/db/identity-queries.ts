// Accounts, keys, sessions and one-time links, by hash. Secrets themselves are never stored.
import { Scope, type UserInfo } from "../contracts/auth.ts";
import type { UserId } from "../contracts/ids.ts";

export async function findApiKey(db: D1Database, hash: string): Promise<{ userId: UserId; scopes: Scope[] } | null> {
  const row = await db
    .prepare(`SELECT user_id AS userId, scopes FROM api_keys WHERE hash = ?1 AND revoked_at IS NULL`)
    .bind(hash)
    .first<{ userId: UserId; scopes: string }>();
  return row === null ? null : { userId: row.userId, scopes: Scope.array().parse(JSON.parse(row.scopes)) };
}

export function findSession(db: D1Database, hash: string, now: number): Promise<{ userId: UserId } | null> {
  return db
    .prepare(`SELECT user_id AS userId FROM sessions WHERE hash = ?1 AND expires_at > ?2`)
    .bind(hash, now)
    .first<{ userId: UserId }>();
}

/** Spends a one-time link: only the first of two simultaneous uses gets the user. */
export function spendSignInLink(db: D1Database, hash: string, now: number): Promise<{ userId: UserId } | null> {
  return db
    .prepare(
      `UPDATE sign_in_links SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2 RETURNING user_id AS userId`,
    )
    .bind(hash, now)
    .first<{ userId: UserId }>();
}

export async function createSession(
  db: D1Database,
  session: { hash: string; userId: string; expiresAt: number },
  now: number,
): Promise<void> {
  await db
    .prepare(`INSERT INTO sessions (hash, user_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)`)
    .bind(session.hash, session.userId, now, session.expiresAt)
    .run();
}

export async function deleteSession(db: D1Database, hash: string): Promise<void> {
  await db.prepare(`DELETE FROM sessions WHERE hash = ?1`).bind(hash).run();
}

export async function findUser(db: D1Database, userId: string): Promise<UserInfo | null> {
  const row = await db
    .prepare(`SELECT id, name, role, storage_bytes AS bytes, photo_count AS photos FROM users WHERE id = ?1`)
    .bind(userId)
    .first<{ id: UserId; name: string; role: UserInfo["role"]; bytes: number; photos: number }>();
  return row === null
    ? null
    : { sub: row.id, name: row.name, role: row.role, storage: { bytes: row.bytes, photos: row.photos } };
}
