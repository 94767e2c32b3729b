// Idempotency-Key: which bytes a client's key stands for, kept apart from photos because content that is already in the
// library makes no photo of its own.
import { IDEMPOTENCY_KEEP_MS } from "../../contracts/limits.ts";

/** Binds a key to the bytes it is first used for. @returns the SHA-256 it is bound to, which is another one when it was used before */
export async function bindIdempotencyKey(
  db: D1Database,
  userId: string,
  key: string,
  sha256: string,
  now: number,
): Promise<string> {
  const bound = await db
    .prepare(
      `INSERT INTO idempotency_keys (user_id, key, sha256, created_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (user_id, key) DO UPDATE SET key = key RETURNING sha256`,
    )
    .bind(userId, key, sha256, now)
    .first<{ sha256: string }>();
  return bound?.sha256 ?? sha256;
}

export async function forgetIdempotencyKeys(db: D1Database, now: number): Promise<void> {
  await db
    .prepare(`DELETE FROM idempotency_keys WHERE created_at <= ?1`)
    .bind(now - IDEMPOTENCY_KEEP_MS)
    .run();
}
