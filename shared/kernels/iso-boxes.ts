// Boxes of an ISO base media file (ISO/IEC 14496-12 §4.2). Knows sizes and types, not what a box means.
import { readFourCC, readUint32BE } from "./read-integers.ts";

export interface IsoBox {
  readonly type: string;
  readonly bodyStart: number;
  /** May lie beyond the given bytes when they are a prefix. */
  readonly bodyEnd: number;
}

/** Boxes walked in one container at most; ipco of a large HEIC holds a few hundred properties. */
const MAX_BOXES = 4096;

/**
 * Boxes between two offsets, stopping at the first header that is cut off or impossible.
 * Every step advances by 8 bytes at least, so no input loops.
 */
export function* walkIsoBoxes(bytes: Uint8Array, start: number, end: number): Generator<IsoBox> {
  let pos = start;
  for (let i = 0; i < MAX_BOXES && pos + 8 <= Math.min(end, bytes.length); i++) {
    let sizeBytes = readUint32BE(bytes, pos);
    let headerBytes = 8;
    if (sizeBytes === 1) {
      if (pos + 16 > bytes.length) return;
      // 64-bit size: exact below 2^53, and a larger one ends the walk because nothing can follow it.
      sizeBytes = readUint32BE(bytes, pos + 8) * 2 ** 32 + readUint32BE(bytes, pos + 12);
      headerBytes = 16;
    } else if (sizeBytes === 0) {
      sizeBytes = end - pos;
    }
    if (sizeBytes < headerBytes) return;
    yield { type: readFourCC(bytes, pos + 4), bodyStart: pos + headerBytes, bodyEnd: pos + sizeBytes };
    pos += sizeBytes;
  }
}
