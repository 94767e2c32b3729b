// Upload-Checksum (tus 1.0, extension Checksum): `algorithm base64`, about the body of one request.
import { hex } from "../../../shared/adapters/objects.ts";
import { AppError } from "../../../shared/contracts/errors.ts";

/** Names in the protocol, and what WebCrypto calls them. The protocol wants sha1; we want sha256. */
const ALGORITHMS: ReadonlyMap<string, { readonly name: string; readonly bytes: number }> = new Map([
  ["sha1", { name: "SHA-1", bytes: 20 }],
  ["sha256", { name: "SHA-256", bytes: 32 }],
  ["md5", { name: "MD5", bytes: 16 }],
]);

/** The value of Tus-Checksum-Algorithm. */
export const CHECKSUM_ALGORITHMS = [...ALGORITHMS.keys()].join(",");

export interface UploadChecksum {
  /** WebCrypto's name. */
  readonly algorithm: string;
  /** Hexadecimal. */
  readonly digest: string;
}

/** @returns null where there is no such header. @throws AppError invalid-request */
export function parseUploadChecksum(header: string | null): UploadChecksum | null {
  if (header === null) return null;
  const [name = "", encoded = "", ...rest] = header.split(" ");
  const algorithm = ALGORITHMS.get(name);
  if (algorithm === undefined)
    throw new AppError("invalid-request", `Upload-Checksum takes one of ${CHECKSUM_ALGORITHMS}.`);
  const bytes = fromBase64(encoded);
  if (rest.length > 0 || bytes?.byteLength !== algorithm.bytes)
    throw new AppError("invalid-request", `Upload-Checksum must read ${name} and ${algorithm.bytes} bytes in base64.`);
  return { algorithm: algorithm.name, digest: hex(bytes) };
}

function fromBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}
