// A baseline JFIF file around a coded scan (ITU-T T.81 Annex B, T.871): markers and nothing more. Codes no pixels.
import { insertJpegIccProfile } from "../../kernels/icc-profile.ts";

export interface JpegParts {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Steps row by row of vertical frequency: luma, and for colour chroma. Colour is 4:2:0. */
  readonly quantisation: readonly [Uint8Array] | readonly [Uint8Array, Uint8Array];
  /** Per entry of `quantisation` a DC and an AC table: 16 counts of codes by length, then the symbols. */
  readonly huffman: readonly Uint8Array[];
  readonly scan: Uint8Array;
  readonly iccProfile: Uint8Array | null;
}

// biome-ignore format: a matrix reads as one.
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10,
  17, 24, 32, 25, 18, 11, 4, 5,
  12, 19, 26, 33, 40, 48, 41, 34,
  27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36,
  29, 22, 15, 23, 30, 37, 44, 51,
  58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
];
const START_OF_IMAGE = [0xff, 0xd8];
const END_OF_IMAGE = [0xff, 0xd9];
/** JFIF 1.01, pixels without a density, no thumbnail. */
const JFIF = [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
const APP0 = 0xe0;
const DEFINE_QUANTISATION = 0xdb;
const START_OF_FRAME_BASELINE = 0xc0;
const DEFINE_HUFFMAN = 0xc4;
const START_OF_SCAN = 0xda;
/** Largest side a frame header can name. */
const MAX_SIDE_PX = 0xffff;

export function assembleJpeg(parts: JpegParts): Uint8Array {
  const { widthPx, heightPx, quantisation, huffman, scan, iccProfile } = parts;
  if (widthPx < 1 || heightPx < 1 || widthPx > MAX_SIDE_PX || heightPx > MAX_SIDE_PX) {
    throw new RangeError(`Expected sides of 1 to ${MAX_SIDE_PX} px. Got ${widthPx}x${heightPx}.`);
  }
  const isGrey = quantisation.length === 1;
  const head = [
    ...START_OF_IMAGE,
    ...segment(APP0, JFIF),
    ...quantisation.flatMap((steps, id) => segment(DEFINE_QUANTISATION, [id, ...ZIGZAG.map((at) => steps[at] ?? 0)])),
    ...segment(START_OF_FRAME_BASELINE, frameHeader(widthPx, heightPx, isGrey)),
    // Class in the upper four bits, DC then AC; the pair's number in the lower.
    ...huffman.flatMap((table, i) => segment(DEFINE_HUFFMAN, [((i & 1) << 4) | (i >> 1), ...table])),
    // Components with their tables, then all frequencies at full precision.
    ...segment(START_OF_SCAN, [...(isGrey ? [1, 1, 0x00] : [3, 1, 0x00, 2, 0x11, 3, 0x11]), 0, 63, 0]),
  ];
  const jpeg = new Uint8Array(head.length + scan.length + END_OF_IMAGE.length);
  jpeg.set(head);
  jpeg.set(scan, head.length);
  jpeg.set(END_OF_IMAGE, head.length + scan.length);
  return iccProfile === null ? jpeg : insertJpegIccProfile(jpeg, iccProfile);
}

function frameHeader(widthPx: number, heightPx: number, isGrey: boolean): number[] {
  const size = [heightPx >> 8, heightPx & 0xff, widthPx >> 8, widthPx & 0xff];
  const components = isGrey ? [1, 1, 0x11, 0] : [3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
  return [8, ...size, ...components];
}

function segment(marker: number, body: readonly number[]): number[] {
  const sizeBytes = body.length + 2;
  return [0xff, marker, sizeBytes >> 8, sizeBytes & 0xff, ...body];
}
