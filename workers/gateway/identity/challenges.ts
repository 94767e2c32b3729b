// A challenge belongs to one browser (by the secret in its pre-session cookie), one purpose and one use.
import type { Context } from "hono";
import { OIDC_TRANSACTION_LIFE_MS } from "../../../shared/contracts/limits.ts";
import {
  type ChallengePurpose,
  insertChallenge,
  spendChallenge as spendStoredChallenge,
} from "../../../shared/db/identity/challenge-queries.ts";
import { readCookie, writeCookie } from "../access/session-cookie.ts";
import type { AppEnv } from "../app-env.ts";
import { newSecret, sha256Hex } from "./secrets.ts";

const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** Remembers a challenge for this browser. A cookie it has is kept: what it has begun elsewhere stays good. */
export async function beginChallenge(
  c: Context<AppEnv>,
  challenge: { purpose: ChallengePurpose; userId: string | null; payload: unknown; lifeMs: number },
): Promise<void> {
  const { db, now } = c.var.deps;
  const secret = browserSecret(c) ?? newSecret();
  await insertChallenge(db, {
    hash: await challengeHash(challenge.purpose, secret),
    purpose: challenge.purpose,
    userId: challenge.userId,
    payload: challenge.payload,
    expiresAt: now() + challenge.lifeMs,
  });
  // As long as the longest of what it may stand for.
  writeCookie(c, "challenge", secret, OIDC_TRANSACTION_LIFE_MS);
}

/** @returns null for another browser, another purpose, a second use, or too late */
export async function spendChallenge(
  c: Context<AppEnv>,
  purpose: ChallengePurpose,
): Promise<{ userId: string | null; payload: unknown } | null> {
  const { db, now } = c.var.deps;
  const secret = browserSecret(c);
  return secret === null ? null : await spendStoredChallenge(db, await challengeHash(purpose, secret), purpose, now());
}

/** The secret of this browser's pre-session cookie; null where there is none of ours. */
export function browserSecret(c: Context<AppEnv>): string | null {
  const value = readCookie(c, "challenge");
  return value !== null && SECRET.test(value) ? value : null;
}

export function challengeHash(purpose: ChallengePurpose, secret: string): Promise<string> {
  return sha256Hex(`${purpose}:${secret}`);
}
