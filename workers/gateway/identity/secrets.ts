// Random secrets and their stored form. Only hashes are kept: a stolen database opens no session.
import { base64url } from "jose";
import { hex } from "../../../shared/adapters/objects.ts";

/** 256 random bits, URL-safe. */
export function newSecret(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
}

/** SHA-256 as 64 hex digits, of bytes or of a string's UTF-8. */
export async function sha256Hex(input: Uint8Array | string): Promise<string> {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
