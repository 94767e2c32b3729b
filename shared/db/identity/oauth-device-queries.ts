// Device codes (RFC 8628): a device waits, a person with a browser decides.

export interface NewDevice {
  readonly hash: string;
  readonly userCode: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly intervalSeconds: number;
  readonly expiresAt: number;
}

/** False when a living device has the same user code. */
export async function insertDevice(db: D1Database, device: NewDevice, now: number): Promise<boolean> {
  const [, inserted] = await db.batch([
    db.prepare(`DELETE FROM oauth_devices WHERE user_code = ?1 AND expires_at <= ?2`).bind(device.userCode, now),
    db
      .prepare(
        `INSERT INTO oauth_devices (hash, user_code, client_id, scopes, interval_seconds, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING RETURNING hash`,
      )
      .bind(
        device.hash,
        device.userCode,
        device.clientId,
        JSON.stringify(device.scopes),
        device.intervalSeconds,
        device.expiresAt,
      ),
  ]);
  return inserted?.results.length === 1;
}

/** What a person with the code on their screen is asked; null for a code that is unknown, decided or too old. */
export async function findUndecidedDevice(
  db: D1Database,
  userCode: string,
  now: number,
): Promise<{ clientId: string; scopes: string[] } | null> {
  const row = await db
    .prepare(
      `SELECT client_id AS clientId, scopes FROM oauth_devices
       WHERE user_code = ?1 AND decision IS NULL AND expires_at > ?2`,
    )
    .bind(userCode, now)
    .first<{ clientId: string; scopes: string }>();
  return row === null ? null : { clientId: row.clientId, scopes: JSON.parse(row.scopes) as string[] };
}

/** The person's answer; the first one counts. Returns the client's id, or no row. */
export function decideDevice(
  db: D1Database,
  userCode: string,
  answer: { readonly userId: string; readonly decision: "approved" | "denied"; readonly authenticatedAt: number },
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE oauth_devices SET user_id = ?2, decision = ?3, authenticated_at = ?4
       WHERE user_code = ?1 AND decision IS NULL AND expires_at > ?5 RETURNING client_id AS clientId`,
    )
    .bind(userCode, answer.userId, answer.decision, answer.authenticatedAt, now);
}

export interface PolledDevice {
  readonly decision: "approved" | "denied" | null;
  readonly usedAt: number | null;
  readonly expiresAt: number;
  /** 1 when the device polled again before its interval was over: the interval has grown. */
  readonly isTooSoon: number;
}

/** Notes the poll. `toleranceMs` is how much earlier than its interval a device may come: networks are uneven. */
export async function pollDevice(
  db: D1Database,
  hash: string,
  clientId: string,
  toleranceMs: number,
  now: number,
): Promise<PolledDevice | null> {
  const isTooSoon = `polled_at IS NOT NULL AND ?3 < polled_at + interval_seconds * 1000 - ?4`;
  const [found] = await db.batch<PolledDevice>([
    db
      .prepare(
        `SELECT decision, used_at AS usedAt, expires_at AS expiresAt, (${isTooSoon}) AS isTooSoon
         FROM oauth_devices WHERE hash = ?1 AND client_id = ?2`,
      )
      .bind(hash, clientId, now, toleranceMs),
    db
      .prepare(
        `UPDATE oauth_devices SET interval_seconds = interval_seconds + IIF(${isTooSoon}, 5, 0), polled_at = ?3
         WHERE hash = ?1 AND client_id = ?2 AND decision IS NULL`,
      )
      .bind(hash, clientId, now, toleranceMs),
  ]);
  return found?.results[0] ?? null;
}

/** Makes the grant of an approved device, once; to be run as one batch. The first result is empty where there is none to make. */
export function exchangeDevice(
  db: D1Database,
  hash: string,
  grant: { readonly id: string; readonly expiresAt: number },
  now: number,
): [D1PreparedStatement, D1PreparedStatement] {
  return [
    db
      .prepare(
        `INSERT INTO oauth_grants (id, client_id, user_id, scopes, generation, rotated_at, authenticated_at, created_at,
           expires_at)
         SELECT ?2, client_id, user_id, scopes, 1, ?3, authenticated_at, ?3, ?4 FROM oauth_devices
         WHERE hash = ?1 AND decision = 'approved' AND used_at IS NULL AND expires_at > ?3
           AND EXISTS (SELECT 1 FROM users WHERE users.id = oauth_devices.user_id AND status = 'active')
         RETURNING id`,
      )
      .bind(hash, grant.id, now, grant.expiresAt),
    db.prepare(`UPDATE oauth_devices SET used_at = ?2 WHERE hash = ?1 AND decision = 'approved'`).bind(hash, now),
  ];
}
