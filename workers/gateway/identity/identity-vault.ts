// What the installation's identity secret is for: tokens that can be derived again instead of stored, and secrets that
// must be read back (signing keys, provider secrets) kept sealed. A stolen database alone opens nothing.
import { base64url } from "jose";

/** What a derived key is for; keys of different purposes say nothing about each other (HKDF, RFC 5869). */
export type VaultPurpose =
  | "mail-link"
  | "refresh-token"
  | "media-grant"
  | "signed-address"
  | "limit-name"
  | "signing-key"
  | "provider-secret"
  | "id-token";

export interface IdentityVault {
  /** HMAC-SHA-256 of the message under the purpose's key, base64url. */
  derive(purpose: VaultPurpose, message: string): Promise<string>;
  /** Compares in constant time. */
  isDerived(purpose: VaultPurpose, message: string, claimed: string): Promise<boolean>;
  /** AES-256-GCM; `context` (a row's id) is authenticated, so that sealed texts cannot be swapped between rows. */
  seal(purpose: VaultPurpose, context: string, text: string): Promise<string>;
  /** Throws for anything that was not sealed so. */
  open(purpose: VaultPurpose, context: string, sealed: string): Promise<string>;
}

const NONCE_BYTES = 12;
const encoder = new TextEncoder();

/** @param secret at least 32 characters of randomness */
export function identityVault(secret: string): IdentityVault {
  const macKeys = new Map<VaultPurpose, Promise<CryptoKey>>();
  const sealKeys = new Map<VaultPurpose, Promise<CryptoKey>>();
  const root = crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);

  const keyOf = (kind: "mac" | "seal", purpose: VaultPurpose): Promise<CryptoKey> => {
    const keys = kind === "mac" ? macKeys : sealKeys;
    const known = keys.get(purpose);
    if (known !== undefined) return known;
    const info = encoder.encode(`heliograph identity v1 ${kind} ${purpose}`);
    const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
    const made = root.then((key) =>
      kind === "mac"
        ? crypto.subtle.deriveKey(hkdf, key, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign", "verify"])
        : crypto.subtle.deriveKey(hkdf, key, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    );
    keys.set(purpose, made);
    return made;
  };

  return {
    async derive(purpose, message) {
      return base64url.encode(
        new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf("mac", purpose), encoder.encode(message))),
      );
    },
    async isDerived(purpose, message, claimed) {
      const mac = decode(claimed);
      return (
        mac !== null && (await crypto.subtle.verify("HMAC", await keyOf("mac", purpose), mac, encoder.encode(message)))
      );
    },
    async seal(purpose, context, text) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const key = await keyOf("seal", purpose);
      const cipher = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(context) },
        key,
        encoder.encode(text),
      );
      return `${base64url.encode(nonce)}.${base64url.encode(new Uint8Array(cipher))}`;
    },
    async open(purpose, context, sealed) {
      const [nonce, cipher] = sealed.split(".").map((part) => decode(part));
      if (nonce == null || cipher == null) throw new Error("a sealed text is malformed");
      const key = await keyOf("seal", purpose);
      const plain = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(context) },
        key,
        cipher,
      );
      return new TextDecoder().decode(plain);
    },
  };
}

/** Canonical base64url only: one text for one value. */
function decode(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = new Uint8Array(base64url.decode(text));
    return base64url.encode(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
