// Grants: a user lets a client act for them. The refresh tokens of one are a family, of which one generation is good.
import type { AccountStatus, Role } from "../../contracts/auth.ts";
import type { UserId } from "../../contracts/ids.ts";

export interface GrantRow {
  readonly id: string;
  readonly clientId: string;
  readonly userId: UserId;
  readonly scopes: string[];
  readonly generation: number;
  readonly rotatedAt: number;
  readonly authenticatedAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  /** The user as they are now. */
  readonly role: Role;
  readonly status: AccountStatus;
}

export async function findGrant(db: D1Database, grantId: string): Promise<GrantRow | null> {
  const row = await db
    .prepare(
      `SELECT oauth_grants.id AS id, client_id AS clientId, user_id AS userId, scopes, generation, rotated_at AS rotatedAt,
         authenticated_at AS authenticatedAt, expires_at AS expiresAt, revoked_at AS revokedAt, role, status
       FROM oauth_grants JOIN users ON users.id = oauth_grants.user_id WHERE oauth_grants.id = ?1`,
    )
    .bind(grantId)
    .first<Omit<GrantRow, "scopes"> & { scopes: string }>();
  return row === null ? null : { ...row, scopes: JSON.parse(row.scopes) as string[] };
}

/** From this generation to the next, if it is still this one. Of fifty at once, one is told true. */
export async function rotateGrant(
  db: D1Database,
  grantId: string,
  generation: number,
  expiresAt: number,
  now: number,
): Promise<boolean> {
  const rotated = await db
    .prepare(
      `UPDATE oauth_grants SET generation = generation + 1, rotated_at = ?3, expires_at = ?4
       WHERE id = ?1 AND generation = ?2 AND revoked_at IS NULL AND expires_at > ?3
         AND EXISTS (SELECT 1 FROM users WHERE users.id = oauth_grants.user_id AND status = 'active') RETURNING id`,
    )
    .bind(grantId, generation, now, expiresAt)
    .first();
  return rotated !== null;
}

export type RevocationReason = "user" | "client" | "reuse";

/** Returns the user's and the client's id, or no row when it had ended before. */
export function revokeGrant(
  db: D1Database,
  grantId: string,
  because: RevocationReason,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE oauth_grants SET revoked_at = ?3, revoked_because = ?2 WHERE id = ?1 AND revoked_at IS NULL
       RETURNING user_id AS userId, client_id AS clientId`,
    )
    .bind(grantId, because, now);
}

export interface ListedGrant {
  readonly id: string;
  readonly clientId: string;
  /** Null for the clients that have no row. */
  readonly clientName: string | null;
  readonly clientKind: "app" | "device" | "service" | null;
  readonly scopes: string[];
  readonly createdAt: number;
  readonly rotatedAt: number;
  readonly expiresAt: number;
}

/** What acts for the user now, newest first. */
export async function listGrants(db: D1Database, userId: string, now: number): Promise<ListedGrant[]> {
  const { results } = await db
    .prepare(
      `SELECT oauth_grants.id AS id, client_id AS clientId, name AS clientName, kind AS clientKind,
         oauth_grants.scopes AS scopes, oauth_grants.created_at AS createdAt, rotated_at AS rotatedAt,
         expires_at AS expiresAt
       FROM oauth_grants LEFT JOIN oauth_clients ON oauth_clients.id = client_id
       WHERE oauth_grants.user_id = ?1 AND oauth_grants.revoked_at IS NULL AND expires_at > ?2
       ORDER BY oauth_grants.created_at DESC, oauth_grants.id LIMIT 500`,
    )
    .bind(userId, now)
    .all<Omit<ListedGrant, "scopes"> & { scopes: string }>();
  return results.map((row) => ({ ...row, scopes: JSON.parse(row.scopes) as string[] }));
}

/** What the user has let this client do, over all its living grants. */
export async function scopesGrantedTo(
  db: D1Database,
  userId: string,
  clientId: string,
  now: number,
): Promise<Set<string>> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT scope.value AS scope FROM oauth_grants, json_each(oauth_grants.scopes) AS scope
       WHERE user_id = ?1 AND client_id = ?2 AND revoked_at IS NULL AND expires_at > ?3`,
    )
    .bind(userId, clientId, now)
    .all<{ scope: string }>();
  return new Set(results.map(({ scope }) => scope));
}

/**
 * Removes what nobody can use any more: codes and devices a while after their end (a second use must be recognised), ended
 * grants whose sockets are closed, revoked clients that no grant names.
 */
export async function forgetEndedGrants(
  db: D1Database,
  ended: { readonly codesBefore: number; readonly grantsBefore: number },
): Promise<void> {
  await db.batch([
    db.prepare(`DELETE FROM oauth_codes WHERE expires_at < ?1`).bind(ended.codesBefore),
    db.prepare(`DELETE FROM oauth_devices WHERE expires_at < ?1`).bind(ended.codesBefore),
    db
      .prepare(
        `DELETE FROM oauth_grants WHERE (revoked_at < ?1 AND sockets_closed_at IS NOT NULL)
           OR (revoked_at IS NULL AND expires_at < ?1)`,
      )
      .bind(ended.grantsBefore),
    db
      .prepare(
        `DELETE FROM oauth_clients WHERE revoked_at < ?1
           AND NOT EXISTS (SELECT 1 FROM oauth_grants WHERE client_id = oauth_clients.id)`,
      )
      .bind(ended.grantsBefore),
  ]);
}
