// Accounts, as their own user sees them.
import type { AccountStatus, Role } from "../../contracts/auth.ts";
import type { UserId } from "../../contracts/ids.ts";
import { EFFECTIVE_QUOTA } from "./effective-quota.ts";

export interface UserRow {
  readonly id: UserId;
  readonly name: string;
  readonly email: string | null;
  readonly emailVerifiedAt: number | null;
  readonly role: Role;
  readonly status: AccountStatus;
  readonly deleteAfter: number | null;
  readonly storageBytes: number;
  readonly photoCount: number;
  readonly reservedBytes: number;
  readonly reservedPhotos: number;
  /** The limits in force; null without one. */
  readonly quotaBytes: number | null;
  readonly quotaPhotos: number | null;
}

export function findUser(db: D1Database, userId: string): Promise<UserRow | null> {
  return db
    .prepare(
      `SELECT id, name, email, email_verified_at AS emailVerifiedAt, role, status, delete_after AS deleteAfter,
         storage_bytes AS storageBytes, photo_count AS photoCount, reserved_bytes AS reservedBytes,
         reserved_photos AS reservedPhotos, ${EFFECTIVE_QUOTA.bytes} AS quotaBytes, ${EFFECTIVE_QUOTA.photos} AS quotaPhotos
       FROM users WHERE id = ?1`,
    )
    .bind(userId)
    .first<UserRow>();
}

/** Whose address it is; only a proven one counts. */
export function findUserByEmail(
  db: D1Database,
  email: string,
): Promise<{ id: UserId; status: AccountStatus; passwordHash: string | null } | null> {
  return db
    .prepare(
      `SELECT id, status, password_hash AS passwordHash FROM users WHERE email = ?1 AND email_verified_at IS NOT NULL`,
    )
    .bind(email)
    .first<{ id: UserId; status: AccountStatus; passwordHash: string | null }>();
}

/** Nobody has made this installation theirs: no owner has a way in but the printed link. */
export async function isUnclaimed(db: D1Database): Promise<boolean> {
  const row = await db
    .prepare(
      `SELECT 1 FROM users WHERE role = 'owner' AND (email_verified_at IS NOT NULL OR password_hash IS NOT NULL
         OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id)
         OR EXISTS (SELECT 1 FROM identities WHERE user_id = users.id)) LIMIT 1`,
    )
    .first();
  return row === null;
}

/** The address belongs to the user from now on. Fails with a UNIQUE constraint on users.email when it is another's. */
export function setVerifiedEmail(db: D1Database, userId: string, email: string, now: number): D1PreparedStatement {
  return db
    .prepare(`UPDATE users SET email = ?2, email_verified_at = ?3 WHERE id = ?1 AND status <> 'disabled'`)
    .bind(userId, email, now);
}

export function setName(db: D1Database, userId: string, name: string): D1PreparedStatement {
  return db.prepare(`UPDATE users SET name = ?2 WHERE id = ?1 AND name <> ?2`).bind(userId, name);
}
