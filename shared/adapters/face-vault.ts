// Encrypts face vectors under a key of their user's own, and destroys that key. The only file that sees such keys.
//
// A user's key is an object in R2, because R2 has no history: once it is deleted, vectors in any old copy of the database
// are noise. The object is the key wrapped by another that is derived from the installation's secret, so that neither the
// bucket nor the database, nor both together, opens a vector. Keys are named by the user's epoch: work begun before a
// withdrawal seals under a name that nobody asks for any more.
import { AppError } from "../contracts/errors.ts";
import { deleteKeys, FACE_KEYS_PREFIX, faceKeysPrefix, faceVectorsKey, listKeys, vaultOfKey } from "./objects.ts";

/** First byte of everything sealed: another layout gets another number. */
const SEALED_VERSION = 1;
/** Bytes of an AES-GCM nonce (NIST SP 800-38D §8.2.2: 96 random bits; a key seals far fewer than 2³² vectors). */
const NONCE_BYTES = 12;
/** Bytes of a user's key: AES-256. */
const KEY_BYTES = 32;
/** Shortest installation secret (characters) that is accepted: 32 random bytes in base64url are 43. */
const SECRET_MIN_CHARS = 32;

/** Whose vectors, and under which of their keys. */
export interface VaultOwner {
  readonly userId: string;
  readonly epoch: number;
}

/** What a vector is bound to: sealed bytes moved to another face, model or user do not open. */
export interface VectorName {
  readonly faceId: string;
  readonly modelId: string;
}

export interface FaceVault {
  /** Base64 of version, nonce, ciphertext and tag; different at every call. */
  seal(name: VectorName, vector: Float32Array): Promise<string>;
  /** @throws AppError misconfigured when the bytes were not sealed by this vault under this name */
  open(name: VectorName, sealed: string): Promise<Float32Array>;
}

/**
 * The user's vault, with a new key when there is none yet. Safe to call from several places at once: one key wins.
 * @param secret the installation's secret, at least 32 characters
 */
export async function ensureVault(bucket: R2Bucket, secret: string, owner: VaultOwner): Promise<FaceVault> {
  const existing = await openVault(bucket, secret, owner);
  if (existing !== null) return existing;
  const wrapping = await wrappingKey(secret);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const fresh = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  const wrapped = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce, additionalData: wrapContext(owner) },
    wrapping,
    fresh,
  );
  await bucket.put(faceVectorsKey(owner), join(nonce, new Uint8Array(wrapped)), {
    onlyIf: { etagDoesNotMatch: "*" },
  });
  // Whoever was first has the say: what lies there now is the key, ours or another's.
  const vault = await openVault(bucket, secret, owner);
  if (vault === null) throw new AppError("storage-unavailable", "The key for face data could not be written just now.");
  return vault;
}

/** Null when the user has no key of this epoch: never had one, or it was destroyed. */
export async function openVault(bucket: R2Bucket, secret: string, owner: VaultOwner): Promise<FaceVault | null> {
  const object = await bucket.get(faceVectorsKey(owner));
  if (object === null) return null;
  const wrapped = new Uint8Array(await object.arrayBuffer());
  let raw: ArrayBuffer;
  try {
    raw = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: wrapped.subarray(0, NONCE_BYTES), additionalData: wrapContext(owner) },
      await wrappingKey(secret),
      wrapped.subarray(NONCE_BYTES),
    );
  } catch (cause) {
    throw new AppError("misconfigured", "The installation's secret does not open this user's face data.", { cause });
  }
  return vaultOf(owner, await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]));
}

/**
 * Destroys a user's keys up to and including an epoch's. What was sealed with them is unreadable from here on, wherever a copy
 * may lie. Keys of later epochs are another consent's, and stay.
 */
export async function destroyVaults(bucket: R2Bucket, { userId, epoch }: VaultOwner): Promise<number> {
  const keys = await listKeys(bucket, faceKeysPrefix(userId));
  return await deleteKeys(
    bucket,
    keys.filter((key) => (vaultOfKey(key)?.epoch ?? 0) <= epoch),
  );
}

function vaultOf(owner: VaultOwner, key: CryptoKey): FaceVault {
  return {
    async seal(name, vector) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const sealed = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv: nonce, additionalData: sealContext(owner, name) },
        key,
        littleEndian(vector),
      );
      return toBase64(join(Uint8Array.of(SEALED_VERSION), nonce, new Uint8Array(sealed)));
    },
    async open(name, text) {
      try {
        const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        if (bytes[0] !== SEALED_VERSION) throw new RangeError(`Expecting version ${SEALED_VERSION}. Got ${bytes[0]}.`);
        const opened = await crypto.subtle.decrypt(
          {
            name: "AES-GCM",
            iv: bytes.subarray(1, 1 + NONCE_BYTES),
            additionalData: sealContext(owner, name),
          },
          key,
          bytes.subarray(1 + NONCE_BYTES),
        );
        return fromLittleEndian(opened);
      } catch (cause) {
        throw new AppError("misconfigured", "A face vector does not open under its user's key.", {
          cause,
          facts: { face: name.faceId, model: name.modelId },
        });
      }
    },
  };
}

/** HKDF-SHA-256 (RFC 5869) of the installation's secret. */
async function wrappingKey(secret: string): Promise<CryptoKey> {
  if (secret.length < SECRET_MIN_CHARS)
    throw new AppError("misconfigured", "The secret that protects face data is missing or too short.");
  const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), "HKDF", false, ["deriveKey"]);
  return await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(FACE_KEYS_PREFIX) },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

function wrapContext({ userId, epoch }: VaultOwner): Uint8Array {
  return new TextEncoder().encode(`heliograph face key|${userId}|${epoch}`);
}

function sealContext({ userId, epoch }: VaultOwner, { faceId, modelId }: VectorName): Uint8Array {
  return new TextEncoder().encode(`heliograph face vector|${userId}|${epoch}|${faceId}|${modelId}`);
}

function littleEndian(vector: Float32Array): ArrayBuffer {
  const bytes = new DataView(new ArrayBuffer(vector.length * 4));
  for (const [i, value] of vector.entries()) bytes.setFloat32(i * 4, value, true);
  return bytes.buffer;
}

function fromLittleEndian(buffer: ArrayBuffer): Float32Array {
  const bytes = new DataView(buffer);
  const vector = new Float32Array(buffer.byteLength / 4);
  for (let i = 0; i < vector.length; i++) vector[i] = bytes.getFloat32(i * 4, true);
  return vector;
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let pos = 0;
  for (const part of parts) {
    joined.set(part, pos);
    pos += part.length;
  }
  return joined;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
