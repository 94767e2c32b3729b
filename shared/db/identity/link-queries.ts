// One-time links: sign in, set up, verify an address. Spent by a condition, so that the first of two uses wins.
import type { UserId } from "../../contracts/ids.ts";

export interface SpentLink {
  readonly userId: UserId;
  readonly purpose: "sign-in" | "setup" | "verify";
  readonly email: string | null;
}

export function spendLink(db: D1Database, hash: string, now: number): Promise<SpentLink | null> {
  return db
    .prepare(
      `UPDATE sign_in_links SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2
       RETURNING user_id AS userId, purpose, email`,
    )
    .bind(hash, now)
    .first<SpentLink>();
}
