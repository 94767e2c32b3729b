// Invitations: made by admins, accepted once. Accepting is part of making the account (account-statements.ts).
import type { Role } from "../../contracts/auth.ts";
import { INVITATION_KEEP_MS, PAGE_MAX_ITEMS } from "../../contracts/limits.ts";

type InvitedRole = Exclude<Role, "owner">;

export interface InvitationRow {
  readonly id: string;
  readonly email: string | null;
  readonly role: InvitedRole;
  /** Name of whoever made it; null when they are gone. */
  readonly invitedBy: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly acceptedAt: number | null;
  readonly revokedAt: number | null;
}

const COLUMNS = `invitations.id AS id, invitations.email AS email, invitations.role AS role, users.name AS invitedBy,
  invitations.created_at AS createdAt, expires_at AS expiresAt, accepted_at AS acceptedAt, revoked_at AS revokedAt`;
const FROM = `FROM invitations LEFT JOIN users ON users.id = invitations.invited_by`;

/** SQL: whoever made the invitation may still invite: one who was locked or demoted must not come back by a friend. */
export const IS_MAKER_ADMIN = `EXISTS (SELECT 1 FROM users AS maker
  WHERE maker.id = invitations.invited_by AND maker.status = 'active' AND maker.role IN ('owner', 'admin'))`;

export interface NewInvitation {
  readonly id: string;
  /** SHA-256 (hex) of the token its maker is shown. */
  readonly hash: string;
  readonly email: string | null;
  readonly role: InvitedRole;
  readonly quotaBytes: number | null;
  readonly invitedBy: string;
  readonly expiresAt: number;
}

export function insertInvitation(db: D1Database, row: NewInvitation, now: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO invitations (id, hash, email, role, quota_bytes, invited_by, created_at, expires_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
    )
    .bind(row.id, row.hash, row.email, row.role, row.quotaBytes, row.invitedBy, now, row.expiresAt);
}

/** The invitation that is open now, by its id or by the hash of its token. */
export function findOpenInvitation(
  db: D1Database,
  by: { readonly id: string } | { readonly hash: string },
  now: number,
): Promise<InvitationRow | null> {
  const [column, value] = "id" in by ? ["id", by.id] : ["hash", by.hash];
  return db
    .prepare(
      `SELECT ${COLUMNS} ${FROM} WHERE invitations.${column} = ?1
         AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?2 AND ${IS_MAKER_ADMIN}`,
    )
    .bind(value, now)
    .first<InvitationRow>();
}

/** Newest first. */
export async function listInvitations(db: D1Database): Promise<InvitationRow[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} ${FROM} ORDER BY invitations.created_at DESC, invitations.id DESC LIMIT ?1`)
    .bind(PAGE_MAX_ITEMS)
    .all<InvitationRow>();
  return results;
}

export function revokeInvitation(db: D1Database, id: string, now: number): D1PreparedStatement {
  return db
    .prepare(`UPDATE invitations SET revoked_at = ?2 WHERE id = ?1 AND accepted_at IS NULL AND revoked_at IS NULL`)
    .bind(id, now);
}

/** For the batch that locks, demotes or closes its maker; changes nothing while they may still invite. */
export function revokeInvitationsOf(db: D1Database, makerId: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE invitations SET revoked_at = ?2
       WHERE invited_by = ?1 AND accepted_at IS NULL AND revoked_at IS NULL AND NOT ${IS_MAKER_ADMIN}`,
    )
    .bind(makerId, now);
}

/** Those that ended a while ago and were never accepted: an address of somebody who did not come. */
export async function forgetInvitations(db: D1Database, now: number): Promise<void> {
  await db
    .prepare(`DELETE FROM invitations WHERE accepted_at IS NULL AND expires_at <= ?1`)
    .bind(now - INVITATION_KEEP_MS)
    .run();
}
