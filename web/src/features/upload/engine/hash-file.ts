// SHA-256 of a whole file by WebCrypto. Holds one file in memory at a time: callers take turns.
export async function sha256Hex(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The value of `Content-Digest` (RFC 9530). */
export function contentDigest(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return `sha-256=:${btoa(String.fromCharCode(...bytes.map((pair) => Number.parseInt(pair, 16))))}:`;
}
