// The EXIF segment of a JPEG (Exif 3.0 §4.7.2): found, and put in. Looks at nothing inside.
import { hasTag, readUint16BE } from "./read-integers.ts";

const MAGIC = "Exif\0\0";
const APP1 = 0xe1;
const START_OF_SCAN = 0xda;
const SEGMENT_MAX_BYTES = 0xffff;

/** @param metadata the file up to its first scan @returns its TIFF structure, a view; null where there is none */
export function readJpegExif(metadata: Uint8Array): Uint8Array | null {
  let pos = 2;
  while (pos + 4 <= metadata.length && metadata[pos] === 0xff && metadata[pos + 1] !== START_OF_SCAN) {
    const segmentBytes = readUint16BE(metadata, pos + 2);
    const end = pos + 2 + segmentBytes;
    if (segmentBytes < 2 || end > metadata.length) return null;
    if (metadata[pos + 1] === APP1 && hasTag(metadata, pos + 4, MAGIC))
      return metadata.subarray(pos + 4 + MAGIC.length, end);
    pos = end;
  }
  return null;
}

/** @returns `jpeg` with the structure right behind SOI. Throws RangeError where it is no JPEG, or the structure too large for a segment. */
export function insertJpegExif(jpeg: Uint8Array, tiff: Uint8Array): Uint8Array {
  const segmentBytes = 2 + MAGIC.length + tiff.length;
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) throw new RangeError("Expected a JPEG that begins with FF D8.");
  if (segmentBytes > SEGMENT_MAX_BYTES) throw new RangeError(`Expected at most one segment. Got ${tiff.length} bytes.`);
  const out = new Uint8Array(jpeg.length + 2 + segmentBytes);
  out.set(jpeg.subarray(0, 2));
  out.set([0xff, APP1, segmentBytes >> 8, segmentBytes & 0xff], 2);
  for (let i = 0; i < MAGIC.length; i++) out[6 + i] = MAGIC.charCodeAt(i);
  out.set(tiff, 6 + MAGIC.length);
  out.set(jpeg.subarray(2), 2 + 2 + segmentBytes);
  return out;
}
