// Accounts at providers that open accounts here: (provider, subject) is the identity, never the address.
import type { AccountStatus, Role } from "../../contracts/auth.ts";
import type { UserId } from "../../contracts/ids.ts";
import { anyWay, type WaysIn } from "./ways-in.ts";

export interface OpenedAccount {
  readonly userId: UserId;
  readonly role: Role;
  readonly status: AccountStatus;
}

export function findIdentity(db: D1Database, providerId: string, subject: string): Promise<OpenedAccount | null> {
  return db
    .prepare(
      `SELECT users.id AS userId, role, status FROM identities JOIN users ON users.id = identities.user_id
       WHERE provider_id = ?1 AND subject = ?2`,
    )
    .bind(providerId, subject)
    .first<OpenedAccount>();
}

/** @param email lower case @returns the account that has proved to have this address */
export function findByVerifiedEmail(db: D1Database, email: string): Promise<OpenedAccount | null> {
  return db
    .prepare(`SELECT id AS userId, role, status FROM users WHERE email = ?1 AND email_verified_at IS NOT NULL`)
    .bind(email)
    .first<OpenedAccount>();
}

export interface NewIdentity {
  readonly providerId: string;
  readonly subject: string;
  readonly userId: string;
  readonly email: string | null;
}

/**
 * Fails, and its batch with it, where the identity is somebody's already (UNIQUE), or where the user has one at this
 * provider or the most there may be (NOT NULL on user_id).
 */
export function insertIdentity(db: D1Database, identity: NewIdentity, now: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO identities (provider_id, subject, user_id, email, created_at, last_used_at)
       VALUES (?1, ?2, (SELECT ?3 WHERE NOT EXISTS
         (SELECT 1 FROM identities WHERE user_id = ?3 AND provider_id = ?1)), ?4, ?5, ?5)`,
    )
    .bind(identity.providerId, identity.subject, identity.userId, identity.email, now);
}

export async function touchIdentity(db: D1Database, identity: NewIdentity, now: number): Promise<void> {
  await db
    .prepare(
      `UPDATE identities SET last_used_at = ?4, email = COALESCE(?5, email)
       WHERE provider_id = ?1 AND subject = ?2 AND user_id = ?3`,
    )
    .bind(identity.providerId, identity.subject, identity.userId, now, identity.email)
    .run();
}

export interface LinkedRow {
  readonly provider: string;
  readonly name: string;
  readonly email: string | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

export async function listIdentities(db: D1Database, userId: string): Promise<LinkedRow[]> {
  const { results } = await db
    .prepare(
      `SELECT provider_id AS provider, name, email, identities.created_at AS createdAt, last_used_at AS lastUsedAt
       FROM identities JOIN identity_providers ON identity_providers.id = identities.provider_id
       WHERE user_id = ?1 ORDER BY identities.created_at, provider_id`,
    )
    .bind(userId)
    .all<LinkedRow>();
  return results;
}

/** Unlinks, unless nothing else would open the account. @returns whether something was unlinked */
export async function deleteIdentity(
  db: D1Database,
  userId: string,
  providerId: string,
  ways: WaysIn,
): Promise<boolean> {
  const { results } = await db
    .prepare(
      `DELETE FROM identities WHERE user_id = ?1 AND provider_id = ?2
         AND ${anyWay("?1", { ...ways, exceptProvider: "?2" })} RETURNING subject`,
    )
    .bind(userId, providerId)
    .all();
  return results.length > 0;
}

/** The role a provider says, for everybody but owners: no provider makes or unmakes one. */
export function changeMappedRole(
  db: D1Database,
  userId: string,
  role: Exclude<Role, "owner">,
  before: Role,
): D1PreparedStatement {
  return db
    .prepare(`UPDATE users SET role = ?2 WHERE id = ?1 AND role = ?3 AND role <> 'owner'`)
    .bind(userId, role, before);
}
