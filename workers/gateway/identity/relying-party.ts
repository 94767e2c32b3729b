// Who we are to authenticators (WebAuthn): the exact origin people are at, and its host. Never taken from what a browser claims.
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { publicOrigin } from "../public-origin.ts";

export const RELYING_PARTY_NAME = "Heliograph";

export function relyingParty(c: Context<AppEnv>): { origin: string; id: string } {
  const origin = publicOrigin(c);
  return { origin, id: new URL(origin).hostname };
}
