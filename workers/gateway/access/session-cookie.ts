// The browser's session cookie: what it is called, and how it is set and cleared.
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { SESSION_LIFE_MS } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";

/** Characters of a secret; a longer cookie is not ours and is not worth hashing. */
const SECRET_MAX_CHARS = 100;

/** `__Host-` needs Secure, which browsers grant to plain http only on loopback, and Safari not even there. */
export function cookieName(url: URL, name: "session" | "challenge"): string {
  return isPlainLoopback(url) ? `hg_${name}_local` : `__Host-hg_${name}`;
}

export function isPlainLoopback(url: URL): boolean {
  return (
    url.protocol === "http:" &&
    (url.hostname === "localhost" || url.hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(url.hostname))
  );
}

export function readCookie(c: Context<AppEnv>, name: "session" | "challenge"): string | null {
  const value = getCookie(c, cookieName(new URL(c.req.url), name));
  return value === undefined || value === "" || value.length > SECRET_MAX_CHARS ? null : value;
}

/** `lifeMs` defaults to a session's. */
export function writeCookie(
  c: Context<AppEnv>,
  name: "session" | "challenge",
  secret: string,
  lifeMs = SESSION_LIFE_MS,
): void {
  const url = new URL(c.req.url);
  setCookie(c, cookieName(url, name), secret, {
    path: "/",
    httpOnly: true,
    secure: !isPlainLoopback(url),
    sameSite: "Lax",
    maxAge: lifeMs / 1000,
  });
}

export function clearCookie(c: Context<AppEnv>, name: "session" | "challenge"): void {
  const url = new URL(c.req.url);
  deleteCookie(c, cookieName(url, name), { path: "/", secure: !isPlainLoopback(url) });
}
