// The outbox: a letter is written once, claimed by one sender, and marked after. Whatever is claimed is never claimed again
// unless the server surely refused it.

import type { Letter } from "../../contracts/letters.ts";
import { MAIL_ATTEMPTS_MAX, MAIL_CLAIM_MS, MAIL_GIVE_UP_MS, MAIL_KEEP_MS } from "../../contracts/limits.ts";

export interface NewLetter {
  readonly id: string;
  /** The same letter is written once. */
  readonly dedupeKey: string;
  readonly userId: string | null;
  readonly recipient: string;
  readonly letter: Letter;
}

export function insertLetter(db: D1Database, row: NewLetter, now: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO mail_outbox (id, dedupe_key, kind, user_id, recipient, payload, state, created_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'queued', ?7) ON CONFLICT (dedupe_key) DO NOTHING`,
    )
    .bind(row.id, row.dedupeKey, row.letter.kind, row.userId, row.recipient, JSON.stringify(row.letter), now);
}

/** A letter to the user's verified address, when the statement before it in the batch changed a row; without one there is none. */
export function insertLetterToUser(
  db: D1Database,
  row: Omit<NewLetter, "recipient" | "userId"> & { readonly userId: string },
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO mail_outbox (id, dedupe_key, kind, user_id, recipient, payload, state, created_at)
       SELECT ?1, ?2, ?3, id, email, ?5, 'queued', ?6 FROM users
       WHERE id = ?4 AND email IS NOT NULL AND email_verified_at IS NOT NULL AND changes() > 0
       ON CONFLICT (dedupe_key) DO NOTHING`,
    )
    .bind(row.id, row.dedupeKey, row.letter.kind, row.userId, JSON.stringify(row.letter), now);
}

export interface ClaimedLetter {
  readonly id: string;
  readonly recipient: string;
  /** JSON of a Letter. */
  readonly payload: string;
  readonly attempts: number;
  readonly createdAt: number;
}

/** Time (ms) a letter that was refused waits, for each time it was. */
const RETRY_AFTER_MS = 60_000;

/** One letter for this sender alone; null when none is due. */
export function claimLetter(db: D1Database, now: number): Promise<ClaimedLetter | null> {
  return db
    .prepare(
      `UPDATE mail_outbox SET state = 'sending', claimed_at = ?1, attempts = attempts + 1
       WHERE id = (SELECT id FROM mail_outbox WHERE state = 'queued'
         AND (claimed_at IS NULL OR claimed_at <= ?1 - attempts * ${RETRY_AFTER_MS}) ORDER BY created_at LIMIT 1)
         AND state = 'queued'
       RETURNING id, recipient, payload, attempts, created_at AS createdAt`,
    )
    .bind(now)
    .first<ClaimedLetter>();
}

export async function settleLetter(
  db: D1Database,
  id: string,
  settled: { readonly state: "queued" | "sent" | "failed" | "unknown"; readonly error: string | null },
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE mail_outbox SET state = ?2, error = ?3, sent_at = CASE ?2 WHEN 'sent' THEN ?4 END
       WHERE id = ?1 AND state = 'sending'`,
    )
    .bind(id, settled.state, settled.error, now)
    .run();
}

/** What a crash left behind, what nobody took in time, and what need not be remembered. @returns how many letters were given up */
export async function tidyOutbox(db: D1Database, now: number): Promise<number> {
  const [lost, late] = await db.batch([
    db
      .prepare(
        `UPDATE mail_outbox SET state = 'unknown', error = 'the sender was cut off'
         WHERE state = 'sending' AND claimed_at <= ?1`,
      )
      .bind(now - MAIL_CLAIM_MS),
    db
      .prepare(
        `UPDATE mail_outbox SET state = 'failed', error = coalesce(error, 'nobody sent it in time')
         WHERE state = 'queued' AND (created_at <= ?1 OR attempts >= ${MAIL_ATTEMPTS_MAX})`,
      )
      .bind(now - MAIL_GIVE_UP_MS),
    db.prepare(`DELETE FROM mail_outbox WHERE created_at <= ?1`).bind(now - MAIL_KEEP_MS),
  ]);
  return (lost?.meta.changes ?? 0) + (late?.meta.changes ?? 0);
}
