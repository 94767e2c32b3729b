// One-time links: sign in, set up, verify an address. Spent by a condition, so that the first of two uses wins.
import type { UserId } from "../../contracts/ids.ts";
import { LINK_KEEP_MS } from "../../contracts/limits.ts";

export type LinkPurpose = "sign-in" | "setup" | "verify";

export interface SpentLink {
  readonly id: string;
  readonly userId: UserId;
  readonly purpose: LinkPurpose;
  readonly email: string | null;
}

export interface NewLink {
  readonly id: string;
  /** SHA-256 (hex) of the token. */
  readonly hash: string;
  readonly userId: string;
  readonly purpose: LinkPurpose;
  /** The address it is sent to; null for one that is printed. */
  readonly email: string | null;
  readonly expiresAt: number;
}

export function insertLink(db: D1Database, link: NewLink): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO sign_in_links (hash, id, user_id, purpose, email, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
    )
    .bind(link.hash, link.id, link.userId, link.purpose, link.email, link.expiresAt);
}

/**
 * A setup link that an owner makes for somebody who has no way in. Inserts nothing when the actor owns the installation no more,
 * for another owner, and for an account that is locked or gone.
 */
export function insertRecoveryLink(
  db: D1Database,
  link: Pick<NewLink, "id" | "hash" | "userId" | "expiresAt">,
  actorId: string,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO sign_in_links (hash, id, user_id, purpose, expires_at)
       SELECT ?1, ?2, id, 'setup', ?4 FROM users
       WHERE id = ?3 AND purged_at IS NULL AND status <> 'disabled' AND (role <> 'owner' OR id = ?5)
         AND EXISTS (SELECT 1 FROM users AS actor WHERE actor.id = ?5 AND actor.role = 'owner' AND actor.status = 'active')`,
    )
    .bind(link.hash, link.id, link.userId, link.expiresAt, actorId);
}

/** What an open link is for, and whose it is; null when it opens nothing. Spends nothing. */
export function peekLink(
  db: D1Database,
  hash: string,
  now: number,
): Promise<Pick<SpentLink, "userId" | "purpose"> | null> {
  return db
    .prepare(
      `SELECT user_id AS userId, purpose FROM sign_in_links WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2`,
    )
    .bind(hash, now)
    .first<Pick<SpentLink, "userId" | "purpose">>();
}

export function spendLink(db: D1Database, hash: string, now: number): Promise<SpentLink | null> {
  return db
    .prepare(
      `UPDATE sign_in_links SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2
       RETURNING id, user_id AS userId, purpose, email`,
    )
    .bind(hash, now)
    .first<SpentLink>();
}

/** Links that ended a while ago. */
export async function forgetLinks(db: D1Database, now: number): Promise<void> {
  await db
    .prepare(`DELETE FROM sign_in_links WHERE expires_at <= ?1`)
    .bind(now - LINK_KEEP_MS)
    .run();
}
