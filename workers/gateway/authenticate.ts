// Who is calling: an API key or a browser session, looked up by hash. The only source of a user id in the gateway.
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { type Principal, Scope } from "../../shared/contracts/auth.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import { findApiKey, findSession } from "../../shared/db/identity-queries.ts";
import type { AppEnv } from "./app-env.ts";
import { sha256Hex } from "./secrets.ts";

const READ_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const ALL_SCOPES: Scope[] = [...Scope.options];

/** `__Host-` needs Secure, which browsers grant to plain http only on loopback, and Safari not even there. */
export function sessionCookieName(url: URL): string {
  return isPlainLoopback(url) ? "hg_session_local" : "__Host-hg_session";
}

export function isPlainLoopback(url: URL): boolean {
  return (
    url.protocol === "http:" &&
    (url.hostname === "localhost" || url.hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(url.hostname))
  );
}

/** Demands a user whose scopes allow the method: reading for GET and HEAD, writing for the rest. */
export function requireUser(): MiddlewareHandler<AppEnv> {
  return async function requireUser(c, next) {
    const principal = await authenticate(c);
    if (principal === null)
      throw new AppError("unauthenticated", "This needs a signed-in user.", {
        headers: { "www-authenticate": "Bearer" },
      });
    const scope: Scope = READ_METHODS.has(c.req.method) ? "photo.read" : "photo.write";
    if (!principal.scopes.includes(scope)) throw new AppError("forbidden", `The API key lacks the scope ${scope}.`);
    if (principal.via === "session" && (!READ_METHODS.has(c.req.method) || c.req.header("upgrade") !== undefined))
      refuseCrossSite(c);
    c.set("principal", principal);
    await next();
  };
}

async function authenticate(c: Context<AppEnv>): Promise<Principal | null> {
  const { db, now } = c.var.deps;
  const bearer = /^Bearer (hg_[A-Za-z0-9_-]{20,100})$/.exec(c.req.header("authorization") ?? "")?.[1];
  if (bearer !== undefined) {
    const key = await findApiKey(db, await sha256Hex(bearer));
    return key === null ? null : { userId: key.userId, via: "api-key", scopes: key.scopes };
  }
  const cookie = getCookie(c, sessionCookieName(new URL(c.req.url)));
  if (cookie === undefined || cookie.length > 100) return null;
  const session = await findSession(db, await sha256Hex(cookie), now());
  return session === null ? null : { userId: session.userId, via: "session", scopes: ALL_SCOPES };
}

/** A cookie travels with requests that other sites cause; those may not change anything (nor open a socket). */
export function refuseCrossSite(c: Context<AppEnv>): void {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const sameOrigin = origin === new URL(c.req.url).origin;
  const allowed =
    site === undefined ? sameOrigin : site === "same-origin" || (site === "none" && origin === undefined) || sameOrigin;
  if (!allowed)
    throw new AppError("cross-site-request", "The browser says that this request did not come from our own pages.");
}
