// A JPEG's size, coding and orientation from its marker segments (ITU-T T.81 annex B). Never touches entropy-coded data.
import { type Orientation, readExifOrientation } from "./exif-orientation.ts";
import { hasTag, readUint16BE } from "./read-integers.ts";

export interface JpegCoding {
  readonly process: "baseline" | "extended" | "progressive" | "lossless" | "hierarchical";
  readonly isArithmetic: boolean;
  /** Bits of one sample: 8 nearly always, 12 in medical images. */
  readonly precisionBits: number;
  /** 1 grey, 3 colour, 4 CMYK or YCCK. */
  readonly components: number;
}

export interface JpegHeader {
  readonly format: "jpeg";
  /** As stored, before orientation; at least 1. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly orientation?: Orientation;
  readonly coding: JpegCoding;
  /** Bytes from the start of the file in which all metadata lies. */
  readonly metadataBytes: number;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;
const EXIF_MAGIC = "Exif\0\0";

/** T.81 table B.1. The gaps are no frames: C4 is DHT, C8 is reserved, CC is DAC. */
const PROCESS_BY_MARKER: Readonly<Record<number, JpegCoding["process"]>> = {
  192: "baseline",
  193: "extended",
  194: "progressive",
  195: "lossless",
  197: "hierarchical",
  198: "hierarchical",
  199: "hierarchical",
  201: "extended",
  202: "progressive",
  203: "lossless",
  205: "hierarchical",
  206: "hierarchical",
  207: "hierarchical",
};
/** Frame markers from here on are the arithmetic-coded twins. */
const FIRST_ARITHMETIC_MARKER = 0xc9;

/**
 * @param prefix The first bytes of the file. A frame header behind large profiles needs more than a usual prefix: "incomplete".
 * @returns "corrupt" when no frame header can follow. A height of 0 (defined later by DNL) counts as corrupt, as in libjpeg.
 */
export function parseJpegHeader(prefix: Uint8Array): JpegHeader | "incomplete" | "corrupt" {
  if (prefix.length < 2) return "incomplete";
  if (prefix[0] !== 0xff || prefix[1] !== SOI) return "corrupt";
  let orientation: Orientation | undefined;
  let frame: Omit<JpegHeader, "metadataBytes" | "orientation"> | undefined;
  let pos = 2;
  const finish = (): JpegHeader | "incomplete" =>
    frame === undefined
      ? "incomplete"
      : {
          ...frame,
          metadataBytes: Math.min(pos, prefix.length),
          ...(orientation === undefined ? {} : { orientation }),
        };

  while (true) {
    // Stray bytes and fill bytes before a marker are legal enough that libjpeg skips them with a warning.
    pos = prefix.indexOf(0xff, pos);
    if (pos < 0) pos = prefix.length;
    while (pos < prefix.length && prefix[pos] === 0xff) pos++;
    if (pos >= prefix.length) return finish();
    const marker = prefix[pos++];
    if (marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= SOI)) continue;
    if (marker === EOI || marker === SOS) return frame === undefined ? "corrupt" : finish();

    if (pos + 2 > prefix.length) return finish();
    const segmentBytes = readUint16BE(prefix, pos);
    if (segmentBytes < 2) return frame === undefined ? "corrupt" : finish();
    const bodyStart = pos + 2;
    const segmentEnd = pos + segmentBytes;
    const process = PROCESS_BY_MARKER[marker];
    if (process !== undefined && frame === undefined) {
      if (segmentBytes < 8) return "corrupt";
      if (bodyStart + 6 > prefix.length) return "incomplete";
      const heightPx = readUint16BE(prefix, bodyStart + 1);
      const widthPx = readUint16BE(prefix, bodyStart + 3);
      const components = prefix[bodyStart + 5];
      if (widthPx === 0 || heightPx === 0 || components === 0) return "corrupt";
      const isArithmetic = marker >= FIRST_ARITHMETIC_MARKER;
      const coding = { process, isArithmetic, precisionBits: prefix[bodyStart], components };
      frame = { format: "jpeg", widthPx, heightPx, coding };
    } else if (marker === APP1 && orientation === undefined && hasTag(prefix, bodyStart, EXIF_MAGIC)) {
      orientation = readExifOrientation(prefix.subarray(bodyStart + EXIF_MAGIC.length, segmentEnd));
    }
    pos = segmentEnd;
    if (pos >= prefix.length) return finish();
  }
}
