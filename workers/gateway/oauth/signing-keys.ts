// The keys of our own tokens (ES256): made on first use, published a while before they sign, replaced by age or by an admin. An
// isolate keeps a copy of the public halves, so that verifying a token asks nobody.
import { calculateJwkThumbprint } from "jose";
import { AppError } from "../../../shared/contracts/errors.ts";
import {
  ACCESS_TOKEN_SECONDS,
  OWN_KEYS_FRESH_MS,
  OWN_KEYS_REREAD_MS,
  SIGNING_KEY_LEAD_MS,
} from "../../../shared/contracts/limits.ts";
import {
  addSigningKey,
  publishedSigningKeys,
  type SigningKeyRow,
} from "../../../shared/db/identity/signing-key-queries.ts";
import { type KeySource, keySet } from "../../../shared/tokens/key-set.ts";
import type { GatewayDeps } from "../deps.ts";
import type { IdentityVault } from "../identity/identity-vault.ts";

type KeyDeps = Pick<GatewayDeps, "db" | "vault" | "now">;

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
/** Time (ms) a key is published after it has stopped signing: its last token's life, and every isolate's copy of the keys. */
const RETIRES_AFTER_MS = ACCESS_TOKEN_SECONDS * 1000 + OWN_KEYS_FRESH_MS;

/** An isolate's copy. One per vault: tests have several installations in a process. */
interface KeyRing {
  readonly rows: readonly SigningKeyRow[];
  readonly keys: KeySource;
  /** When it was read, or somebody began to read it anew. */
  readAt: number;
}
const rings = new WeakMap<IdentityVault, KeyRing>();
const privateKeys = new WeakMap<IdentityVault, Map<string, CryptoKey>>();

/** For verifying our own tokens. Once warm it reads at most once a minute, and never more because of unknown key ids. */
export function ownKeys(deps: KeyDeps): KeySource {
  return {
    async find(kid, algorithm) {
      const ring = await ringOf(deps, OWN_KEYS_FRESH_MS);
      const found = await ring.keys.find(kid, algorithm);
      return found ?? (await (await ringOf(deps, OWN_KEYS_REREAD_MS)).keys.find(kid, algorithm));
    },
  };
}

/** The public keys of everything that is good now or will be soon (RFC 7517). Makes the first key. */
export async function publishedKeys(deps: KeyDeps): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { rows } = await ringWithKeys(deps);
  return rows.map(({ publicJwk }) => publicJwk);
}

/** The key that signs now. Makes the first. */
export async function signingKey(deps: KeyDeps): Promise<{ kid: string; key: CryptoKey }> {
  const { rows } = await ringWithKeys(deps);
  const now = deps.now();
  const row = rows.find(({ signsFrom }) => signsFrom <= now) ?? rows.at(-1);
  if (row === undefined) throw new AppError("misconfigured", "There is no key to sign with.");
  const opened = privateKeys.get(deps.vault) ?? new Map<string, CryptoKey>();
  privateKeys.set(deps.vault, opened);
  const key = opened.get(row.kid) ?? (await openPrivateKey(deps.vault, row));
  opened.set(row.kid, key);
  return { kid: row.kid, key };
}

/**
 * Makes a key that will sign after SIGNING_KEY_LEAD_MS, unless one signs from later than `unlessAfter`.
 * @returns the newest key, and whether it is new
 */
export async function rotateSigningKey(
  deps: KeyDeps,
  unlessAfter: number,
): Promise<{ kid: string; signsFrom: number; isNew: boolean }> {
  const now = deps.now();
  const kid = await addKey(deps, now + SIGNING_KEY_LEAD_MS, unlessAfter);
  const ring = await readRing(deps);
  const newest = ring.rows[0];
  if (newest === undefined) throw new AppError("misconfigured", "There is no key to sign with.");
  return { kid: newest.kid, signsFrom: newest.signsFrom, isNew: newest.kid === kid };
}

async function ringWithKeys(deps: KeyDeps): Promise<KeyRing> {
  const ring = await ringOf(deps, OWN_KEYS_FRESH_MS);
  if (ring.rows.length > 0) return ring;
  // Nobody has a copy of keys yet that this one could be missing from: it signs at once.
  await addKey(deps, deps.now(), -1);
  return await readRing(deps);
}

async function ringOf(deps: KeyDeps, maxAgeMs: number): Promise<KeyRing> {
  const ring = rings.get(deps.vault);
  const now = deps.now();
  if (ring !== undefined && now - ring.readAt < maxAgeMs) return ring;
  // Whoever comes while it is read anew goes on with the copy there is.
  if (ring !== undefined) ring.readAt = now;
  return await readRing(deps);
}

async function readRing(deps: KeyDeps): Promise<KeyRing> {
  const now = deps.now();
  const rows = await publishedSigningKeys(deps.db, now);
  const ring: KeyRing = { rows, keys: keySet({ keys: rows.map(({ publicJwk }) => publicJwk) }), readAt: now };
  rings.set(deps.vault, ring);
  return ring;
}

/** @returns the new key's id, whether it was added or another was there first */
async function addKey(deps: KeyDeps, signsFrom: number, unlessAfter: number): Promise<string> {
  const pair = (await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"])) as CryptoKeyPair;
  const { kty, crv, x, y } = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as JsonWebKey;
  const kid = await calculateJwkThumbprint({ kty: kty ?? "", crv: crv ?? "", x: x ?? "", y: y ?? "" });
  const privateJwk = JSON.stringify(await crypto.subtle.exportKey("jwk", pair.privateKey));
  const key = {
    kid,
    publicJwk: JSON.stringify({ kty, crv, x, y, kid, alg: "ES256", use: "sig" }),
    privateSealed: await deps.vault.seal("signing-key", kid, privateJwk),
    signsFrom,
    othersRetireAt: signsFrom + RETIRES_AFTER_MS,
  };
  await deps.db.batch(addSigningKey(deps.db, key, unlessAfter, deps.now()));
  return kid;
}

async function openPrivateKey(vault: IdentityVault, row: SigningKeyRow): Promise<CryptoKey> {
  try {
    const jwk = JSON.parse(await vault.open("signing-key", row.kid, row.privateSealed)) as JsonWebKey;
    return await crypto.subtle.importKey("jwk", jwk, CURVE, false, ["sign"]);
  } catch (cause) {
    // Sealed under another identity secret. Rotating the keys makes one that this installation can open.
    throw new AppError("misconfigured", "The key that signs tokens cannot be opened.", { cause });
  }
}
