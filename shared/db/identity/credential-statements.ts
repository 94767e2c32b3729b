// Ending what opens an account, and remembering whose sockets are still to be closed because of it. The marks are on the rows
// themselves, so that whoever revokes one need not know of sockets: the sweep finds it.
import type { UserId } from "../../contracts/ids.ts";

export interface EndedCredentials {
  readonly sessions: string[];
  readonly apiKeys: string[];
  readonly grants: string[];
}

/** Ends everything that signs the user in or acts for them, but one session. One batch: all of it or nothing. */
export async function endCredentials(
  db: D1Database,
  userId: string,
  exceptSessionId: string | null,
  now: number,
): Promise<EndedCredentials> {
  return endedBy(await db.batch<{ id: string }>(endingStatements(db, userId, exceptSessionId, now)));
}

/** As endCredentials, for the batch of the act they end by; what they answer is for endedBy. */
export function endingStatements(
  db: D1Database,
  userId: string,
  exceptSessionId: string | null,
  now: number,
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `UPDATE sessions SET revoked_at = ?2 WHERE user_id = ?1 AND revoked_at IS NULL AND id IS NOT ?3 RETURNING id`,
      )
      .bind(userId, now, exceptSessionId),
    db
      .prepare(`UPDATE api_keys SET revoked_at = ?2 WHERE user_id = ?1 AND revoked_at IS NULL RETURNING id`)
      .bind(userId, now),
    db
      .prepare(
        `UPDATE oauth_grants SET revoked_at = ?2, revoked_because = 'account'
         WHERE user_id = ?1 AND revoked_at IS NULL RETURNING id`,
      )
      .bind(userId, now),
    // A service acts as its user, by a secret of its own.
    db
      .prepare(
        `UPDATE oauth_clients SET revoked_at = ?2 WHERE user_id = ?1 AND kind = 'service' AND revoked_at IS NULL`,
      )
      .bind(userId, now),
    db.prepare(`UPDATE sign_in_links SET used_at = ?2 WHERE user_id = ?1 AND used_at IS NULL`).bind(userId, now),
    // Codes and approved devices would become grants a moment later.
    db
      .prepare(`UPDATE oauth_codes SET used_at = ?2 WHERE expires_at > ?2 AND user_id = ?1 AND used_at IS NULL`)
      .bind(userId, now),
    db
      .prepare(`UPDATE oauth_devices SET used_at = ?2 WHERE expires_at > ?2 AND user_id = ?1 AND used_at IS NULL`)
      .bind(userId, now),
  ];
}

export function endedBy([sessions, apiKeys, grants]: readonly D1Result<{ id: string }>[]): EndedCredentials {
  return { sessions: idsOf(sessions), apiKeys: idsOf(apiKeys), grants: idsOf(grants) };
}

const idsOf = (result: D1Result<{ id: string }> | undefined): string[] => result?.results.map(({ id }) => id) ?? [];

/** Notes that the hub has been told. */
export async function markSocketsClosed(db: D1Database, credentialIds: readonly string[], now: number): Promise<void> {
  const ids = JSON.stringify(credentialIds);
  const mark = (table: string) =>
    db
      .prepare(
        `UPDATE ${table} SET sockets_closed_at = ?2
         WHERE id IN (SELECT value FROM json_each(?1)) AND revoked_at IS NOT NULL AND sockets_closed_at IS NULL`,
      )
      .bind(ids, now);
  await db.batch([mark("sessions"), mark("api_keys"), mark("oauth_grants")]);
}

export interface SocketsToClose {
  readonly userId: UserId;
  readonly credentialIds: string[];
}

/** Users whose ended credentials may still hold sockets, oldest first. */
export async function socketsToClose(db: D1Database, limit: number): Promise<SocketsToClose[]> {
  const part = (table: string) =>
    `SELECT id, user_id AS userId FROM (SELECT id, user_id FROM ${table}
       WHERE revoked_at IS NOT NULL AND sockets_closed_at IS NULL ORDER BY revoked_at LIMIT ?1)`;
  const { results } = await db
    .prepare(`${part("sessions")} UNION ALL ${part("api_keys")} UNION ALL ${part("oauth_grants")}`)
    .bind(limit)
    .all<{ id: string; userId: UserId }>();
  const byUser = Map.groupBy(results, ({ userId }) => userId);
  return [...byUser].map(([userId, rows]) => ({ userId, credentialIds: rows.map(({ id }) => id) }));
}
