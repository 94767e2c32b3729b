// Keys of signed addresses, and the end of a photo's. Every statement carries the user.
import { URL_KEYS_MAX_PER_USER } from "../../contracts/limits.ts";

export interface UrlKeyRow {
  readonly id: string;
  readonly createdAt: number;
  readonly retiredAt: number | null;
}

const COLUMNS = `id, created_at AS createdAt, retired_at AS retiredAt`;

/** Keys whose addresses still open something, newest first. */
export async function listUrlKeys(db: D1Database, userId: string): Promise<UrlKeyRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM url_keys WHERE user_id = ?1 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC`,
    )
    .bind(userId)
    .all<UrlKeyRow>();
  return results;
}

/** The key new addresses are signed with, made now where there is none: parallel calls get the same. */
export async function signingUrlKey(db: D1Database, userId: string, newId: string, now: number): Promise<UrlKeyRow> {
  const insert = db
    .prepare(
      `INSERT INTO url_keys (id, user_id, created_at) SELECT ?2, ?1, ?3
       WHERE NOT EXISTS (SELECT 1 FROM url_keys WHERE user_id = ?1 AND retired_at IS NULL AND revoked_at IS NULL)`,
    )
    .bind(userId, newId, now);
  const select = db
    .prepare(
      `SELECT ${COLUMNS} FROM url_keys WHERE user_id = ?1 AND retired_at IS NULL AND revoked_at IS NULL
       ORDER BY created_at DESC, id DESC LIMIT 1`,
    )
    .bind(userId);
  const [, found] = await db.batch<UrlKeyRow>([insert, select]);
  const key = found?.results[0];
  if (key === undefined) throw new Error("a key that was just made is not there");
  return key;
}

/** A new key signs from now on, and the others only keep what they signed. Changes nothing where the account has its most. */
export function rotateUrlKeys(db: D1Database, userId: string, newId: string, now: number): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `INSERT INTO url_keys (id, user_id, created_at) SELECT ?2, ?1, ?3
         WHERE (SELECT count(*) FROM url_keys WHERE user_id = ?1 AND revoked_at IS NULL) < ${URL_KEYS_MAX_PER_USER}
         RETURNING ${COLUMNS}`,
      )
      .bind(userId, newId, now),
    db
      .prepare(
        `UPDATE url_keys SET retired_at = ?3 WHERE user_id = ?1 AND id <> ?2 AND retired_at IS NULL
           AND EXISTS (SELECT 1 FROM url_keys AS made WHERE made.id = ?2 AND made.user_id = ?1)`,
      )
      .bind(userId, newId, now),
    // A key without a row opens nothing either.
    db.prepare(`DELETE FROM url_keys WHERE user_id = ?1 AND revoked_at IS NOT NULL`).bind(userId),
  ];
}

/** Ends every address a key signed. Returns its id where it had not ended before. */
export function revokeUrlKey(db: D1Database, userId: string, keyId: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE url_keys SET revoked_at = ?3, retired_at = coalesce(retired_at, ?3)
       WHERE user_id = ?1 AND id = ?2 AND revoked_at IS NULL RETURNING id`,
    )
    .bind(userId, keyId, now);
}

/** Ends every signed address of a photo. Returns its id; nothing for a photo that is not in the user's library. */
export function endPhotoLinks(db: D1Database, photoId: string, userId: string): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE photos SET link_rev = link_rev + 1 WHERE id = ?1 AND user_id = ?2 AND lifecycle = 'stored' RETURNING id`,
    )
    .bind(photoId, userId);
}
