// Pixels to a PNG in full colour, a band of rows at a time. Shrinks nothing and stores nothing.
import { PNG_SIGNATURE, pngChunk, pngHeaderChunk } from "../kernels/png-chunks.ts";
import { createRowFilter, type PngChannels } from "../kernels/png-filter-rows.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { deflate } from "./deflate.ts";

export interface PngEncodeOptions {
  /** What of RGBA is written: red alone as grey, colours without alpha, or all. */
  readonly channels: PngChannels;
  readonly iccProfile: Uint8Array | null;
  /** A TIFF structure. */
  readonly exif: Uint8Array | null;
}

const COLOUR_TYPE = { 1: 0, 3: 2, 4: 6 } as const;
/** Rows filtered at once: what is handed to the compressor is copied, so few, and calls cost, so not one. */
const BAND_ROWS = 32;

/** @param image left alone until the file is there */
export async function encodePng(
  image: RgbaImage,
  { channels, iccProfile, exif }: PngEncodeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { widthPx, heightPx } = image;
  const rows = createRowFilter(image, channels, BAND_ROWS);
  const data = await deflate(function* () {
    for (let row = 0; row < heightPx; row += BAND_ROWS)
      yield rows.filter(row, Math.min(heightPx, row + BAND_ROWS)).slice();
  });
  const chunks = [PNG_SIGNATURE, pngHeaderChunk({ widthPx, heightPx, bitDepth: 8, colourType: COLOUR_TYPE[channels] })];
  if (iccProfile !== null) chunks.push(await profileChunk(iccProfile));
  if (exif !== null) chunks.push(pngChunk("eXIf", exif));
  chunks.push(pngChunk("IDAT", ...data), pngChunk("IEND"));
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** §11.3.2.3: a name, the method, the compressed profile. */
async function profileChunk(profile: Uint8Array): Promise<Uint8Array> {
  const name = new TextEncoder().encode("ICC Profile\0\0");
  return pngChunk("iCCP", name, ...(await deflate(() => [profile])));
}
