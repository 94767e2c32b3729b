// Passwords as scrypt (RFC 7914) in PHC form, by the platform's native code. Never PBKDF2: production takes 100,000 of its
// iterations, a sixth of what OWASP asks for. The hash is synchronous: an isolate computes one at a time, in 16 MiB.
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { SCRYPT_MAX_COST } from "../../../shared/contracts/limits.ts";

export interface ScryptParameters {
  /** log2 of N, the cost in memory and time: N · r · 128 bytes. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's choice for 16 MiB (Password Storage Cheat Sheet). */
export const SCRYPT: ScryptParameters = { logN: 14, r: 8, p: 5 };

const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** N · r · 128 bytes, and room for p blocks and the library's own. */
const MEMORY_BYTES = 64 * 1024 * 1024;
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** @throws Error for parameters that production refuses, though a local runtime takes them, or that are too weak to store */
export function assertDeployable({ logN, r, p }: ScryptParameters): void {
  const cost = 2 ** logN * r * p;
  if (cost > SCRYPT_MAX_COST)
    throw new Error(`scrypt N=2^${logN} r=${r} p=${p} costs ${cost}, above ${SCRYPT_MAX_COST}`);
  if (2 ** logN * r * 128 > MEMORY_BYTES / 2) throw new Error(`scrypt N=2^${logN} r=${r} takes too much memory`);
}

// A wrong constant stops the Worker from starting, wherever it is deployed; it must not wait for the first sign-in.
assertDeployable(SCRYPT);

export function hashPassword(password: string, parameters: ScryptParameters = SCRYPT): string {
  const salt = randomBytes(SALT_BYTES);
  return format(parameters, salt, derive(password, salt, parameters));
}

/**
 * Takes the same time whether the password fits, does not fit, or there is none: without one, a made-up hash with the
 * parameters in force is read, computed and compared, step by step the same.
 */
export function verifyPassword(
  password: string,
  phc: string | null,
  parameters: ScryptParameters = SCRYPT,
): { isRight: boolean; needsRehash: boolean } {
  // Looked up in either case.
  const nobodys = nobodysHash(parameters);
  const stored = parse(phc ?? nobodys);
  const isEqual = timingSafeEqual(derive(password, stored.salt, stored.parameters), stored.key);
  const isRight = phc !== null && isEqual;
  const { logN, r, p } = stored.parameters;
  const isCurrent = logN === parameters.logN && r === parameters.r && p === parameters.p;
  return { isRight, needsRehash: isRight && !isCurrent };
}

const nobodysHashes = new WeakMap<ScryptParameters, string>();

function nobodysHash(parameters: ScryptParameters): string {
  const known = nobodysHashes.get(parameters);
  if (known !== undefined) return known;
  const made = format(parameters, randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
  nobodysHashes.set(parameters, made);
  return made;
}

/** @throws Error for what we never wrote, or would not dare to compute */
function parse(phc: string): { parameters: ScryptParameters; salt: Buffer; key: Buffer } {
  const [whole, logN, r, p, salt = "", key = ""] = PHC.exec(phc) ?? [];
  if (whole === undefined) throw new Error("a stored password is not in the form we write");
  const parameters = { logN: Number(logN), r: Number(r), p: Number(p) };
  assertDeployable(parameters);
  return { parameters, salt: Buffer.from(salt, "base64"), key: Buffer.from(key, "base64") };
}

function derive(password: string, salt: Buffer, { logN, r, p }: ScryptParameters): Buffer {
  // One text for one password, however a keyboard composes its letters (NIST SP 800-63B §5.1.1.2).
  return scryptSync(password.normalize("NFKC"), salt, KEY_BYTES, { N: 2 ** logN, r, p, maxmem: MEMORY_BYTES });
}

function format({ logN, r, p }: ScryptParameters, salt: Buffer, key: Buffer): string {
  return `$scrypt$ln=${logN},r=${r},p=${p}$${unpadded(salt)}$${unpadded(key)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
