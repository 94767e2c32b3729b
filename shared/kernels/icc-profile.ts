// Colour profiles carried over into JPEG output (ICC.1:2022 annex B.4): found, judged and copied, never applied.
import { hasTag, readUint32BE } from "./read-integers.ts";

const MAGIC = "ICC_PROFILE\0";
const SEGMENT_HEAD_BYTES = 4 + MAGIC.length + 2;
/** Bytes of profile in one segment: the 16-bit length counts itself, the magic and the two counters. */
const SEGMENT_MAX_PROFILE = 0xffff - 2 - MAGIC.length - 2;
const HEADER_BYTES = 128;
/**
 * Bytes of a profile worth carrying in four renditions. Display P3 and Adobe RGB take about 550; printers' profiles take
 * hundreds of thousands, more than the rendition itself.
 */
const COPY_MAX_BYTES = 16 * 1024;

/**
 * The profile of a JPEG, joined from its APP2 segments.
 *
 * @param metadata The file up to its first scan.
 * @returns null when there is none, or its parts are incomplete, out of range or out of order.
 */
export function readJpegIccProfile(metadata: Uint8Array): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let pos = 2;
  while (pos + 4 <= metadata.length && metadata[pos] === 0xff && metadata[pos + 1] !== 0xda) {
    const segmentBytes = (metadata[pos + 2] << 8) | metadata[pos + 3];
    const end = pos + 2 + segmentBytes;
    if (metadata[pos + 1] === 0xe2 && hasTag(metadata, pos + 4, MAGIC) && end <= metadata.length) {
      const sequence = metadata[pos + 4 + MAGIC.length];
      if (sequence !== parts.length + 1) return null;
      parts.push(metadata.subarray(pos + SEGMENT_HEAD_BYTES, end));
      if (sequence === metadata[pos + 5 + MAGIC.length]) return concatenate(parts);
    }
    if (segmentBytes < 2) return null;
    pos = end;
  }
  return null;
}

/**
 * Whether a profile belongs into an RGB JPEG: small, of RGB data, sound in its own length, and not plain sRGB, which every
 * viewer assumes anyway.
 */
export function isIccProfileWorthCopying(profile: Uint8Array): boolean {
  if (profile.length < HEADER_BYTES || profile.length > COPY_MAX_BYTES) return false;
  if (readUint32BE(profile, 0) !== profile.length || !hasTag(profile, 36, "acsp")) return false;
  // A CMYK or grey profile describes the source, not the RGB pixels it was decoded to.
  if (!hasTag(profile, 16, "RGB ")) return false;
  return !String.fromCharCode(...profile.subarray(HEADER_BYTES)).includes("sRGB IEC61966-2");
}

/** @returns `jpeg` with the profile in APP2 segments right behind SOI. Throws when `jpeg` does not begin as one. */
export function insertJpegIccProfile(jpeg: Uint8Array, profile: Uint8Array): Uint8Array {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) throw new RangeError("Expected a JPEG that begins with FF D8.");
  const segments = Math.ceil(profile.length / SEGMENT_MAX_PROFILE);
  if (segments > 255) throw new RangeError(`Expected a profile of at most 255 segments. Got ${segments}.`);
  const out = new Uint8Array(jpeg.length + profile.length + segments * SEGMENT_HEAD_BYTES);
  out.set(jpeg.subarray(0, 2));
  let pos = 2;
  for (let segment = 0; segment < segments; segment++) {
    const part = profile.subarray(segment * SEGMENT_MAX_PROFILE, (segment + 1) * SEGMENT_MAX_PROFILE);
    const segmentBytes = part.length + SEGMENT_HEAD_BYTES - 2;
    out.set([0xff, 0xe2, segmentBytes >> 8, segmentBytes & 0xff], pos);
    for (let i = 0; i < MAGIC.length; i++) out[pos + 4 + i] = MAGIC.charCodeAt(i);
    out[pos + 4 + MAGIC.length] = segment + 1;
    out[pos + 5 + MAGIC.length] = segments;
    out.set(part, pos + SEGMENT_HEAD_BYTES);
    pos += SEGMENT_HEAD_BYTES + part.length;
  }
  out.set(jpeg.subarray(2), pos);
  return out;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let pos = 0;
  for (const part of parts) {
    out.set(part, pos);
    pos += part.length;
  }
  return out;
}
