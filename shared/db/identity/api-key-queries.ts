// API keys, by hash. The key itself is shown once and never stored.
import { type AccountStatus, type Role, Scope } from "../../contracts/auth.ts";
import type { UserId } from "../../contracts/ids.ts";

export interface FoundApiKey {
  readonly id: string;
  readonly userId: UserId;
  readonly role: Role;
  readonly status: AccountStatus;
  readonly scopes: Scope[];
  readonly expiresAt: number | null;
}

/** The key that is good now, and its user as they are now. */
export async function findApiKey(db: D1Database, hash: string, now: number): Promise<FoundApiKey | null> {
  const row = await db
    .prepare(
      `SELECT api_keys.id AS id, user_id AS userId, role, status, scopes, expires_at AS expiresAt
       FROM api_keys JOIN users ON users.id = api_keys.user_id
       WHERE hash = ?1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)`,
    )
    .bind(hash, now)
    .first<Omit<FoundApiKey, "scopes"> & { scopes: string }>();
  return row === null ? null : { ...row, scopes: Scope.array().parse(JSON.parse(row.scopes)) };
}
