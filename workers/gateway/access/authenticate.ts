// Who is calling: an API key, an access token or a browser session. The only place that makes a Principal, and the only
// source of a user id in the gateway. A request that carries an Authorization header is judged by it alone.
import type { Context } from "hono";
import { type Principal, Scope } from "../../../shared/contracts/auth.ts";
import { findApiKey } from "../../../shared/db/identity/api-key-queries.ts";
import { findSession } from "../../../shared/db/identity/session-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { sha256Hex } from "../identity/secrets.ts";
import { principalOfToken } from "../oauth/access-tokens.ts";
import { readCookie } from "./session-cookie.ts";

const API_KEY = /^Bearer (hg_[A-Za-z0-9_-]{20,100})$/i;
const ACCESS_TOKEN = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;
const ALL_SCOPES: Scope[] = [...Scope.options];

/** @returns null for nobody: no credential, or one that is unknown, expired, revoked or malformed */
export async function authenticate(c: Context<AppEnv>): Promise<Principal | null> {
  const authorization = c.req.header("authorization");
  return authorization === undefined ? bySession(c) : byBearer(c, authorization);
}

async function byBearer(c: Context<AppEnv>, authorization: string): Promise<Principal | null> {
  const { db, now } = c.var.deps;
  const token = ACCESS_TOKEN.exec(authorization)?.[1];
  if (token !== undefined) return await principalOfToken(c, token);
  const key = API_KEY.exec(authorization)?.[1];
  if (key === undefined) return null;
  const found = await findApiKey(db, await sha256Hex(key), now());
  return found === null
    ? null
    : {
        userId: found.userId,
        role: found.role,
        status: found.status,
        via: "api-key",
        scopes: found.scopes,
        credentialId: found.id,
        authenticatedAt: 0,
        expiresAt: found.expiresAt,
      };
}

async function bySession(c: Context<AppEnv>): Promise<Principal | null> {
  const { db, now } = c.var.deps;
  const secret = readCookie(c, "session");
  const found = secret === null ? null : await findSession(db, await sha256Hex(secret), now());
  return found === null
    ? null
    : {
        userId: found.userId,
        role: found.role,
        status: found.status,
        via: "session",
        scopes: ALL_SCOPES,
        credentialId: found.id,
        authenticatedAt: found.authenticatedAt,
        expiresAt: found.expiresAt,
      };
}
