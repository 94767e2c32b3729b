// A PNG's size, frames and orientation from its chunks (W3C PNG, third edition). Inflates nothing.
import { type Orientation, readExifOrientation } from "./exif-orientation.ts";
import { hasTag, readUint32BE } from "./read-integers.ts";

export interface PngHeader {
  readonly format: "png";
  readonly widthPx: number;
  readonly heightPx: number;
  /** From an eXIf chunk, if the given bytes reach it. */
  readonly orientation?: Orientation;
  /** Frames of an APNG; absent for a still. */
  readonly frames?: number;
}

const SIGNATURE = "\x89PNG\r\n\x1a\n";
const IHDR_END = 33;
/** Largest side the standard allows: 2^31 - 1. */
const MAX_SIDE_PX = 0x7fffffff;
/** Chunks looked at behind IHDR; each step is 12 bytes at least, so the loop is bounded anyway, but 100 MB of empty chunks are slow. */
const MAX_CHUNKS = 10_000;
/** Allowed bit depths by colour type (table 11.1): grey, RGB, palette, grey + alpha, RGBA. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** @param prefix The first bytes of the file; 33 give the size, orientation and frames are found as far as the bytes reach. */
export function parsePngHeader(prefix: Uint8Array): PngHeader | "incomplete" | "corrupt" {
  if (!hasTag(prefix, 0, SIGNATURE)) return prefix.length < SIGNATURE.length ? "incomplete" : "corrupt";
  if (prefix.length < IHDR_END) return "incomplete";
  if (readUint32BE(prefix, 8) !== 13 || !hasTag(prefix, 12, "IHDR")) return "corrupt";
  const widthPx = readUint32BE(prefix, 16);
  const heightPx = readUint32BE(prefix, 20);
  if (widthPx === 0 || heightPx === 0 || widthPx > MAX_SIDE_PX || heightPx > MAX_SIDE_PX) return "corrupt";
  if (!DEPTHS[prefix[25]]?.includes(prefix[24])) return "corrupt";

  let orientation: Orientation | undefined;
  let frames: number | undefined;
  let pos = IHDR_END;
  for (let chunk = 0; chunk < MAX_CHUNKS && pos + 8 <= prefix.length; chunk++) {
    const bodyStart = pos + 8;
    const bodyEnd = bodyStart + readUint32BE(prefix, pos);
    if (hasTag(prefix, pos + 4, "IEND")) break;
    if (hasTag(prefix, pos + 4, "eXIf")) orientation ??= readExifOrientation(prefix.subarray(bodyStart, bodyEnd));
    if (hasTag(prefix, pos + 4, "acTL") && bodyStart + 4 <= prefix.length) frames ??= readUint32BE(prefix, bodyStart);
    pos = bodyEnd + 4;
  }
  return {
    format: "png",
    widthPx,
    heightPx,
    ...(orientation === undefined ? {} : { orientation }),
    ...(frames === undefined ? {} : { frames }),
  };
}

/** Colour types that have alpha of their own (table 11.1): grey and RGB. */
const WITH_ALPHA = [4, 6];

/** @param prefix of a sound PNG. Whether some pixel may let something through; a tRNS chunk behind the prefix is not seen. */
export function mayPngHaveAlpha(prefix: Uint8Array): boolean {
  if (WITH_ALPHA.includes(prefix[25])) return true;
  let pos = IHDR_END;
  for (let chunk = 0; chunk < MAX_CHUNKS && pos + 8 <= prefix.length; chunk++) {
    if (hasTag(prefix, pos + 4, "tRNS")) return true;
    if (hasTag(prefix, pos + 4, "IDAT")) return false;
    pos += readUint32BE(prefix, pos) + 12;
  }
  return false;
}
