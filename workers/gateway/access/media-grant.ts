// The grant in a media address: a session's id and a MAC that only we can make. It reads pictures where no cookie travels,
// and is good for exactly as long as the session is.
import type { Principal } from "../../../shared/contracts/auth.ts";
import type { GatewayDeps } from "../deps.ts";
import type { IdentityVault } from "../identity/identity-vault.ts";

const GRANT = /^([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/;

/** Everything below this path is authenticated by its grant alone. */
export function isMediaPath(path: string): boolean {
  return path === "/media" || path.startsWith("/media/");
}

/** Where a session finds its pictures; null for keys and tokens, which bring their own header. */
export async function mediaBase(
  { vault, variables }: Pick<GatewayDeps, "vault" | "variables">,
  { via, credentialId }: Principal,
): Promise<string | null> {
  if (via !== "session") return null;
  return `${variables.mediaOrigin ?? ""}/media/${credentialId}.${await vault.derive("media-grant", credentialId)}`;
}

/** @returns the session's id; null for a path without a grant, or with one that is not ours */
export async function sessionOfMediaPath(vault: IdentityVault, path: string): Promise<string | null> {
  const [, sessionId, mac] = GRANT.exec(path.split("/")[2] ?? "") ?? [];
  if (sessionId === undefined || mac === undefined) return null;
  return (await vault.isDerived("media-grant", sessionId, mac)) ? sessionId : null;
}
