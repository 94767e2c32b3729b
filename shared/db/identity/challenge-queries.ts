// What must be used once and soon, by the hash of the secret in the browser's pre-session cookie. The first of two uses wins.
import { CHALLENGES_FORGOTTEN_PER_RUN } from "../../contracts/limits.ts";

export type ChallengePurpose = "passkey-sign-in" | "passkey-add" | "passkey-confirm" | "oidc" | "register";

export interface NewChallenge {
  readonly hash: string;
  readonly purpose: ChallengePurpose;
  readonly userId: string | null;
  /** Parsed by whoever spends it. */
  readonly payload: unknown;
  readonly expiresAt: number;
}

/** A second challenge of one hash takes the place of the first. */
export async function insertChallenge(db: D1Database, challenge: NewChallenge): Promise<void> {
  const { hash, purpose, userId, payload, expiresAt } = challenge;
  await db
    .prepare(
      `INSERT INTO challenges (hash, purpose, user_id, payload, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (hash) DO UPDATE SET purpose = excluded.purpose, user_id = excluded.user_id,
         payload = excluded.payload, expires_at = excluded.expires_at`,
    )
    .bind(hash, purpose, userId, JSON.stringify(payload), expiresAt)
    .run();
}

/** @returns null for one that is unknown, spent, expired or of another purpose */
export async function spendChallenge(
  db: D1Database,
  hash: string,
  purpose: ChallengePurpose,
  now: number,
): Promise<{ userId: string | null; payload: unknown } | null> {
  const row = await db
    .prepare(
      `DELETE FROM challenges WHERE hash = ?1 AND purpose = ?2 AND expires_at > ?3
       RETURNING user_id AS userId, payload`,
    )
    .bind(hash, purpose, now)
    .first<{ userId: string | null; payload: string }>();
  return row === null ? null : { userId: row.userId, payload: JSON.parse(row.payload) };
}

/** The oldest first, as many as one statement may take: whoever begins a great many makes no sweep fail. */
export async function forgetChallenges(db: D1Database, now: number): Promise<void> {
  await db
    .prepare(
      `DELETE FROM challenges WHERE hash IN
         (SELECT hash FROM challenges WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ${CHALLENGES_FORGOTTEN_PER_RUN})`,
    )
    .bind(now)
    .run();
}
