// Checking what an authenticator answered (WebAuthn Level 3, §7.1 and §7.2), and what the library leaves to us: no other
// site's frame, no attestation we did not ask for, no counter that went back, the user the credential belongs to.
import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { decodeAttestationObject, decodeClientDataJSON, isoBase64URL } from "@simplewebauthn/server/helpers";
import type { WebAuthnResponse } from "../../../shared/contracts/sign-in.ts";
import type { PasskeyRow } from "../../../shared/db/identity/passkey-queries.ts";
import { SUPPORTED_ALGORITHMS } from "./passkey-options.ts";

export interface Expected {
  readonly origin: string;
  /** The relying party's id: a host. */
  readonly id: string;
  readonly challenge: string;
}

export interface NewCredential {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: string[];
  readonly isSynced: boolean;
  /** The authenticator's model; all zeros when it does not say. */
  readonly aaguid: string;
}

/** Transports of WebAuthn §5.8.4; others are not kept. */
const TRANSPORTS: ReadonlySet<string> = new Set(["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"]);
/** Characters of a credential id (§5.1: at most 1023 bytes). */
const CREDENTIAL_ID_MAX_CHARS = 1364;

/** @throws Error saying what is wrong with it, for the log */
export async function verifyNewPasskey(response: WebAuthnResponse, expected: Expected): Promise<NewCredential> {
  const registration = response as unknown as RegistrationResponseJSON;
  refuseFrames(registration.response.clientDataJSON);
  refuseCertificates(registration.response.attestationObject);
  const { registrationInfo } = await verifyRegistrationResponse({
    response: registration,
    expectedChallenge: expected.challenge,
    expectedOrigin: expected.origin,
    expectedRPID: expected.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: [...SUPPORTED_ALGORITHMS],
  });
  if (registrationInfo === undefined) throw new Error("the attestation's signature is wrong");
  const { credential, aaguid, credentialDeviceType } = registrationInfo;
  if (credential.id !== response.id) throw new Error("the response names another credential than it holds");
  if (credential.id.length > CREDENTIAL_ID_MAX_CHARS) throw new Error("the credential id is too long");
  return {
    credentialId: credential.id,
    publicKey: isoBase64URL.fromBuffer(credential.publicKey),
    counter: credential.counter,
    transports: (credential.transports ?? []).filter((transport) => TRANSPORTS.has(transport)),
    isSynced: credentialDeviceType === "multiDevice",
    aaguid,
  };
}

/**
 * @param isIdentified we asked for this user's passkeys by name: then the credential need not say whose it is (§7.2, step 6)
 * @returns the counter the authenticator told
 * @throws Error saying what is wrong with it, for the log
 */
export async function verifyPasskeyUse(
  response: WebAuthnResponse,
  passkey: PasskeyRow,
  expected: Expected,
  isIdentified: boolean,
): Promise<number> {
  const authentication = response as unknown as AuthenticationResponseJSON;
  refuseFrames(authentication.response.clientDataJSON);
  const owner = isoBase64URL.fromUTF8String(passkey.userId);
  const userHandle = authentication.response.userHandle ?? (isIdentified ? owner : null);
  if (userHandle !== owner) throw new Error("the credential is another user's");
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: authentication,
    expectedChallenge: expected.challenge,
    expectedOrigin: expected.origin,
    expectedRPID: expected.id,
    requireUserVerification: true,
    // 0 switches off the library's counter check, which knows no synced keys and comes before the signature: ours follows it.
    credential: { id: passkey.credentialId, publicKey: isoBase64URL.toBuffer(passkey.publicKey), counter: 0 },
  });
  if (!verified) throw new Error("the signature is wrong");
  if ((authenticationInfo.credentialDeviceType === "multiDevice") !== (passkey.isSynced === 1))
    throw new Error("the credential changed between synced and not");
  return authenticationInfo.newCounter;
}

/** Our pages are never framed: an answer given in a frame was asked for by somebody else. */
function refuseFrames(clientDataJson: string): void {
  if (decodeClientDataJSON(clientDataJson).crossOrigin === true)
    throw new Error("the answer was given in another site's frame");
}

/**
 * We ask for no attestation, so a browser sends none, or the authenticator's own signature. Certificates would be an
 * attacker's, and checking theirs means fetching addresses they name.
 */
function refuseCertificates(attestationObject: string): void {
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = attestation.get("fmt");
  const isSelfSigned = format === "packed" && attestation.get("attStmt").get("x5c") === undefined;
  if (format !== "none" && !isSelfSigned) throw new Error(`an attestation of format ${format} was not asked for`);
}
