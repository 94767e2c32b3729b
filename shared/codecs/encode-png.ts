// A picture in the pixel module to a PNG in full colour, a band of rows at a time: beside the picture lies what it is compressed to.
// Shrinks nothing and stores nothing.
import { constants, deflateRawSync, deflateSync, type ZlibOptions } from "node:zlib";
import { PNG_SIGNATURE, pngChunk, pngHeaderChunk } from "../kernels/png-chunks.ts";
import type { PixelImage, Pixels } from "./pixels/pixels.ts";

/** Channels a pixel has in the file: grey, colours, colours with alpha. */
export type PngChannels = 1 | 3 | 4;

export interface PngEncodeOptions {
  /** What of RGBA is written: red alone as grey, colours without alpha, or all. */
  readonly channels: PngChannels;
  readonly iccProfile: Uint8Array | null;
  /** A TIFF structure. */
  readonly exif: Uint8Array | null;
}

const COLOUR_TYPE = { 1: 0, 3: 2, 4: 6 } as const;
/**
 * What filtering leaves of photos is noise: looking for repetitions (zlib's level 4) takes twice as long there and finds less than
 * runs of one byte save. What is drawn repeats itself. So many bytes of a band tell which it is: where looking brings its sample
 * below this share of what runs make of it, the band is worth it.
 */
const SAMPLE_BYTES = 24 * 1024;
const WORTH_SHARE = 0.8;
const THOROUGH = { level: 6 };
const BY_RUNS = { strategy: constants.Z_RLE };
/** What zlib looks back at (bytes, RFC 1951 §2). */
const WINDOW_BYTES = 32 * 1024;
/** Filtered at once: enough that the compressor's beginnings do not count. */
const BAND_BYTES = 512 * 1024;
/** CMF and FLG of RFC 1950 §2.2: deflate, a window of 32 KiB, no dictionary. */
const ZLIB_HEADER = Uint8Array.of(0x78, 0x5e);

/** Throws EngineTrap "out-of-memory" where there is no room for a band. */
export async function encodePng(
  pixels: Pixels,
  image: PixelImage,
  { channels, iccProfile, exif }: PngEncodeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { widthPx, heightPx } = image;
  const chunks = [PNG_SIGNATURE, pngHeaderChunk({ widthPx, heightPx, bitDepth: 8, colourType: COLOUR_TYPE[channels] })];
  if (iccProfile !== null) chunks.push(profileChunk(iccProfile));
  if (exif !== null) chunks.push(pngChunk("eXIf", exif));
  chunks.push(pngChunk("IDAT", ...compressRows(pixels, image, channels)), pngChunk("IEND"));
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** One zlib stream. Each band is compressed by itself, with the end of the one before it to look back at. */
function compressRows(pixels: Pixels, image: PixelImage, channels: PngChannels): Uint8Array[] {
  const { address, widthPx, heightPx } = image;
  const rowBytes = widthPx * channels + 1;
  const bandRows = Math.max(1, Math.floor(BAND_BYTES / rowBytes));
  const start = pixels.mark();
  const window = pixels.call((kernel) => kernel.allocate(WINDOW_BYTES + bandRows * rowBytes));
  const band = window + WINDOW_BYTES;
  const stream: Uint8Array[] = [ZLIB_HEADER];
  let checksum = 1;
  let windowBytes = 0;
  for (let row = 0; row < heightPx; row += bandRows) {
    const end = Math.min(heightPx, row + bandRows);
    const sizeBytes = (end - row) * rowBytes;
    pixels.call((kernel) => kernel.filterPngRows(address, widthPx, row, end, channels, band));
    checksum = pixels.call((kernel) => kernel.adler32(checksum, band, sizeBytes));
    const bytes = pixels.bytes();
    const before = windowBytes > 0 ? { dictionary: bytes.subarray(band - windowBytes, band) } : {};
    // A band that is not the last ends at a whole byte, so that the next one's can follow.
    const finishFlush = end === heightPx ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    stream.push(compressBand(bytes.subarray(band, band + sizeBytes), { ...before, finishFlush }));
    windowBytes = Math.min(WINDOW_BYTES, windowBytes + sizeBytes);
    bytes.copyWithin(band - windowBytes, band + sizeBytes - windowBytes, band + sizeBytes);
  }
  pixels.release(start);
  const trailer = new Uint8Array(4);
  new DataView(trailer.buffer).setUint32(0, checksum >>> 0);
  return [...stream, trailer];
}

function compressBand(band: Uint8Array, options: Pick<ZlibOptions, "dictionary" | "finishFlush">): Uint8Array {
  const from = Math.max(0, (band.length - SAMPLE_BYTES) >> 1);
  const sample = band.subarray(from, from + SAMPLE_BYTES);
  const isDrawn = deflateRawSync(sample, THOROUGH).length < deflateRawSync(sample, BY_RUNS).length * WORTH_SHARE;
  return deflateRawSync(band, { ...options, ...(isDrawn ? THOROUGH : BY_RUNS) });
}

/** §11.3.2.3: a name, the method, the compressed profile. */
function profileChunk(profile: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode("ICC Profile\0\0");
  return pngChunk("iCCP", name, deflateSync(profile));
}
