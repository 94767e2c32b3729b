// API keys, by hash. The key itself is shown once and never stored.
import { type AccountStatus, type Role, Scope } from "../../contracts/auth.ts";
import type { UserId } from "../../contracts/ids.ts";
import { API_KEYS_MAX_PER_USER, SESSION_KEEP_MS } from "../../contracts/limits.ts";

export interface FoundApiKey {
  readonly id: string;
  readonly userId: UserId;
  readonly role: Role;
  readonly status: AccountStatus;
  readonly scopes: Scope[];
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

/** The key that is good now, and its user as they are now. */
export async function findApiKey(db: D1Database, hash: string, now: number): Promise<FoundApiKey | null> {
  const row = await db
    .prepare(
      `SELECT api_keys.id AS id, user_id AS userId, role, status, scopes, expires_at AS expiresAt,
         last_used_at AS lastUsedAt
       FROM api_keys JOIN users ON users.id = api_keys.user_id
       WHERE hash = ?1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)`,
    )
    .bind(hash, now)
    .first<Omit<FoundApiKey, "scopes"> & { scopes: string }>();
  return row === null ? null : { ...row, scopes: scopesOf(row.scopes) };
}

/** Notes that a key is in use. */
export async function touchApiKey(db: D1Database, keyId: string, now: number): Promise<void> {
  await db
    .prepare(`UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1 AND coalesce(last_used_at, 0) < ?2`)
    .bind(keyId, now)
    .run();
}

export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: Scope[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

/** The user's keys that were not revoked, newest first; expired ones too, so that a person sees why something stopped. */
export async function listApiKeys(db: D1Database, userId: string): Promise<ApiKeyRow[]> {
  const { results } = await db
    .prepare(
      `SELECT id, name, prefix, scopes, created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt
       FROM api_keys WHERE user_id = ?1 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC`,
    )
    .bind(userId)
    .all<Omit<ApiKeyRow, "scopes"> & { scopes: string }>();
  return results.map((row) => ({ ...row, scopes: scopesOf(row.scopes) }));
}

/** Inserts nothing where the account has its most already. Returns the id. */
export function insertApiKey(
  db: D1Database,
  userId: string,
  key: Omit<ApiKeyRow, "lastUsedAt"> & { readonly hash: string },
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO api_keys (hash, id, user_id, name, prefix, scopes, created_at, expires_at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
       WHERE (SELECT count(*) FROM api_keys WHERE user_id = ?3 AND revoked_at IS NULL) < ?9
       RETURNING id`,
    )
    .bind(
      key.hash,
      key.id,
      userId,
      key.name,
      key.prefix,
      JSON.stringify(key.scopes),
      key.createdAt,
      key.expiresAt,
      API_KEYS_MAX_PER_USER,
    );
}

/** Returns the id, where there was one of the user's to revoke. */
export function revokeApiKey(db: D1Database, userId: string, keyId: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE api_keys SET revoked_at = ?3 WHERE user_id = ?1 AND id = ?2 AND revoked_at IS NULL RETURNING id, prefix`,
    )
    .bind(userId, keyId, now);
}

/**
 * Forgets keys that were revoked long enough ago, among `limit` keys after `afterId`; what was done with them stays in the audit
 * log. One whose sockets nobody has confirmed to be closed stays.
 * @returns where to go on; null at the end
 */
export async function forgetApiKeys(
  db: D1Database,
  afterId: string,
  limit: number,
  now: number,
): Promise<string | null> {
  const [last] = await db.batch<{ id: string }>([
    db.prepare(`SELECT id FROM api_keys WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2`).bind(afterId, limit - 1),
    db
      .prepare(
        `DELETE FROM api_keys WHERE id IN (SELECT id FROM api_keys WHERE id > ?1 ORDER BY id LIMIT ?2)
           AND revoked_at < ?3 AND sockets_closed_at IS NOT NULL`,
      )
      .bind(afterId, limit, now - SESSION_KEEP_MS),
  ]);
  return last?.results[0]?.id ?? null;
}

function scopesOf(json: string): Scope[] {
  return Scope.array().parse(JSON.parse(json));
}
