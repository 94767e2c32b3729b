// A colour profile and other metadata put into a WebP, which then becomes an extended one (RFC 9649 §2.7). Copies, never converts.
import { hasTag } from "./read-integers.ts";

const RIFF_HEAD_BYTES = 12;
const CHUNK_HEAD_BYTES = 8;
const VP8X_BODY_BYTES = 10;
const FLAG_ICC = 0x20;
const FLAG_ALPHA = 0x10;
const FLAG_EXIF = 0x08;
/** Where a lossless picture says whether its alpha is used, behind its signature and its sides (§3.4). */
const LOSSLESS_ALPHA_BIT = 0x10;

export interface WebpMetadata {
  readonly iccProfile: Uint8Array | null;
  /** A TIFF structure. */
  readonly exif: Uint8Array | null;
}

/**
 * @param webp A still WebP that begins with its picture (§2.5, §2.6) or is extended already (§2.7), without such metadata.
 * @param canvas Its size, each side 1 to 16,383.
 * @returns the same picture with the profile in front of it and the EXIF behind. Throws when `webp` does not begin as one.
 */
export function insertWebpMetadata(
  webp: Uint8Array,
  { iccProfile, exif }: WebpMetadata,
  canvas: { readonly widthPx: number; readonly heightPx: number },
): Uint8Array {
  if (iccProfile === null && exif === null) return webp;
  const { flags, pictureStart } = readPicture(webp);
  const picture = webp.subarray(pictureStart);
  const chunkBytes = (body: Uint8Array | null) =>
    body === null ? 0 : CHUNK_HEAD_BYTES + body.length + (body.length & 1);
  const start = RIFF_HEAD_BYTES + CHUNK_HEAD_BYTES + VP8X_BODY_BYTES;
  const out = new Uint8Array(start + chunkBytes(iccProfile) + picture.length + chunkBytes(exif));
  const view = new DataView(out.buffer);
  const writeChunkHead = (pos: number, fourCC: string, bodyBytes: number): number => {
    for (let i = 0; i < 4; i++) out[pos + i] = fourCC.charCodeAt(i);
    view.setUint32(pos + 4, bodyBytes, true);
    return pos + CHUNK_HEAD_BYTES;
  };
  /** Chunks begin at even offsets; the padding is not counted in their own size. */
  const writeChunk = (pos: number, fourCC: string, body: Uint8Array | null): number => {
    if (body === null) return pos;
    out.set(body, writeChunkHead(pos, fourCC, body.length));
    return pos + chunkBytes(body);
  };
  writeChunkHead(0, "RIFF", out.length - CHUNK_HEAD_BYTES);
  out.set(webp.subarray(CHUNK_HEAD_BYTES, RIFF_HEAD_BYTES), CHUNK_HEAD_BYTES);
  const extended = writeChunkHead(RIFF_HEAD_BYTES, "VP8X", VP8X_BODY_BYTES);
  // Flags and 24 reserved bits, then the sides less one in 24 bits each.
  view.setUint32(extended, flags | (iccProfile === null ? 0 : FLAG_ICC) | (exif === null ? 0 : FLAG_EXIF), true);
  view.setUint32(extended + 4, canvas.widthPx - 1, true);
  view.setUint16(extended + 7, (canvas.heightPx - 1) & 0xffff, true);
  out[extended + 9] = (canvas.heightPx - 1) >> 16;
  const pictureAt = writeChunk(start, "ICCP", iccProfile);
  out.set(picture, pictureAt);
  writeChunk(pictureAt + picture.length, "EXIF", exif);
  return out;
}

function readPicture(webp: Uint8Array): { readonly flags: number; readonly pictureStart: number } {
  const first = RIFF_HEAD_BYTES + CHUNK_HEAD_BYTES;
  if (hasTag(webp, 0, "RIFF") && hasTag(webp, 8, "WEBP")) {
    if (hasTag(webp, RIFF_HEAD_BYTES, "VP8X")) return { flags: webp[first], pictureStart: first + VP8X_BODY_BYTES };
    if (hasTag(webp, RIFF_HEAD_BYTES, "VP8 ")) return { flags: 0, pictureStart: RIFF_HEAD_BYTES };
    if (hasTag(webp, RIFF_HEAD_BYTES, "VP8L"))
      return { flags: (webp[first + 4] & LOSSLESS_ALPHA_BIT) === 0 ? 0 : FLAG_ALPHA, pictureStart: RIFF_HEAD_BYTES };
  }
  throw new RangeError("Expected a WebP that begins with its picture or is extended.");
}
