// Making an account. By invitation, the invitation is accepted in the same batch, and nothing happens when it cannot be.
import type { Role } from "../../contracts/auth.ts";
import { IS_MAKER_ADMIN } from "./invitation-queries.ts";

/** Without an owner nobody could lock, help or delete whoever comes. */
const HAS_OWNER = `EXISTS (SELECT 1 FROM users WHERE role = 'owner' AND status = 'active')`;

export interface NewUser {
  readonly id: string;
  readonly name: string;
  /** Lower case. */
  readonly email: string | null;
  readonly emailVerifiedAt: number | null;
  readonly role: Role;
  readonly quotaBytes: number | null;
}

/**
 * Fails with a UNIQUE constraint on users.email when another account has the address, and with NOT NULL on users.role while
 * nobody owns the installation.
 */
export function insertUser(db: D1Database, user: NewUser, now: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO users (id, name, email, email_verified_at, role, quota_bytes, created_at)
       VALUES (?1, ?2, ?3, ?4, CASE WHEN ${HAS_OWNER} THEN ?5 END, ?6, ?7)`,
    )
    .bind(user.id, user.name, user.email, user.emailVerifiedAt, user.role, user.quotaBytes, now);
}

/**
 * Accepts the invitation for the user, then makes the user with the role and room it names. Role is NOT NULL: when the
 * invitation is used, revoked or too old, when its maker may invite nobody any more, or while nobody owns the installation,
 * the insert fails, and the batch with it.
 */
export function insertInvitedUser(
  db: D1Database,
  invitationId: string,
  user: Omit<NewUser, "role" | "quotaBytes">,
  now: number,
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `UPDATE invitations SET accepted_at = ?3, accepted_by = ?2
         WHERE id = ?1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?3
           AND ${IS_MAKER_ADMIN}`,
      )
      .bind(invitationId, user.id, now),
    db
      .prepare(
        `INSERT INTO users (id, name, email, email_verified_at, role, quota_bytes, created_at)
         VALUES (?1, ?2, ?3, ?4,
           (SELECT role FROM invitations WHERE id = ?5 AND accepted_by = ?1 AND ${HAS_OWNER}),
           (SELECT quota_bytes FROM invitations WHERE id = ?5 AND accepted_by = ?1), ?6)`,
      )
      .bind(user.id, user.name, user.email, user.emailVerifiedAt, invitationId, now),
  ];
}
