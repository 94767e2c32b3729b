// Refresh tokens: derived from the grant and its generation under the identity secret, so that nothing is stored and the same
// successor can be handed out again when its answer was lost.
import type { IdentityVault } from "../identity/identity-vault.ts";

const SHAPE = /^hgr_([0-9a-f-]{36})\.([1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})$/;

export async function refreshToken(vault: IdentityVault, grantId: string, generation: number): Promise<string> {
  return `hgr_${grantId}.${generation}.${await vault.derive("refresh-token", `${grantId}.${generation}`)}`;
}

/** @returns null for what we never made */
export async function readRefreshToken(
  vault: IdentityVault,
  token: string,
): Promise<{ grantId: string; generation: number } | null> {
  const [, grantId, generation, mac] = SHAPE.exec(token) ?? [];
  if (grantId === undefined || generation === undefined || mac === undefined) return null;
  const isOurs = await vault.isDerived("refresh-token", `${grantId}.${generation}`, mac);
  return isOurs ? { grantId, generation: Number(generation) } : null;
}
