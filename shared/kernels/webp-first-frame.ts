// Rewraps the first frame of an animated WebP as a still WebP, which plain decoders read (RFC 9649 §2.7.1). Decodes no pixels.
import { hasTag, readUint24LE } from "./read-integers.ts";
import { parseWebpHeader, walkWebpChunks } from "./webp-header.ts";

export interface WebpFirstFrame {
  readonly still: Uint8Array;
  /** Where the frame lies on the canvas. */
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

const FRAME_HEADER_BYTES = 16;
const FLAG_ALPHA = 0x10;

/** @returns null when the file is no animation, or its first frame is absent or outside the canvas. */
export function cutWebpFirstFrame(bytes: Uint8Array): WebpFirstFrame | null {
  const canvas = parseWebpHeader(bytes);
  if (typeof canvas === "string" || !canvas.isAnimated) return null;
  for (const { fourCC, bodyStart, bodyEnd } of walkWebpChunks(bytes, 12, bytes.length)) {
    if (fourCC !== "ANMF") continue;
    if (bodyStart + FRAME_HEADER_BYTES > bytes.length) return null;
    // Offsets are stored halved, sizes less one.
    const leftPx = readUint24LE(bytes, bodyStart) * 2;
    const topPx = readUint24LE(bytes, bodyStart + 3) * 2;
    const widthPx = readUint24LE(bytes, bodyStart + 6) + 1;
    const heightPx = readUint24LE(bytes, bodyStart + 9) + 1;
    if (leftPx + widthPx > canvas.widthPx || topPx + heightPx > canvas.heightPx) return null;
    const chunks = bytes.subarray(bodyStart + FRAME_HEADER_BYTES, Math.min(bodyEnd, bytes.length));
    return { still: wrapStill(chunks, widthPx, heightPx), leftPx, topPx, widthPx, heightPx };
  }
  return null;
}

function wrapStill(chunks: Uint8Array, widthPx: number, heightPx: number): Uint8Array {
  const head = new Uint8Array(30);
  const view = new DataView(head.buffer);
  const writeTag = (pos: number, tag: string) => {
    for (let i = 0; i < 4; i++) head[pos + i] = tag.charCodeAt(i);
  };
  writeTag(0, "RIFF");
  view.setUint32(4, head.length - 8 + chunks.length, true);
  writeTag(8, "WEBP");
  writeTag(12, "VP8X");
  view.setUint32(16, 10, true);
  head[20] = hasTag(chunks, 0, "ALPH") || hasTag(chunks, 0, "VP8L") ? FLAG_ALPHA : 0;
  writeUint24LE(head, 24, widthPx - 1);
  writeUint24LE(head, 27, heightPx - 1);
  const still = new Uint8Array(head.length + chunks.length);
  still.set(head);
  still.set(chunks, head.length);
  return still;
}

function writeUint24LE(bytes: Uint8Array, pos: number, value: number): void {
  bytes[pos] = value & 0xff;
  bytes[pos + 1] = (value >> 8) & 0xff;
  bytes[pos + 2] = value >> 16;
}
