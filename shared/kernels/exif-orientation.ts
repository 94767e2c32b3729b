// The orientation tag out of a TIFF block, and nothing else: the rest of EXIF is the codec's business.
import { hasTag, readUint16BE, readUint16LE, readUint32BE, readUint32LE } from "./read-integers.ts";

/** How stored pixels must be turned to be seen upright: TIFF 6.0 tag 274. 1 is "as stored"; 5 to 8 swap the sides. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const TAG_ORIENTATION = 0x0112;
const TYPE_SHORT = 3;
/** Entries of one directory read at most; real ones hold fewer than 60. */
const MAX_ENTRIES = 1024;
const ENTRY_BYTES = 12;

/**
 * @param tiff A TIFF block from its byte-order mark on ("II" or "MM"): what follows "Exif\0\0" in JPEG, all of a PNG eXIf chunk.
 * @returns undefined when the tag is absent, out of 1–8, or beyond the given bytes.
 */
export function readExifOrientation(tiff: Uint8Array): Orientation | undefined {
  const isLittleEndian = hasTag(tiff, 0, "II");
  if (tiff.length < 8 || !(isLittleEndian || hasTag(tiff, 0, "MM"))) return undefined;
  const readUint16 = isLittleEndian ? readUint16LE : readUint16BE;
  const directoryStart = (isLittleEndian ? readUint32LE : readUint32BE)(tiff, 4);
  if (directoryStart + 2 > tiff.length) return undefined;
  const entries = Math.min(readUint16(tiff, directoryStart), MAX_ENTRIES);
  for (let i = 0; i < entries; i++) {
    const pos = directoryStart + 2 + i * ENTRY_BYTES;
    if (pos + ENTRY_BYTES > tiff.length) return undefined;
    if (readUint16(tiff, pos) !== TAG_ORIENTATION) continue;
    if (readUint16(tiff, pos + 2) !== TYPE_SHORT) return undefined;
    const value = readUint16(tiff, pos + 8);
    return value >= 1 && value <= 8 ? (value as Orientation) : undefined;
  }
  return undefined;
}
