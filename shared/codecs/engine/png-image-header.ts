// What the decoder needs of IHDR beyond the size (W3C PNG, third edition, §11.2.1). The rest is the kernels' header
// parser's.
import { parsePngHeader } from "../../kernels/png-header.ts";

/** Bytes of signature and IHDR chunk: what a PNG must begin with. */
export const PNG_HEADER_BYTES = 33;

export const PNG_COLOUR = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export interface PngImageHeader {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitDepth: number;
  /** One of PNG_COLOUR. */
  readonly colourType: number;
  readonly bitsPerPixel: number;
  readonly isInterlaced: boolean;
}

/** @param prefix The first PNG_HEADER_BYTES. @returns null for what the standard does not allow. */
export function readPngImageHeader(prefix: Uint8Array): PngImageHeader | null {
  const parsed = parsePngHeader(prefix);
  if (typeof parsed === "string") return null;
  const [bitDepth = 0, colourType = 0, compression, filter, interlace] = prefix.subarray(24, 29);
  if (compression !== 0 || filter !== 0 || (interlace !== 0 && interlace !== 1)) return null;
  const { widthPx, heightPx } = parsed;
  const bitsPerPixel = bitDepth * (CHANNELS[colourType] ?? 0);
  return { widthPx, heightPx, bitDepth, colourType, bitsPerPixel, isInterlaced: interlace === 1 };
}
