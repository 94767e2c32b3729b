// A WebP's canvas, animation and orientation from its RIFF chunks (RFC 9649). Decodes no pixels.
import { type Orientation, readExifOrientation } from "./exif-orientation.ts";
import { hasTag, readUint16LE, readUint24LE, readUint32LE } from "./read-integers.ts";

export interface WebpHeader {
  readonly format: "webp";
  readonly widthPx: number;
  readonly heightPx: number;
  /** From an EXIF chunk, which stands at the end of the file: absent from a short prefix. */
  readonly orientation?: Orientation;
  readonly isAnimated: boolean;
}

export interface WebpChunk {
  readonly fourCC: string;
  readonly bodyStart: number;
  /** May lie beyond the given bytes when they are a prefix. */
  readonly bodyEnd: number;
}

const FIRST_CHUNK = 12;
const FLAG_ANIMATION = 0x02;
const VP8L_SIGNATURE = 0x2f;
/** Chunks walked at most. An animation has one a frame; the header needs the first, EXIF the last few. */
const MAX_CHUNKS = 10_000;

/** Chunks between two offsets, the last one possibly cut off by the end of the bytes. Sizes are padded to even. */
export function* walkWebpChunks(bytes: Uint8Array, start: number, end: number): Generator<WebpChunk> {
  let pos = start;
  for (let i = 0; i < MAX_CHUNKS && pos + 8 <= Math.min(end, bytes.length); i++) {
    const bodyBytes = readUint32LE(bytes, pos + 4);
    const fourCC = String.fromCharCode(...bytes.subarray(pos, pos + 4));
    yield { fourCC, bodyStart: pos + 8, bodyEnd: pos + 8 + bodyBytes };
    pos += 8 + bodyBytes + (bodyBytes & 1);
  }
}

/** @param prefix The first bytes of the file; 30 give the canvas. */
export function parseWebpHeader(prefix: Uint8Array): WebpHeader | "incomplete" | "corrupt" {
  if (prefix.length < FIRST_CHUNK + 8) return "incomplete";
  if (!hasTag(prefix, 0, "RIFF") || !hasTag(prefix, 8, "WEBP")) return "corrupt";
  const size = readCanvas(prefix);
  if (typeof size === "string") return size;
  let orientation: Orientation | undefined;
  for (const { fourCC, bodyStart, bodyEnd } of walkWebpChunks(prefix, FIRST_CHUNK, prefix.length)) {
    if (fourCC !== "EXIF") continue;
    // Some writers keep JPEG's "Exif\0\0" in front of the TIFF block.
    const tiffStart = hasTag(prefix, bodyStart, "Exif\0\0") ? bodyStart + 6 : bodyStart;
    orientation ??= readExifOrientation(prefix.subarray(tiffStart, bodyEnd));
  }
  return { format: "webp", ...size, ...(orientation === undefined ? {} : { orientation }) };
}

/** @returns the TIFF structure of a complete file, a view; null where there is none */
export function readWebpExif(bytes: Uint8Array): Uint8Array | null {
  for (const { fourCC, bodyStart, bodyEnd } of walkWebpChunks(bytes, FIRST_CHUNK, bytes.length)) {
    if (fourCC === "EXIF") return bytes.subarray(bodyStart + (hasTag(bytes, bodyStart, "Exif\0\0") ? 6 : 0), bodyEnd);
  }
  return null;
}

function readCanvas(
  prefix: Uint8Array,
): { widthPx: number; heightPx: number; isAnimated: boolean } | "incomplete" | "corrupt" {
  const body = FIRST_CHUNK + 8;
  // One-colour lossless files are that short.
  if (prefix.length < body + (hasTag(prefix, FIRST_CHUNK, "VP8L") ? 5 : 10)) return "incomplete";
  if (hasTag(prefix, FIRST_CHUNK, "VP8X")) {
    const isAnimated = (prefix[body] & FLAG_ANIMATION) !== 0;
    return { widthPx: readUint24LE(prefix, body + 4) + 1, heightPx: readUint24LE(prefix, body + 7) + 1, isAnimated };
  }
  if (hasTag(prefix, FIRST_CHUNK, "VP8L")) {
    if (prefix[body] !== VP8L_SIGNATURE) return "corrupt";
    // 14 bits of width - 1, then 14 bits of height - 1.
    const bits = readUint32LE(prefix, body + 1);
    return { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1, isAnimated: false };
  }
  if (hasTag(prefix, FIRST_CHUNK, "VP8 ")) {
    // RFC 6386 §9.1: bit 0 of the frame tag is 0 for a key frame, then a start code, then 14-bit sizes.
    if ((prefix[body] & 1) !== 0 || !hasTag(prefix, body + 3, "\x9d\x01\x2a")) return "corrupt";
    const widthPx = readUint16LE(prefix, body + 6) & 0x3fff;
    const heightPx = readUint16LE(prefix, body + 8) & 0x3fff;
    return widthPx === 0 || heightPx === 0 ? "corrupt" : { widthPx, heightPx, isAnimated: false };
  }
  return "corrupt";
}
