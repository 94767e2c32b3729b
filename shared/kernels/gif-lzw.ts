// GIF's variable-length LZW (GIF89a appendix F), bounded: every code either yields pixels or ends the picture.
// omggif was tried first; a crafted stream plants a forward reference in its table and it chases a cycle for ever.

/** Codes are at most 12 bits wide. */
const MAX_CODES = 4096;

/**
 * @param bytes Holds the sub-blocks from `dataStart` on; whatever is cut off is simply not decoded.
 * @param codeBits The minimum code size byte, 2 to 8.
 * @param indices Filled from the start with palette indices; at most its length is decoded.
 * @returns how many indices were decoded: fewer than asked for when the stream ends early or breaks the rules.
 */
export function unpackGifLzw(bytes: Uint8Array, dataStart: number, codeBits: number, indices: Uint8Array): number {
  const clearCode = 1 << codeBits;
  const endCode = clearCode + 1;
  const prefixes = new Uint16Array(MAX_CODES);
  const suffixes = new Uint8Array(MAX_CODES);
  const lengths = new Uint16Array(MAX_CODES);
  for (let code = 0; code < clearCode; code++) {
    suffixes[code] = code;
    lengths[code] = 1;
  }
  let nextCode = endCode + 1;
  let widthBits = codeBits + 1;
  let previous = -1;
  let written = 0;

  let pos = dataStart;
  let blockRest = 0;
  let bits = 0;
  let bitCount = 0;
  while (written < indices.length) {
    while (bitCount < widthBits) {
      if (blockRest === 0) {
        blockRest = pos < bytes.length ? bytes[pos++] : 0;
        if (blockRest === 0) return written;
      }
      if (pos >= bytes.length) return written;
      bits |= bytes[pos++] << bitCount;
      bitCount += 8;
      blockRest--;
    }
    const code = bits & ((1 << widthBits) - 1);
    bits >>>= widthBits;
    bitCount -= widthBits;

    if (code === clearCode) {
      nextCode = endCode + 1;
      widthBits = codeBits + 1;
      previous = -1;
      continue;
    }
    // A code may name at most the entry that is about to be made; anything further would be a forward reference.
    if (code === endCode || code > nextCode || (code >= nextCode && previous < 0)) return written;
    const isOwnEntry = code === nextCode;
    const source = isOwnEntry ? previous : code;
    const length = lengths[source];
    // Strings are stored backwards; entries point at older ones only, so the walk takes `length` steps.
    let entry = source;
    for (let at = written + length - 1; at >= written; at--) {
      if (at < indices.length) indices[at] = suffixes[entry];
      entry = prefixes[entry];
    }
    const first = indices[written];
    written += length;
    if (isOwnEntry && written < indices.length) indices[written] = first;
    if (isOwnEntry) written++;
    if (previous >= 0 && nextCode < MAX_CODES) {
      prefixes[nextCode] = previous;
      suffixes[nextCode] = first;
      lengths[nextCode] = lengths[previous] + 1;
      nextCode++;
      if (nextCode === 1 << widthBits && widthBits < 12) widthBits++;
    }
    previous = code;
  }
  return indices.length;
}
