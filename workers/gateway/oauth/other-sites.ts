// What browser apps of other sites may call (CORS): endpoints that carry their own proof. Never with credentials: no cookie is
// read there, and `*` makes sure that none is ever sent.
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";

const HEADERS = { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" };

/** On every answer of the path; `preflight` answers the question before it. */
export function otherSitesMayRead(): MiddlewareHandler<AppEnv> {
  return async function otherSitesMayRead(c, next) {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  };
}

export function preflight(methods: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...HEADERS,
      "access-control-allow-methods": methods,
      "access-control-allow-headers": "authorization, content-type",
      "access-control-max-age": "600",
    },
  });
}
