// Content-Digest (RFC 9530): a dictionary of digests as byte sequences. We use sha-256 and ignore the others.

import { hex } from "../../shared/adapters/objects.ts";
import { AppError } from "../../shared/contracts/errors.ts";

/** @returns 64 hex digits, or null when the header names no sha-256 */
export function sha256FromDigestHeader(header: string | undefined): string | null {
  const encoded = /(?:^|,)\s*sha-256=:([^:]*):/.exec(header ?? "")?.[1];
  if (encoded === undefined) {
    if (header?.includes("sha-256="))
      throw new AppError("invalid-request", "Content-Digest must read sha-256=:BASE64:.");
    return null;
  }
  if (!/^[A-Za-z0-9+/]{43}=$/.test(encoded))
    throw new AppError("invalid-request", "Content-Digest's sha-256 is not 32 bytes in base64.");
  return hex(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)));
}
