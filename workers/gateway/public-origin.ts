// Where people reach this installation: what links in mail, redirect URIs and our tokens' issuer are made of.
import type { Context } from "hono";
import type { AppEnv } from "./app-env.ts";

/** @returns an origin without a trailing slash: PUBLIC_ORIGIN, or the address this request came to */
export function publicOrigin(c: Context<AppEnv>): string {
  return c.var.deps.variables.publicOrigin ?? new URL(c.req.url).origin;
}
