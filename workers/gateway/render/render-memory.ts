// The few renders everybody asks this isolate for, in its memory. As the Cache API it is asked only after the caller was
// authorised, and holds nothing that is to be kept nowhere.

/** Bytes of all of them, and of the largest worth keeping: thumbnails of a page, in a sixteenth of an isolate. */
const MEMORY_BYTES = 8 * 1024 * 1024;
const PICTURE_MAX_BYTES = 256 * 1024;

/** By name, least recently used first. */
const pictures = new Map<string, Uint8Array<ArrayBuffer>>();
let heldBytes = 0;

export function recallRender(name: string): Uint8Array<ArrayBuffer> | null {
  const bytes = pictures.get(name);
  if (bytes === undefined) return null;
  pictures.delete(name);
  pictures.set(name, bytes);
  return bytes;
}

export function isWorthRemembering(sizeBytes: number): boolean {
  return sizeBytes <= PICTURE_MAX_BYTES;
}

export function rememberRender(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  if (!isWorthRemembering(bytes.byteLength) || pictures.has(name)) return;
  pictures.set(name, bytes);
  heldBytes += bytes.byteLength;
  for (const [oldest, held] of pictures) {
    if (heldBytes <= MEMORY_BYTES) return;
    pictures.delete(oldest);
    heldBytes -= held.byteLength;
  }
}
