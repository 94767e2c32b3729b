// Who is calling: an API key, an access token, a browser session or a media grant. The only place that makes a Principal, and
// the only source of a user id in the gateway. A request that carries an Authorization header is judged by it alone, and one
// for media by the grant in its path alone.
import type { Context } from "hono";
import { errorText, log } from "../../../shared/adapters/log.ts";
import { type Principal, Scope } from "../../../shared/contracts/auth.ts";
import { LAST_SEEN_EVERY_MS, SESSION_IDLE_MS } from "../../../shared/contracts/limits.ts";
import { findApiKey, touchApiKey } from "../../../shared/db/identity/api-key-queries.ts";
import { type FoundSession, findSession, touchSession } from "../../../shared/db/identity/session-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { sha256Hex } from "../identity/secrets.ts";
import { principalOfToken, scopesAllowedTo } from "../oauth/access-tokens.ts";
import { isMediaPath, sessionOfMediaPath } from "./media-grant.ts";
import { readCookie } from "./session-cookie.ts";

const API_KEY = /^Bearer (hg_[A-Za-z0-9_-]{20,100})$/i;
const ACCESS_TOKEN = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

/** @returns null for nobody: no credential, or one that is unknown, expired, revoked or malformed */
export async function authenticate(c: Context<AppEnv>): Promise<Principal | null> {
  if (isMediaPath(c.req.path)) return byMediaGrant(c);
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
  if (found === null) return null;
  noteUse(c, found.lastUsedAt ?? 0, () => touchApiKey(db, found.id, now()));
  return {
    userId: found.userId,
    role: found.role,
    status: found.status,
    via: "api-key",
    scopes: scopesAllowedTo(found.role, found.scopes),
    credentialId: found.id,
    authenticatedAt: 0,
    expiresAt: found.expiresAt,
  };
}

async function bySession(c: Context<AppEnv>): Promise<Principal | null> {
  const { db, now } = c.var.deps;
  const secret = readCookie(c, "session");
  const found = secret === null ? null : await findSession(db, "hash", await sha256Hex(secret), now());
  if (found === null) return null;
  noteUse(c, found.lastSeenAt, () => touchSession(db, found.id, now()));
  return { ...sessionPrincipal(found), via: "session", scopes: scopesAllowedTo(found.role, Scope.options) };
}

async function byMediaGrant(c: Context<AppEnv>): Promise<Principal | null> {
  const { db, vault, now } = c.var.deps;
  const sessionId = await sessionOfMediaPath(vault, c.req.path);
  const found = sessionId === null ? null : await findSession(db, "id", sessionId, now());
  return found === null ? null : { ...sessionPrincipal(found), via: "media", scopes: ["photo.read"] };
}

function sessionPrincipal(found: FoundSession): Omit<Principal, "via" | "scopes"> {
  return {
    userId: found.userId,
    role: found.role,
    status: found.status,
    credentialId: found.id,
    authenticatedAt: found.authenticatedAt,
    expiresAt: Math.min(found.expiresAt, found.lastSeenAt + SESSION_IDLE_MS),
  };
}

/** One write an hour, and no request waits for it. */
function noteUse(c: Context<AppEnv>, notedAt: number, touch: () => Promise<void>): void {
  if (c.var.deps.now() - notedAt < LAST_SEEN_EVERY_MS) return;
  c.executionCtx.waitUntil(
    touch().catch((cause) => log("warn", "use-not-noted", { trace: c.var.requestId, cause: errorText(cause) })),
  );
}
