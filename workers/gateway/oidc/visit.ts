// A browser's visit to a provider: kept from the moment it leaves until it comes back, bound to that browser by a cookie.
// The nonce and the PKCE verifier are derived from the cookie's secret, so that the database alone finishes no visit.
import type { Context } from "hono";
import { base64url } from "jose";
import { z } from "zod";
import { OIDC_TRANSACTION_LIFE_MS } from "../../../shared/contracts/limits.ts";
import { insertChallenge, spendChallenge } from "../../../shared/db/identity/challenge-queries.ts";
import { writeCookie } from "../access/session-cookie.ts";
import type { AppEnv } from "../app-env.ts";
import { browserSecret } from "../identity/challenges.ts";
import { newSecret, sha256Hex } from "../identity/secrets.ts";

const StoredVisit = z.object({
  provider: z.string(),
  issuer: z.string(),
  kind: z.enum(["sign-in", "link", "confirm"]),
  /** A path of ours. */
  to: z.string(),
  /** The session that asked to link or confirm. */
  sessionId: z.string().nullable(),
});
export interface Visit extends z.infer<typeof StoredVisit> {
  /** The signed-in user who asked to link or confirm. */
  readonly userId: string | null;
}

export interface VisitSecrets {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636: 43 characters. */
  readonly codeVerifier: string;
}

export async function openVisit(c: Context<AppEnv>, { userId, ...payload }: Visit): Promise<VisitSecrets> {
  const { db, now } = c.var.deps;
  // One secret for all tabs of a browser: the state tells their visits apart.
  const secret = browserSecret(c) ?? newSecret();
  const state = newSecret();
  await insertChallenge(db, {
    hash: await rowOf(secret, state),
    purpose: "oidc",
    userId,
    payload,
    expiresAt: now() + OIDC_TRANSACTION_LIFE_MS,
  });
  writeCookie(c, "challenge", secret, OIDC_TRANSACTION_LIFE_MS);
  return secretsOf(secret, state);
}

/** @returns null for a visit that this browser did not begin, that is over, or took too long */
export async function closeVisit(
  c: Context<AppEnv>,
  state: string | null,
): Promise<{ visit: Visit; secrets: VisitSecrets } | null> {
  const { db, now } = c.var.deps;
  const secret = browserSecret(c);
  if (secret === null || state === null || !STATE.test(state)) return null;
  const spent = await spendChallenge(db, await rowOf(secret, state), "oidc", now());
  if (spent === null) return null;
  const visit = { ...StoredVisit.parse(spent.payload), userId: spent.userId };
  return { visit, secrets: await secretsOf(secret, state) };
}

/** States are made as secrets are. */
const STATE = /^[A-Za-z0-9_-]{43}$/;

function rowOf(secret: string, state: string): Promise<string> {
  return sha256Hex(`oidc ${secret} ${state}`);
}

async function secretsOf(secret: string, state: string): Promise<VisitSecrets> {
  return { state, nonce: await derive(secret, `nonce ${state}`), codeVerifier: await derive(secret, `code ${state}`) };
}

async function derive(secret: string, message: string): Promise<string> {
  const encoder = new TextEncoder();
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), hmac, false, ["sign"]);
  return base64url.encode(new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(message))));
}
