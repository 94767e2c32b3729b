// Passkeys: credentials of authenticators. Their public halves only; every change is held against the account they belong to.
import type { UserId } from "../../contracts/ids.ts";
import { PASSKEYS_MAX_PER_USER } from "../../contracts/limits.ts";
import { otherWays, type WaysIn } from "./ways-in.ts";

export interface PasskeyRow {
  readonly id: string;
  readonly userId: UserId;
  readonly credentialId: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: string[];
  readonly name: string;
  /** 1 when the authenticator may copy it to other devices. */
  readonly isSynced: number;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

const COLUMNS = `id, user_id AS userId, credential_id AS credentialId, public_key AS publicKey, counter, transports, name,
  is_synced AS isSynced, created_at AS createdAt, last_used_at AS lastUsedAt`;

type Stored = Omit<PasskeyRow, "transports"> & { transports: string };
const parsed = (row: Stored): PasskeyRow => ({ ...row, transports: JSON.parse(row.transports) as string[] });

export async function listPasskeys(db: D1Database, userId: string): Promise<PasskeyRow[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM passkeys WHERE user_id = ?1 ORDER BY created_at, id`)
    .bind(userId)
    .all<Stored>();
  return results.map(parsed);
}

export async function findPasskey(db: D1Database, credentialId: string): Promise<PasskeyRow | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM passkeys WHERE credential_id = ?1`)
    .bind(credentialId)
    .first<Stored>();
  return row === null ? null : parsed(row);
}

/** Adds it unless the account has as many as it may. A credential that is known already fails its UNIQUE constraint. */
export function insertPasskey(db: D1Database, passkey: Omit<PasskeyRow, "lastUsedAt">): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, transports, name, is_synced, created_at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
       WHERE (SELECT count(*) FROM passkeys WHERE user_id = ?2) < ?10`,
    )
    .bind(
      passkey.id,
      passkey.userId,
      passkey.credentialId,
      passkey.publicKey,
      passkey.counter,
      JSON.stringify(passkey.transports),
      passkey.name,
      passkey.isSynced,
      passkey.createdAt,
      PASSKEYS_MAX_PER_USER,
    );
}

/**
 * Takes note of a use. A counter that does not grow means a copy of the key, unless the key is meant to be copied, or its
 * authenticator does not count (WebAuthn §6.1.1).
 * @returns false when the use must be refused for it
 */
export async function notePasskeyUse(db: D1Database, id: string, counter: number, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE passkeys SET counter = max(counter, ?2), last_used_at = ?3
       WHERE id = ?1 AND (is_synced = 1 OR counter = 0 OR ?2 > counter)`,
    )
    .bind(id, counter, now)
    .run();
  return meta.changes > 0;
}

export async function renamePasskey(
  db: D1Database,
  userId: string,
  id: string,
  name: string,
): Promise<PasskeyRow | null> {
  const row = await db
    .prepare(`UPDATE passkeys SET name = ?3 WHERE id = ?2 AND user_id = ?1 RETURNING ${COLUMNS}`)
    .bind(userId, id, name)
    .first<Stored>();
  return row === null ? null : parsed(row);
}

/** Removes it unless nothing else would let its user in. */
export function deletePasskey(db: D1Database, userId: string, id: string, ways: WaysIn): D1PreparedStatement {
  return db
    .prepare(
      `DELETE FROM passkeys WHERE id = ?2 AND user_id = ?1 AND (
         EXISTS (SELECT 1 FROM passkeys AS other WHERE other.user_id = ?1 AND other.id <> ?2) OR ${otherWays("?1", ways)})`,
    )
    .bind(userId, id);
}
