// Against cross-site request forgery: a cookie travels with requests that other sites cause; those may change nothing.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { AppEnv } from "../app-env.ts";

/** Throws unless the browser says that our own page, or a person at the address bar, made the request (Fetch Metadata; else Origin). */
export function refuseCrossSite(c: Context<AppEnv>): void {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const sameOrigin = origin === new URL(c.req.url).origin;
  const allowed =
    site === undefined ? sameOrigin : site === "same-origin" || (site === "none" && origin === undefined) || sameOrigin;
  if (!allowed)
    throw new AppError("cross-site-request", "The browser says that this request did not come from our own pages.");
}
