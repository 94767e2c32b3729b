// A stored original to its renditions: gate, decode once, shrink, turn, encode. What the file is to blame for is a value.

import { rgbaToThumbHash } from "thumbhash";
import {
  DECODE_MAX_PIXELS,
  HEADER_PREFIX_BYTES,
  RENDITION_MAX_ASPECT,
  RENDITION_WIDTHS,
  type RenditionWidth,
} from "../contracts/limits.ts";
import type { FailReason, SkipReason } from "../contracts/photos.ts";
import { cropImage } from "../kernels/crop.ts";
import { fitRendition } from "../kernels/fit-rendition.ts";
import { flattenOnWhite } from "../kernels/flatten.ts";
import { isIccProfileWorthCopying, readJpegIccProfile } from "../kernels/icc-profile.ts";
import { type ImageHeader, parseImageHeader, seenSize } from "../kernels/image-header.ts";
import { countJpegScans } from "../kernels/jpeg-header.ts";
import { orientedSize, orientImage } from "../kernels/orient.ts";
import { resizeImage } from "../kernels/resize.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import type { DecodeImage } from "./decode-image.ts";
import type { EncodeJpeg } from "./encode-jpeg.ts";
import { type PhotoFacts, readMetadata } from "./photo-facts.ts";
import { type ImageSource, SourceBytes } from "./source-bytes.ts";
import { CodecError } from "./wasm-instance.ts";

export interface Rendition {
  /** The nominal width it is asked for by. */
  readonly widthPx: RenditionWidth;
  /** Its own size: smaller than nominal where the photo is. */
  readonly pixelWidth: number;
  readonly pixelHeight: number;
  readonly mime: "image/jpeg";
  readonly bytes: Uint8Array;
}

export type RenditionResult =
  | {
      readonly kind: "done";
      readonly facts: PhotoFacts;
      /** One per RENDITION_WIDTHS, in that order. */
      readonly renditions: readonly Rendition[];
      readonly thumbhash: Uint8Array;
    }
  | {
      readonly kind: "skipped";
      readonly reason: SkipReason;
      readonly facts: PhotoFacts | null;
      /** For logs, never for clients. */
      readonly detail: string;
    }
  | { readonly kind: "failed"; readonly reason: FailReason; readonly detail: string };

export interface RenditionDeps {
  readonly decodeImage: DecodeImage;
  readonly encodeJpeg: EncodeJpeg;
}

/**
 * Pixels times scans a progressive JPEG may cost. An honest one has 10 to 15 scans; eight hundred over 4 MP take half a minute.
 * 1.5e9 admits 30 scans of the largest image the pixel gate lets through.
 */
const JPEG_MAX_SCAN_PIXELS = 1_500_000_000;
/** Relative difference in aspect an embedded thumbnail may have: a 160 px one is rounded by up to 1 %. */
const THUMBNAIL_ASPECT_TOLERANCE = 0.03;
/** ThumbHash keeps at most 7x7 frequencies: more pixels than this are slow without benefit. */
const THUMBHASH_MAX_PX = 100;

/** Throws only what is not the file's fault: the source cannot be read, a codec cannot be instantiated. */
export async function makeRenditions(deps: RenditionDeps, source: ImageSource): Promise<RenditionResult> {
  const input = await SourceBytes.open(source);
  try {
    const early = await readHeader(input);
    if (early === "unknown") return skipped("unsupported", null, "not an image format on the allow-list");
    if (early === "corrupt") return failed("corrupt", "no sound header");
    if (early.format !== "heic" && isTooLarge(early)) return failed("too-large", describe(early));
    const bytes = await input.readAll();
    // Orientation of PNG and WebP may stand at the end of the file, which the prefix did not reach.
    const header = parseImageHeader(bytes);
    if (typeof header === "string") return failed("corrupt", "no sound header");
    return await renderBytes(deps, header, bytes);
  } finally {
    await input.close();
  }
}

/** Doubles the prefix until the header is complete: a JPEG's may lie behind megabytes of profiles. */
async function readHeader(input: SourceBytes): Promise<ImageHeader | "unknown" | "corrupt"> {
  for (let wanted = HEADER_PREFIX_BYTES; ; wanted *= 2) {
    const header = parseImageHeader(await input.readAtLeast(wanted));
    if (header !== "incomplete") return header;
    if (input.isComplete) return "corrupt";
  }
}

