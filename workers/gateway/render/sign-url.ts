// Signed addresses: HMAC-SHA-256 over everything that decides what an address opens. Says whether one is ours; asks no database.
import { LinkSignature } from "../../../shared/contracts/links.ts";
import type { IdentityVault } from "../identity/identity-vault.ts";

export interface SignedAddress {
  /** As it stands in the address, percent-encoding and all: one text for one picture. */
  readonly path: string;
  readonly keyId: string;
  /** Seconds since 1970 (UTC). */
  readonly expiresAtSeconds: number;
  /** The photo's link revision while this was signed. */
  readonly linkRev: number;
}

/** @returns path and query */
export async function signAddress(vault: IdentityVault, address: SignedAddress): Promise<string> {
  const mac = await vault.derive("signed-address", messageOf(address));
  const query = new URLSearchParams({
    k: address.keyId,
    exp: String(address.expiresAtSeconds),
    sig: `${address.linkRev}.${mac}`,
  });
  return `${address.path}?${query}`;
}

/** What a signature of ours vouches for; null for anything else. Compared in constant time; expiry is the caller's to judge. */
export async function readSignedAddress(vault: IdentityVault, url: URL): Promise<SignedAddress | null> {
  // Given twice, one might be checked and the other used.
  for (const name of LinkSignature.keyof().options) if (url.searchParams.getAll(name).length !== 1) return null;
  const parsed = LinkSignature.safeParse(Object.fromEntries(url.searchParams));
  if (!parsed.success) return null;
  const { k, exp, sig } = parsed.data;
  const [linkRev = "", mac = ""] = sig.split(".");
  const address = { path: url.pathname, keyId: k, expiresAtSeconds: Number(exp), linkRev: Number(linkRev) };
  return (await vault.isDerived("signed-address", messageOf(address), mac)) ? address : null;
}

/** HEAD is answered by what answers GET, and no other method is ever signed. No part can hold a line end. */
function messageOf({ path, keyId, expiresAtSeconds, linkRev }: SignedAddress): string {
  return ["v1", "GET", path, keyId, expiresAtSeconds, linkRev].join("\n");
}
