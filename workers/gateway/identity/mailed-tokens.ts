// Tokens in letters: derived from the id of what they open, so that the outbox and the database hold none.
import type { IdentityVault } from "./identity-vault.ts";

/** The token of a mailed link. Its SHA-256 is stored with the link; itself it can only be derived. */
export function mailedToken(vault: IdentityVault, linkId: string): Promise<string> {
  return vault.derive("mail-link", linkId);
}

/** The token of a mailed invitation: another one than in the address its maker was shown, so that it proves the mailbox. */
export async function invitationToken(vault: IdentityVault, invitationId: string): Promise<string> {
  return `${invitationId}.${await vault.derive("mail-link", `invitation:${invitationId}`)}`;
}

/** @returns the invitation's id when the token is one that was mailed for it */
export async function invitationOfToken(vault: IdentityVault, token: string): Promise<string | null> {
  const [id = "", mac = "", ...rest] = token.split(".");
  const isOurs = rest.length === 0 && (await vault.isDerived("mail-link", `invitation:${id}`, mac));
  return isOurs ? id : null;
}
