// What an authenticator is asked: to make a discoverable credential, or to use one; always with the person verified.
import { generateAuthenticationOptions, generateRegistrationOptions } from "@simplewebauthn/server";
import { CHALLENGE_LIFE_MS } from "../../../shared/contracts/limits.ts";
import type { WebAuthnOptions } from "../../../shared/contracts/sign-in.ts";
import type { PasskeyRow } from "../../../shared/db/identity/passkey-queries.ts";
import type { UserRow } from "../../../shared/db/identity/user-queries.ts";
import { RELYING_PARTY_NAME } from "./relying-party.ts";

/** COSE: EdDSA, ES256, RS256 (Windows). */
export const SUPPORTED_ALGORITHMS = [-8, -7, -257] as const;

export async function newPasskeyOptions(
  relyingPartyId: string,
  user: UserRow,
  existing: readonly PasskeyRow[],
): Promise<WebAuthnOptions> {
  const options = await generateRegistrationOptions({
    rpName: RELYING_PARTY_NAME,
    rpID: relyingPartyId,
    userID: new Uint8Array(new TextEncoder().encode(user.id)),
    userName: user.email ?? user.name,
    userDisplayName: user.name,
    timeout: CHALLENGE_LIFE_MS,
    attestationType: "none",
    excludeCredentials: existing.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: [...SUPPORTED_ALGORITHMS],
  });
  return { ...options };
}

/** @param allowed whose passkeys; absent asks for any, so that nobody's are named before they sign in */
export async function passkeyUseOptions(
  relyingPartyId: string,
  allowed?: readonly PasskeyRow[],
): Promise<WebAuthnOptions> {
  const options = await generateAuthenticationOptions({
    rpID: relyingPartyId,
    timeout: CHALLENGE_LIFE_MS,
    userVerification: "required",
    ...(allowed === undefined
      ? {}
      : { allowCredentials: allowed.map(({ credentialId, transports }) => ({ id: credentialId, transports })) }),
  });
  return { ...options };
}
