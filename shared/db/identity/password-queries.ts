// A user's password, as its hash. Every change is one statement with its condition.
import { otherWays, type WaysIn } from "./ways-in.ts";

export async function readPasswordHash(db: D1Database, userId: string): Promise<string | null> {
  const row = await db
    .prepare(`SELECT password_hash AS hash FROM users WHERE id = ?1`)
    .bind(userId)
    .first<{ hash: string | null }>();
  return row?.hash ?? null;
}

export function setPasswordHash(db: D1Database, userId: string, hash: string): D1PreparedStatement {
  return db.prepare(`UPDATE users SET password_hash = ?2 WHERE id = ?1`).bind(userId, hash);
}

/** The same password under new parameters; not when it was changed meanwhile. */
export async function replacePasswordHash(
  db: D1Database,
  userId: string,
  before: string,
  after: string,
): Promise<void> {
  await db
    .prepare(`UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2`)
    .bind(userId, before, after)
    .run();
}

/** Removes it unless nothing else would let its user in. */
export function removePasswordHash(db: D1Database, userId: string, ways: WaysIn): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE users SET password_hash = NULL WHERE id = ?1 AND password_hash IS NOT NULL AND (
         EXISTS (SELECT 1 FROM passkeys WHERE user_id = ?1) OR ${otherWays("?1", { ...ways, password: false })})`,
    )
    .bind(userId);
}