async function renderBytes(
  deps: RenditionDeps,
  header: ImageHeader,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<RenditionResult> {
  const { facts, thumbnail } = readMetadata(header, bytes);
  const refusal = whyUndecodable(header);
  if (refusal !== null) {
    const embedded = findEmbeddedJpeg(header, bytes, thumbnail);
    if (embedded === null) return skipped("unsupported", facts, refusal);
    try {
      return await renderImage(deps, embedded.header, embedded.bytes, facts);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return skipped("unsupported", facts, `${refusal}; its thumbnail: ${error.message}`);
    }
  }
  const scans = header.jpegCoding?.process === "progressive" ? countJpegScans(bytes, 100_000) : 1;
  if (scans * header.widthPx * header.heightPx > JPEG_MAX_SCAN_PIXELS) {
    return failed("too-large", `${scans} scans of ${describe(header)}`);
  }
  try {
    return await renderImage(deps, header, bytes, facts);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return failed("corrupt", error.message);
  }
}

/** Why no decoder here reads a file whose header is sound; null when one does. */
function whyUndecodable({ format, jpegCoding }: ImageHeader): string | null {
  if (format === "heic") return "HEIC has no decoder here";
  if (jpegCoding === undefined) return null;
  const { process, isArithmetic, precisionBits, components } = jpegCoding;
  if (process === "lossless" || process === "hierarchical") return `${process} JPEG`;
  if (precisionBits !== 8) return `${precisionBits}-bit JPEG`;
  if (isArithmetic) return "arithmetic-coded JPEG";
  return components === 1 || components === 3 ? null : `JPEG of ${components} components`;
}

/** An ordinary JPEG inside a file that cannot be decoded itself, with its orientation in the header. */
function findEmbeddedJpeg(
  header: ImageHeader,
  bytes: Uint8Array,
  exifThumbnail: Uint8Array | null,
): { header: ImageHeader; bytes: Uint8Array } | null {
  const item = header.heif?.jpegThumbnail;
  const candidates = [
    ...(item === undefined ? [] : [{ bytes: bytes.subarray(item.start, item.end), orientation: item.orientation }]),
    // An EXIF thumbnail is stored like the picture, so it takes the picture's turn.
    ...(exifThumbnail === null ? [] : [{ bytes: exifThumbnail, orientation: header.orientation ?? 1 }]),
  ];
  for (const candidate of candidates) {
    const inner = parseImageHeader(candidate.bytes);
    if (typeof inner === "string" || inner.format !== "jpeg" || isTooLarge(inner)) continue;
    if (whyUndecodable(inner) !== null || !isSameShape(inner, header)) continue;
    return { header: { ...inner, orientation: candidate.orientation }, bytes: candidate.bytes };
  }
  return null;
}

/** A thumbnail letterboxed to 4:3, or left over from before a crop, does not show the photo. */
function isSameShape(thumbnail: ImageHeader, { widthPx, heightPx, crop }: ImageHeader): boolean {
  const aspect = crop === undefined ? widthPx / heightPx : crop.widthPx / crop.heightPx;
  const ratio = thumbnail.widthPx / thumbnail.heightPx / aspect;
  return Math.abs(ratio - 1) <= THUMBNAIL_ASPECT_TOLERANCE;
}

async function renderImage(
  { decodeImage, encodeJpeg }: RenditionDeps,
  header: ImageHeader,
  bytes: Uint8Array,
  facts: PhotoFacts,
): Promise<RenditionResult> {
  const iccProfile = findIccProfile(header, bytes);
  let image = await decodeLargest(decodeImage, header, bytes);
  const renditions: Rendition[] = [];
  for (const widthPx of RENDITION_WIDTHS) {
    const size = fitRendition(seenSize(header), widthPx, RENDITION_MAX_ASPECT);
    const previous = renditions.at(-1);
    const isSame = previous?.pixelWidth === size.widthPx && previous.pixelHeight === size.heightPx;
    image = resizeImage(image, size.widthPx, size.heightPx);
    const jpeg = isSame ? previous.bytes : await encodeJpeg(image, iccProfile).catch(blameUs);
    const pixels = { pixelWidth: size.widthPx, pixelHeight: size.heightPx };
    renditions.push({ widthPx, ...pixels, mime: "image/jpeg", bytes: jpeg });
  }
  return { kind: "done", facts, renditions, thumbhash: hashPixels(image) };
}

/** Decodes, then shrinks to the largest rendition before anything is turned, and lets the full pixels go. */
async function decodeLargest(decodeImage: DecodeImage, header: ImageHeader, bytes: Uint8Array): Promise<RgbaImage> {
  const orientation = header.orientation ?? 1;
  const decoded = await decodeImage(header, bytes);
  const cropped = header.crop === undefined ? decoded : cropImage(decoded, header.crop);
  if (header.format !== "jpeg") flattenOnWhite(cropped);
  const largest = fitRendition(seenSize(header), RENDITION_WIDTHS[0], RENDITION_MAX_ASPECT);
  // Swapping sides is its own inverse: the size to shrink to, as stored.
  const stored = orientedSize(largest.widthPx, largest.heightPx, orientation);
  return orientImage(resizeImage(cropped, stored.widthPx, stored.heightPx), orientation);
}

function hashPixels(image: RgbaImage): Uint8Array {
  const scale = Math.min(1, THUMBHASH_MAX_PX / Math.max(image.widthPx, image.heightPx));
  const widthPx = Math.max(1, Math.round(image.widthPx * scale));
  const heightPx = Math.max(1, Math.round(image.heightPx * scale));
  return rgbaToThumbHash(widthPx, heightPx, resizeImage(image, widthPx, heightPx).data);
}

/** Converting colours is not done; browsers do it, given the profile. PNG's profile is deflated and is left behind. */
function findIccProfile(header: ImageHeader, bytes: Uint8Array): Uint8Array | null {
  const place = header.heif?.iccPlace;
  let profile: Uint8Array | null = null;
  if (header.format === "jpeg") profile = readJpegIccProfile(bytes.subarray(0, header.metadataBytes));
  else if (place !== undefined) profile = bytes.subarray(place.start, place.end);
  return profile !== null && isIccProfileWorthCopying(profile) ? profile : null;
}

/** An encoder that chokes on our own pixels is a surprise; it must not be booked as a corrupt photo. */
function blameUs(error: unknown): never {
  throw new Error("the JPEG encoder failed", { cause: error });
}

export function isTooLarge({ widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number }): boolean {
  return widthPx * heightPx > DECODE_MAX_PIXELS;
}

function describe({ widthPx, heightPx }: ImageHeader): string {
  return `${widthPx}x${heightPx} pixels`;
}

function skipped(reason: SkipReason, facts: PhotoFacts | null, detail: string): RenditionResult {
  return { kind: "skipped", reason, facts, detail };
}

function failed(reason: FailReason, detail: string): RenditionResult {
  return { kind: "failed", reason, detail };
}
