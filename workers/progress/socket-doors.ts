// What the hub knows about who may hold a socket: tickets that open one, and credentials that ended a moment ago. It decides
// nothing about photos. Both are kept here and not in D1: they live for seconds, and only this user's hub ever asks.
import { ACCESS_TOKEN_SECONDS, SOCKET_TICKET_LIFE_MS, SOCKET_TICKETS_MAX } from "../../shared/contracts/limits.ts";
import type { Sql } from "./progress-register.ts";

/**
 * Time (ms) an ended credential is remembered: a request that was authenticated before its end may open its socket after, and an
 * access token is believed for its whole life without anybody being asked.
 */
const ENDED_KEEP_MS = ACCESS_TOKEN_SECONDS * 1000 + 5 * 60_000;

const TABLES = [
  `CREATE TABLE IF NOT EXISTS ticket (hash TEXT PRIMARY KEY, session_id TEXT NOT NULL, origin TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS ended (credential_id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID`,
];

export interface TicketUse {
  /** SHA-256 (hex) of the ticket. */
  readonly hash: string;
  readonly sessionId: string;
  readonly origin: string;
}

export class SocketDoors {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    for (const statement of TABLES) sql.exec(statement);
  }

  /** @returns when it expires (ms); null when too many are unused, or the session has ended */
  issue({ hash, sessionId, origin }: TicketUse, now: number): number | null {
    this.#sql.exec(`DELETE FROM ticket WHERE expires_at <= ?`, now);
    const [unused] = this.#sql.exec(`SELECT count(*) AS n FROM ticket`).toArray();
    if (Number(unused?.["n"]) >= SOCKET_TICKETS_MAX || this.isEnded(sessionId)) return null;
    const expiresAt = now + SOCKET_TICKET_LIFE_MS;
    this.#sql.exec(
      `INSERT INTO ticket (hash, session_id, origin, expires_at) VALUES (?, ?, ?, ?)`,
      hash,
      sessionId,
      origin,
      expiresAt,
    );
    return expiresAt;
  }

  /** Whoever shows a ticket spends it, rightly or not: a stolen one is worth one try. */
  spend({ hash, sessionId, origin }: TicketUse, now: number): boolean {
    const [ticket] = this.#sql
      .exec(`DELETE FROM ticket WHERE hash = ? RETURNING session_id, origin, expires_at`, hash)
      .toArray();
    return (
      ticket !== undefined &&
      ticket["session_id"] === sessionId &&
      ticket["origin"] === origin &&
      Number(ticket["expires_at"]) > now
    );
  }

  end(credentialIds: readonly string[], now: number): void {
    this.#sql.exec(`DELETE FROM ended WHERE at <= ?`, now - ENDED_KEEP_MS);
    const ids = JSON.stringify(credentialIds);
    this.#sql.exec(
      `INSERT INTO ended (credential_id, at) SELECT value, ? FROM json_each(?) WHERE true
       ON CONFLICT (credential_id) DO UPDATE SET at = excluded.at`,
      now,
      ids,
    );
    this.#sql.exec(`DELETE FROM ticket WHERE session_id IN (SELECT value FROM json_each(?))`, ids);
  }

  isEnded(credentialId: string): boolean {
    return this.#sql.exec(`SELECT 1 FROM ended WHERE credential_id = ?`, credentialId).toArray().length > 0;
  }
}
