// A set of public keys (RFC 7517) from which only those can be had that fit: for signatures, strong, of the right curve.
import { base64url, importJWK } from "jose";
import { JWKS_MAX_KEYS } from "../contracts/limits.ts";
import { TokenRefused } from "./token-refused.ts";

/** Whatever a token of ours or of a provider may be signed with. Symmetric algorithms are not here, and cannot be asked for. */
export const SIGNATURE_ALGORITHMS = ["ES256", "ES384", "RS256", "PS256", "EdDSA"] as const;
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

const KEY_OF_ALGORITHM: Readonly<Record<SignatureAlgorithm, { kty: string; crv?: string }>> = {
  ES256: { kty: "EC", crv: "P-256" },
  ES384: { kty: "EC", crv: "P-384" },
  RS256: { kty: "RSA" },
  PS256: { kty: "RSA" },
  EdDSA: { kty: "OKP", crv: "Ed25519" },
};
/** Bits of an RSA modulus: RFC 7518 §3.3 asks for the lower; the upper keeps one verification from costing what a hundred do. */
const RSA_MIN_BITS = 2048;
const RSA_MAX_BITS = 8192;
/** Base64url of 65537. Other public exponents are either forgeable (1) or nobody's. */
const RSA_EXPONENT = "AQAB";

/** Where a verifier finds keys. */
export interface KeySource {
  /** Whose keys they are, where that is known: tokens of another issuer are refused whatever they are signed with. */
  readonly issuer?: string;
  /** Null where there is no such key. Throws TokenRefused for one that does not fit the algorithm. */
  find(kid: string | null, algorithm: SignatureAlgorithm): Promise<CryptoKey | null>;
}

type Jwk = Readonly<Record<string, unknown>>;

/**
 * Throws TokenRefused("bad-key-set") for what is no key set, has too many keys, holds a symmetric key (published, it is
 * everybody's) or two signing keys of one id. Keys for encryption and of types we do not use are passed over.
 */
export function keySet(published: unknown, issuer?: string): KeySource {
  const keys = signingKeysOf(published);
  const imported = new Map<string, CryptoKey>();
  return {
    ...(issuer === undefined ? {} : { issuer }),
    async find(kid, algorithm) {
      // Without a key id there must be nothing to choose from.
      const only = keys.length === 1 ? keys[0] : undefined;
      const jwk = kid === null ? only : keys.find((key) => key["kid"] === kid);
      if (jwk === undefined) return null;
      refuseMisfit(jwk, algorithm);
      const name = `${algorithm} ${kid ?? ""}`;
      const key = imported.get(name) ?? (await importPublic(jwk, algorithm));
      imported.set(name, key);
      return key;
    },
  };
}

function signingKeysOf(published: unknown): Jwk[] {
  const keys = typeof published === "object" && published !== null && "keys" in published ? published.keys : null;
  if (!Array.isArray(keys)) throw new TokenRefused("bad-key-set", "no array of keys");
  if (keys.length > JWKS_MAX_KEYS) throw new TokenRefused("bad-key-set", `more than ${JWKS_MAX_KEYS} keys`);
  const all = keys.filter((key): key is Jwk => typeof key === "object" && key !== null && !Array.isArray(key));
  if (all.some((key) => key["kty"] === "oct")) throw new TokenRefused("bad-key-set", "a symmetric key among them");
  const forSigning = all.filter(
    ({ use, key_ops: operations }) =>
      (use === undefined || use === "sig") &&
      (operations === undefined || (Array.isArray(operations) && operations.includes("verify"))),
  );
  const ids = forSigning.map((key) => key["kid"]).filter((kid) => kid !== undefined);
  if (new Set(ids).size < ids.length) throw new TokenRefused("bad-key-set", "two signing keys of one id");
  return forSigning;
}

function refuseMisfit(jwk: Jwk, algorithm: SignatureAlgorithm): void {
  const wanted = KEY_OF_ALGORITHM[algorithm];
  const { kty, crv, alg, n, e } = jwk;
  // Ed25519 is the fully specified name of what EdDSA means with this curve (RFC 9864).
  const isNamed = alg === undefined || alg === algorithm || (algorithm === "EdDSA" && alg === "Ed25519");
  if (kty !== wanted.kty || crv !== wanted.crv || !isNamed)
    throw new TokenRefused("unusable-key", `the key is not one of ${algorithm}`);
  if (kty !== "RSA") return;
  const bits = typeof n === "string" ? bitsOf(n) : 0;
  if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS || e !== RSA_EXPONENT)
    throw new TokenRefused("unusable-key", "the RSA key is too weak, too large, or of an odd exponent");
}

function bitsOf(modulus: string): number {
  try {
    const bytes = base64url.decode(modulus);
    const first = bytes.findIndex((byte) => byte !== 0);
    return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24;
  } catch {
    return 0;
  }
}

/** Only the members of a public key are handed on: what else the set says about it is not believed. */
async function importPublic({ kty, crv, x, y, n, e }: Jwk, algorithm: SignatureAlgorithm): Promise<CryptoKey> {
  try {
    const jwk = Object.fromEntries(Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined));
    const key = await importJWK(jwk, algorithm);
    if (key instanceof CryptoKey && key.type === "public") return key;
  } catch (cause) {
    throw new TokenRefused("unusable-key", "the key cannot be imported", cause);
  }
  throw new TokenRefused("unusable-key", "the key is not a public one");
}
