// Whoever follows the seeds' documentation word by word has no credential: on a developer's machine their calls are taken as a
// member's of their own, who has nothing else. May not: be reachable from a deployed bundle (see local-build.d.ts).
import type { Context } from "hono";
import type { Principal } from "../../../shared/contracts/auth.ts";
import { SEED_GUEST_ID } from "../../../shared/contracts/seed-guest.ts";
import { findUser } from "../../../shared/db/identity/user-queries.ts";
import type { AppEnv } from "../app-env.ts";

/**
 * What a browser, a proxy or somebody with a credential sends; a plain call from a terminal has none of them. A page on a name
 * that was led back to this machine (DNS rebinding) can leave out all but the languages, which browsers always send.
 */
const TELLTALE_HEADERS = [
  "authorization",
  "cookie",
  "origin",
  "referer",
  "accept-language",
  "accept-charset",
  "priority",
  "forwarded",
  "x-forwarded-for",
  "x-real-ip",
  "via",
];
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const LOOPBACK_ADDRESSES: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/** @returns null unless this installation was told to (SEED_GUEST=on), and the request is a plain one of this very machine */
export async function seedGuest(c: Context<AppEnv>): Promise<Principal | null> {
  if (c.env.SEED_GUEST !== "on" || !isPlainAndLocal(c)) return null;
  const user = await findUser(c.var.deps.db, SEED_GUEST_ID);
  if (user === null || user.role !== "member") return null;
  return {
    userId: user.id,
    role: user.role,
    status: user.status,
    via: "api-key",
    scopes: ["photo.read", "photo.write"],
    credentialId: SEED_GUEST_ID,
    authenticatedAt: 0,
    expiresAt: null,
  };
}

function isPlainAndLocal(c: Context<AppEnv>): boolean {
  const headers = c.req.raw.headers;
  const address = headers.get("cf-connecting-ip");
  return (
    LOOPBACK_HOSTS.has(new URL(c.req.url).hostname) &&
    (address === null || LOOPBACK_ADDRESSES.has(address)) &&
    TELLTALE_HEADERS.every((name) => !headers.has(name)) &&
    ![...headers.keys()].some((name) => name.startsWith("sec-"))
  );
}
