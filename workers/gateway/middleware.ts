// What every request passes: an id for the trail, headers for the browser, dependencies for the handler.
import type { MiddlewareHandler } from "hono";
import { isMediaPath } from "./access/media-grant.ts";
import type { AppEnv } from "./app-env.ts";
import { gatewayDeps } from "./deps.ts";

/** Ids a caller may bring along; anything else is replaced, because it is written to logs. */
const ACCEPTABLE_REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

export function withRequestId(): MiddlewareHandler<AppEnv> {
  return async function withRequestId(c, next) {
    const offered = c.req.header("x-request-id") ?? "";
    c.set("requestId", ACCEPTABLE_REQUEST_ID.test(offered) ? offered : crypto.randomUUID());
    await next();
    setHeaders(c.res, { "x-request-id": c.var.requestId }, (res) => {
      c.res = res;
    });
  };
}

const API_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "x-frame-options": "DENY",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  // Browsers take it from https only.
  "strict-transport-security": "max-age=31536000",
};
/** Whose answer it is depends on these; a media address and a signed one say it by themselves. */
const VARY = "Cookie, Authorization";

export function withSecurityHeaders(): MiddlewareHandler<AppEnv> {
  return async function withSecurityHeaders(c, next) {
    await next();
    const missing = Object.fromEntries(Object.entries(API_HEADERS).filter(([name]) => !c.res.headers.has(name)));
    const caching: Record<string, string> = c.res.headers.has("cache-control") ? {} : { "cache-control": "no-store" };
    const saysWhose = isMediaPath(c.req.path) || c.var.signedPhoto !== undefined;
    const ownVary = c.res.headers.get("vary");
    const vary: Record<string, string> = saysWhose ? {} : { vary: ownVary === null ? VARY : `${VARY}, ${ownVary}` };
    setHeaders(c.res, { ...missing, ...caching, ...vary }, (res) => {
      c.res = res;
    });
  };
}

/** A WebSocket upgrade's response is handed through as it is; its headers cannot be changed. */
function setHeaders(response: Response, headers: Record<string, string>, replace: (response: Response) => void): void {
  if (response.status === 101) return;
  try {
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  } catch {
    const copy = new Response(response.body, response);
    for (const [name, value] of Object.entries(headers)) copy.headers.set(name, value);
    replace(copy);
  }
}

export function withDeps(): MiddlewareHandler<AppEnv> {
  return async function withDeps(c, next) {
    c.set("deps", gatewayDeps(c.env));
    await next();
  };
}
