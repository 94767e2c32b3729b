// Integers and tags out of bytes. The caller has checked that the bytes are there; these never check again.

/** Unsigned 16 bits, most significant byte first (JPEG, PNG, ISO boxes). */
export function readUint16BE(bytes: Uint8Array, pos: number): number {
  return (bytes[pos] << 8) | bytes[pos + 1];
}

/** Unsigned 16 bits, least significant byte first (GIF, WebP). */
export function readUint16LE(bytes: Uint8Array, pos: number): number {
  return bytes[pos] | (bytes[pos + 1] << 8);
}

/** Unsigned 24 bits, least significant byte first (WebP canvas sizes). */
export function readUint24LE(bytes: Uint8Array, pos: number): number {
  return bytes[pos] | (bytes[pos + 1] << 8) | (bytes[pos + 2] << 16);
}

/** Unsigned 32 bits, most significant byte first. `>>> 0` because `<<` is signed in JavaScript. */
export function readUint32BE(bytes: Uint8Array, pos: number): number {
  return ((bytes[pos] << 24) | (bytes[pos + 1] << 16) | (bytes[pos + 2] << 8) | bytes[pos + 3]) >>> 0;
}

/** Unsigned 32 bits, least significant byte first. */
export function readUint32LE(bytes: Uint8Array, pos: number): number {
  return (bytes[pos] | (bytes[pos + 1] << 8) | (bytes[pos + 2] << 16) | (bytes[pos + 3] << 24)) >>> 0;
}

/** True when `tag` (ASCII) stands at `pos`; false also when the bytes end before it does. */
export function hasTag(bytes: Uint8Array, pos: number, tag: string): boolean {
  if (pos < 0 || pos + tag.length > bytes.length) return false;
  for (let i = 0; i < tag.length; i++) if (bytes[pos + i] !== tag.charCodeAt(i)) return false;
  return true;
}

/** Four bytes as a four-character code. */
export function readFourCC(bytes: Uint8Array, pos: number): string {
  return String.fromCharCode(bytes[pos], bytes[pos + 1], bytes[pos + 2], bytes[pos + 3]);
}
