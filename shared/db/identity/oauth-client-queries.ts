// Programs that may ask for access. A revoked one stays as long as grants name it.
import type { Role } from "../../contracts/auth.ts";
import { CLIENTS_MAX_PER_USER } from "../../contracts/limits.ts";

export interface OAuthClientRow {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly kind: "app" | "device" | "service";
  readonly secretHash: string | null;
  readonly redirectUris: string[];
  readonly scopes: string[];
  readonly createdAt: number;
}

type StoredClient = Omit<OAuthClientRow, "redirectUris" | "scopes"> & { redirectUris: string; scopes: string };

const COLUMNS = `id, user_id AS userId, name, kind, secret_hash AS secretHash, redirect_uris AS redirectUris, scopes,
  created_at AS createdAt`;

function parsed(row: StoredClient): OAuthClientRow {
  return {
    ...row,
    redirectUris: JSON.parse(row.redirectUris) as string[],
    scopes: JSON.parse(row.scopes) as string[],
  };
}

export async function findOAuthClient(db: D1Database, id: string): Promise<OAuthClientRow | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM oauth_clients WHERE id = ?1 AND revoked_at IS NULL`)
    .bind(id)
    .first<StoredClient>();
  return row === null ? null : parsed(row);
}

/** The user's own; for an admin also the installation's apps and devices. */
export async function listOAuthClients(db: D1Database, userId: string, role: Role): Promise<OAuthClientRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM oauth_clients
       WHERE revoked_at IS NULL AND (user_id = ?1 OR (?2 AND kind <> 'service')) ORDER BY created_at DESC, id`,
    )
    .bind(userId, role === "member" ? 0 : 1)
    .all<StoredClient>();
  return results.map(parsed);
}

/** Inserts nothing, and returns no row, when the user has as many as they may. */
export function insertOAuthClient(db: D1Database, client: OAuthClientRow): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO oauth_clients (id, user_id, name, kind, secret_hash, redirect_uris, scopes, created_at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
       WHERE (SELECT COUNT(*) FROM oauth_clients WHERE user_id = ?2 AND revoked_at IS NULL) < ?9 RETURNING id`,
    )
    .bind(
      client.id,
      client.userId,
      client.name,
      client.kind,
      client.secretHash,
      JSON.stringify(client.redirectUris),
      JSON.stringify(client.scopes),
      client.createdAt,
      CLIENTS_MAX_PER_USER,
    );
}

/** Revokes a client that the caller may revoke, with every grant it has. To be run as one batch. */
export function revokeOAuthClient(
  db: D1Database,
  caller: { readonly userId: string; readonly role: Role },
  clientId: string,
  now: number,
): [D1PreparedStatement, D1PreparedStatement] {
  return [
    db
      .prepare(
        `UPDATE oauth_clients SET revoked_at = ?4
         WHERE id = ?1 AND revoked_at IS NULL AND (user_id = ?2 OR (?3 AND kind <> 'service')) RETURNING user_id AS userId`,
      )
      .bind(clientId, caller.userId, caller.role === "member" ? 0 : 1, now),
    db
      .prepare(
        `UPDATE oauth_grants SET revoked_at = ?2, revoked_because = 'client'
         WHERE client_id = ?1 AND revoked_at IS NULL
           AND EXISTS (SELECT 1 FROM oauth_clients WHERE id = ?1 AND revoked_at IS NOT NULL)
         RETURNING id, user_id AS userId`,
      )
      .bind(clientId, now),
  ];
}
