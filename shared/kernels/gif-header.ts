// A GIF's size and the whereabouts of its first frame (CompuServe GIF89a). Reads no frame but the first and unpacks no LZW.
import { hasTag, readUint16LE } from "./read-integers.ts";

export interface GifHeader {
  readonly format: "gif";
  /** The logical screen, grown to hold the first frame: real files declare 0x0 screens, and browsers do the same. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly firstFrame: GifFrame;
}

export interface GifFrame {
  /** Offset of the Graphic Control Extension that governs the frame, or null. */
  readonly controlStart: number | null;
  /** Offset of the image descriptor (0x2C). */
  readonly descriptorStart: number;
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

const SCREEN_END = 13;
const EXTENSION = 0x21;
const DESCRIPTOR = 0x2c;
const GRAPHIC_CONTROL = 0xf9;
const DESCRIPTOR_BYTES = 10;

/** Bytes of the colour table a packed field announces: 0, or 3 x 2^(n + 1). */
export function gifColorTableBytes(packed: number): number {
  return packed & 0x80 ? 3 << ((packed & 7) + 1) : 0;
}

/** Offset behind a chain of data sub-blocks, or null when the bytes end first. */
export function skipGifSubBlocks(bytes: Uint8Array, start: number): number | null {
  let pos = start;
  while (pos < bytes.length) {
    const blockBytes = bytes[pos];
    pos += 1 + blockBytes;
    if (blockBytes === 0) return pos;
  }
  return null;
}

/** @param prefix The first bytes of the file, up to and with the first image descriptor. */
export function parseGifHeader(prefix: Uint8Array): GifHeader | "incomplete" | "corrupt" {
  if (prefix.length < SCREEN_END) return "incomplete";
  if (!hasTag(prefix, 0, "GIF87a") && !hasTag(prefix, 0, "GIF89a")) return "corrupt";
  let controlStart: number | null = null;
  let pos = SCREEN_END + gifColorTableBytes(prefix[10]);
  while (pos < prefix.length) {
    const introducer = prefix[pos];
    if (introducer === EXTENSION) {
      if (prefix[pos + 1] === GRAPHIC_CONTROL) controlStart = pos;
      const next = skipGifSubBlocks(prefix, pos + 2);
      if (next === null) return "incomplete";
      pos = next;
    } else if (introducer === DESCRIPTOR) {
      if (pos + DESCRIPTOR_BYTES > prefix.length) return "incomplete";
      const frame = {
        controlStart,
        descriptorStart: pos,
        leftPx: readUint16LE(prefix, pos + 1),
        topPx: readUint16LE(prefix, pos + 3),
        widthPx: readUint16LE(prefix, pos + 5),
        heightPx: readUint16LE(prefix, pos + 7),
      };
      if (frame.widthPx === 0 || frame.heightPx === 0) return "corrupt";
      const widthPx = Math.max(readUint16LE(prefix, 6), frame.leftPx + frame.widthPx);
      const heightPx = Math.max(readUint16LE(prefix, 8), frame.topPx + frame.heightPx);
      return { format: "gif", widthPx, heightPx, firstFrame: frame };
    } else {
      // The trailer (0x3B) before any frame, or noise: there is no picture.
      return "corrupt";
    }
  }
  return "incomplete";
}
