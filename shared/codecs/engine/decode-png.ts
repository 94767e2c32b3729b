// A stored PNG to planes in the engine's memory, while it is read. What the file is to blame for is a value.
// Of an APNG this is the default image: its other frames are chunks nobody needs.
import { type Orientation, readExifOrientation } from "../../kernels/exif-orientation.ts";
import { ByteReader, type ByteSource } from "./byte-source.ts";
import { type Engine, EngineTrap } from "./engine.ts";
import type { PlanarImage, Plane } from "./planes.ts";
import { choosePngBox } from "./png-box.ts";
import { describeSize, PngFault, PngFile } from "./png-file.ts";
import { PNG_COLOUR, PNG_HEADER_BYTES, type PngImageHeader, readPngImageHeader } from "./png-image-header.ts";

export interface PngOptions {
  /** The largest size that will be made of the planes, as stored: they are at least as large, where the image is. */
  readonly wanted: { readonly widthPx: number; readonly heightPx: number };
}

export interface PngDecoded<Pixels> {
  readonly kind: "decoded";
  /** `widthPx` and `heightPx` are the file's; planes may be whole fractions of it, like those of a scaled JPEG. */
  readonly image: Pixels;
  /** Body of the eXIf chunk, a TIFF structure; null where there is none, or one larger than 64 KB. */
  readonly exif: Uint8Array | null;
  /** Undefined: no eXIf chunk says anything. */
  readonly orientation: Orientation | undefined;
  /** Inflated, as far as it is small enough to be copied anywhere. */
  readonly iccProfile: Uint8Array | null;
}

export interface PngFailed {
  readonly kind: "failed";
  readonly reason: "corrupt" | "too-large";
  /** For logs, never for clients. */
  readonly detail: string;
}

/** 8-bit RGBA of the whole image, alpha as it is; 16-bit samples are cut to their high byte. */
export interface RgbaPixels {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly data: Uint8Array;
}

/** Pixels `decodePngRgba` keeps. It is for small pictures and for tests. */
const RGBA_MAX_PIXELS = 8_000_000;

/**
 * Planes stay in the engine until its owner releases them, whose mark must lie before this call. Nobody else may decode
 * a PNG with this engine meanwhile. The source is read to its end, for metadata may stand behind the pixels, but not
 * closed.
 *
 * Truncated files are corrupt, unless every row is there. Throws only what is not the file's fault.
 */
export async function decodePng(
  engine: Engine,
  source: ByteSource,
  { wanted }: PngOptions,
): Promise<PngDecoded<PlanarImage> | PngFailed> {
  return await decode(engine, source, (header) => {
    const box = choosePngBox(header, wanted);
    return box === null ? null : { box, keepsRgba: false, finish: () => describePlanes(engine, header, box) };
  });
}

/**
 * Every pixel as it is, for pictures of at most 8 MP: a view of the engine's memory, good until the caller releases to a mark of its
 * own or the memory grows.
 */
export async function decodePngRgba(engine: Engine, source: ByteSource): Promise<PngDecoded<RgbaPixels> | PngFailed> {
  return await decode(engine, source, ({ widthPx, heightPx }) => {
    if (widthPx * heightPx > RGBA_MAX_PIXELS) return null;
    const finish = (): RgbaPixels => {
      const address = engine.exports.pngRgba();
      return { widthPx, heightPx, data: engine.bytes().subarray(address, address + widthPx * heightPx * 4) };
    };
    return { box: 1, keepsRgba: true, finish };
  });
}

interface DecodingPlan<Pixels> {
  readonly box: number;
  readonly keepsRgba: boolean;
  readonly finish: () => Pixels;
}

async function decode<Pixels>(
  engine: Engine,
  source: ByteSource,
  plan: (header: PngImageHeader) => DecodingPlan<Pixels> | null,
): Promise<PngDecoded<Pixels> | PngFailed> {
  try {
    const reader = new ByteReader(source);
    const prefix = await reader.read(PNG_HEADER_BYTES);
    const header = readPngImageHeader(prefix);
    if (header === null) throw new PngFault("corrupt", "no sound IHDR");
    const planned = plan(header);
    if (planned === null) throw new PngFault("too-large", describeSize(header));
    const file = new PngFile(engine, header, reader);
    const { widthPx, heightPx, bitDepth, colourType, isInterlaced } = header;
    const { box, keepsRgba, finish } = planned;
    engine.call((kernel) =>
      kernel.beginPng(widthPx, heightPx, bitDepth, colourType, isInterlaced ? 1 : 0, box, keepsRgba ? 1 : 0),
    );
    file.checkCrc("IHDR", file.crcOf(prefix.subarray(12, 29)), prefix.subarray(29, 33));
    await file.readChunks();
    const { exif } = file;
    const orientation = exif === null ? undefined : readExifOrientation(exif);
    // Before anybody looks at the memory: it may grow for this.
    const iccProfile = file.inflateProfile();
    return { kind: "decoded", image: finish(), exif, orientation, iccProfile };
  } catch (error) {
    if (error instanceof PngFault) return { kind: "failed", reason: error.reason, detail: error.message };
    if (error instanceof EngineTrap && error.reason === "out-of-memory") {
      return { kind: "failed", reason: "too-large", detail: error.message };
    }
    throw error;
  }
}

function describePlanes(engine: Engine, header: PngImageHeader, box: number): PlanarImage {
  const { widthPx, heightPx, colourType } = header;
  const plane = (index: 0 | 1 | 2): Plane => {
    const pxPerSample = index === 0 ? box : box * 2;
    const planeWidth = Math.ceil(widthPx / pxPerSample);
    const address = engine.exports.pngPlane(index);
    const strideBytes = Math.ceil(planeWidth / 16) * 16;
    return { address, strideBytes, widthPx: planeWidth, heightPx: Math.ceil(heightPx / pxPerSample) };
  };
  const isGrey = colourType === PNG_COLOUR.grey || colourType === PNG_COLOUR.greyAlpha;
  return { widthPx, heightPx, planes: isGrey ? [plane(0)] : [plane(0), plane(1), plane(2)] };
}
