// A colour profile put into a plain WebP, which then becomes an extended one (RFC 9649 §2.7). Copies, never converts.
import { hasTag } from "./read-integers.ts";

const RIFF_HEAD_BYTES = 12;
const CHUNK_HEAD_BYTES = 8;
const VP8X_BODY_BYTES = 10;
const FLAG_ICC = 0x20;

/**
 * @param webp A simple file format WebP (RFC 9649 §2.5): one VP8 chunk behind the RIFF header, so without alpha.
 * @param canvas Its size, each side 1 to 16,383.
 * @returns the same picture with the profile in front of it. Throws when `webp` does not begin as one.
 */
export function insertWebpIccProfile(
  webp: Uint8Array,
  profile: Uint8Array,
  canvas: { readonly widthPx: number; readonly heightPx: number },
): Uint8Array {
  if (!hasTag(webp, 0, "RIFF") || !hasTag(webp, 8, "WEBPVP8 "))
    throw new RangeError("Expected a WebP that begins with a VP8 chunk.");
  const picture = webp.subarray(RIFF_HEAD_BYTES);
  // Chunks begin at even offsets; the padding is not counted in their own size.
  const profileEnd = RIFF_HEAD_BYTES + 2 * CHUNK_HEAD_BYTES + VP8X_BODY_BYTES + profile.length + (profile.length & 1);
  const out = new Uint8Array(profileEnd + picture.length);
  const view = new DataView(out.buffer);
  const writeChunkHead = (pos: number, fourCC: string, bodyBytes: number): number => {
    for (let i = 0; i < 4; i++) out[pos + i] = fourCC.charCodeAt(i);
    view.setUint32(pos + 4, bodyBytes, true);
    return pos + CHUNK_HEAD_BYTES;
  };
  writeChunkHead(0, "RIFF", out.length - CHUNK_HEAD_BYTES);
  out.set(webp.subarray(CHUNK_HEAD_BYTES, RIFF_HEAD_BYTES), CHUNK_HEAD_BYTES);
  const extended = writeChunkHead(RIFF_HEAD_BYTES, "VP8X", VP8X_BODY_BYTES);
  // Flags and 24 reserved bits, then the sides less one in 24 bits each.
  view.setUint32(extended, FLAG_ICC, true);
  view.setUint32(extended + 4, canvas.widthPx - 1, true);
  view.setUint16(extended + 7, (canvas.heightPx - 1) & 0xffff, true);
  out[extended + 9] = (canvas.heightPx - 1) >> 16;
  out.set(profile, writeChunkHead(extended + VP8X_BODY_BYTES, "ICCP", profile.length));
  out.set(picture, profileEnd);
  return out;
}
