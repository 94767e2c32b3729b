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
  /** 1 when the user can sign in again by something of their own. */
  readonly hasSignInMethod: number;
}

export function findUser(db: D1Database, userId: string): Promise<UserRow | null> {
  return db
    .prepare(
      `SELECT id, name, email, email_verified_at AS emailVerifiedAt, role, status, delete_after AS deleteAfter,
         storage_bytes AS storageBytes, photo_count AS photoCount, reserved_bytes AS reservedBytes,
         reserved_photos AS reservedPhotos, ${EFFECTIVE_QUOTA.bytes} AS quotaBytes, ${EFFECTIVE_QUOTA.photos} AS quotaPhotos,
         (email_verified_at IS NOT NULL OR password_hash IS NOT NULL
           OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id)
           OR EXISTS (SELECT 1 FROM identities WHERE user_id = users.id)) AS hasSignInMethod
       FROM users WHERE id = ?1`,
    )
    .bind(userId)
    .first<UserRow>();
}
