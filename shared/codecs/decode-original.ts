// A stored original to planes in an engine: header, gate, then one decode at the scale that is wanted. Shrinks and encodes nothing.

import {
  HEADER_MAX_BYTES,
  HEADER_PREFIX_BYTES,
  LIBRARY_SOURCE_MAX_BYTES,
  RENDITION_MAX_ASPECT,
} from "../contracts/limits.ts";
import type { FailReason, SkipReason } from "../contracts/photos.ts";
import { fitRendition } from "../kernels/fit-rendition.ts";
import { isIccProfileWorthCopying } from "../kernels/icc-profile.ts";
import { type ImageHeader, parseImageHeader, seenSize } from "../kernels/image-header.ts";
import { readJpegExif } from "../kernels/jpeg-exif.ts";
import { orientedSize } from "../kernels/orient.ts";
import { mayPngHaveAlpha } from "../kernels/png-header.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { readWebpExif } from "../kernels/webp-header.ts";
import { decodeCostBytes, isTooLarge, RENDER_RESERVE_BYTES, whyUndecodable } from "./decodable.ts";
import type { DecodeImage } from "./decode-image.ts";
import { type DecodedPlanes, type DecodeFailure, decodeJpegPlanes, decodeLibraryPlanes } from "./decode-to-planes.ts";
import { findEmbeddedJpeg } from "./embedded-jpeg.ts";
import { type ByteSource, byteSourceOfBytes } from "./engine/byte-source.ts";
import { decodePng, decodePngRgba } from "./engine/decode-png.ts";
import { type Engine, EngineTrap } from "./engine/engine.ts";
import type { EnginePool } from "./engine/engine-pool.ts";
import type { PlanarImage } from "./engine/planes.ts";
import type { PixelSize } from "./engine/resize-planes.ts";
import { type PhotoFacts, readMetadata } from "./photo-facts.ts";
import { type ImageSource, SourceBytes } from "./source-bytes.ts";

/** Pixels of a PNG that are kept with their alpha: 16 MB here, and as many where they are worked on. Larger ones lie on white. */
const ALPHA_MAX_PIXELS = 4_000_000;

export interface DecodeOriginalDeps {
  readonly engines: Pick<EnginePool, "use">;
  /** For the formats the engine does not read. */
  readonly decodeImage: DecodeImage;
}

export interface DecodedOriginal {
  readonly kind: "decoded";
  /** In the engine's memory, cropped, opaque, not turned. At least as large as what was wanted, unless the original is smaller. */
  readonly image: PlanarImage;
  /** Of what was decoded: an embedded thumbnail's where it stands in for its file. With the turn that makes it upright. */
  readonly header: ImageHeader;
  /** Only where it is worth copying. Converting colours is not done; browsers do it, given the profile. */
  readonly iccProfile: Uint8Array | null;
  /** A TIFF structure as the file has it, where the caller asked for it and it is found. Not validated. */
  readonly exif: Uint8Array | null;
  /** Of the file itself. */
  readonly facts: PhotoFacts;
}

/** The same where something shines through, and the caller asked to keep it. */
export interface DecodedWithAlpha {
  readonly kind: "decoded-pixels";
  /** Cropped, not turned, in full size. May lie in the engine's memory, until it is used again. */
  readonly pixels: RgbaImage;
  readonly header: ImageHeader;
  readonly iccProfile: Uint8Array | null;
  readonly exif: Uint8Array | null;
  readonly facts: PhotoFacts;
}

export interface DecodeSkip {
  readonly kind: "skipped";
  readonly reason: SkipReason;
  readonly facts: PhotoFacts | null;
  /** For logs, never for clients. */
  readonly detail: string;
}

type DecodeOutcome = DecodedOriginal | DecodeSkip | DecodeFailure;

/** The largest size that will be made of a picture of a size, both as seen. */
export type WantedSize = (seen: PixelSize) => PixelSize;

export interface DecodeOriginalOptions {
  /** Width (px, as seen) of the largest picture that will be made of it. */
  readonly widthPx: number;
  /** Bytes needed at once beside the decode's own, by what is done with it. Default 0. */
  readonly beside?: (header: ImageHeader) => number;
}

export interface DecodeOptions {
  /** Memory (bytes) needed afterwards: a JPEG is decoded smaller rather than take it. */
  readonly reserveBytes?: number;
  /** Whether what lets something through stays so, in pictures small enough for that, instead of lying on white. */
  readonly keepsAlpha?: boolean;
  readonly keepsExif?: boolean;
}

/** A source whose header passed the gate, with an engine to decode it once. */
export interface OpenedOriginal {
  readonly engine: Engine;
  readonly header: ImageHeader;
  decode(wanted: WantedSize, options?: DecodeOptions): Promise<DecodeOutcome | DecodedWithAlpha>;
}

/**
 * Decodes an original and hands it to `use` while the engine still holds it.
 * Throws only what is not the file's fault: the source cannot be read, an engine or codec cannot be started.
 */
export async function decodeOriginal<Result>(
  deps: DecodeOriginalDeps,
  source: ImageSource,
  { widthPx, beside = () => 0 }: DecodeOriginalOptions,
  use: (engine: Engine, original: DecodedOriginal) => Result | Promise<Result>,
): Promise<Result | DecodeSkip | DecodeFailure> {
  const wanted = renditionOf(widthPx);
  const costOf = (header: ImageHeader) => decodeCostBytes(header, wantedSize(header, wanted)) + beside(header);
  return await openOriginal(deps, source, costOf, async ({ engine, decode }) => {
    const outcome = await decode(wanted);
    if (outcome.kind === "decoded-pixels") throw new Error("Expected planes. Got pixels nobody asked for.");
    return outcome.kind === "decoded" ? await use(engine, outcome) : outcome;
  });
}

/**
 * Reads the header of a source, then hands it to `use` with an engine.
 * Throws only what is not the file's fault: the source cannot be read, an engine or codec cannot be started.
 *
 * @param costOf bytes that decoding and `use` take at most
 */
export async function openOriginal<Result>(
  deps: DecodeOriginalDeps,
  source: ImageSource,
  costOf: (header: ImageHeader) => number,
  use: (opened: OpenedOriginal) => Promise<Result>,
): Promise<Result | DecodeSkip | DecodeFailure> {
  const input = await SourceBytes.open(source);
  try {
    const header = await readHeader(input);
    if (header === "unknown") return skipped("unsupported", null, "not an image format on the allow-list");
    if (header === "corrupt") return failed("corrupt", "no sound header");
    if (isTooLarge(header))
      return failed("too-large", `${header.widthPx}x${header.heightPx} pixels of ${header.format}`);
    return await deps.engines.use(costOf(header), async (engine) => {
      const decodeWanted: OpenedOriginal["decode"] = async (wanted, options = {}) => {
        const { reserveBytes = RENDER_RESERVE_BYTES, keepsAlpha = false, keepsExif = false } = options;
        return await decode(deps, engine, header, input, { wanted, reserveBytes, keepsAlpha, keepsExif });
      };
      return await use({ engine, header, decode: decodeWanted });
    });
  } catch (error) {
    if (error instanceof EngineTrap && error.reason === "out-of-memory") return failed("too-large", error.message);
    throw error;
  } finally {
    await input.close();
  }
}

/** Size of a rendition before it is turned. */
export function storedSize(header: ImageHeader, widthPx: number): PixelSize {
  return asStored(header, renditionOf(widthPx));
}

function renditionOf(widthPx: number): WantedSize {
  return (seen) => fitRendition(seen, widthPx, RENDITION_MAX_ASPECT);
}

function asStored(header: ImageHeader, wanted: WantedSize): PixelSize {
  const seen = wanted(seenSize(header));
  // Swapping sides is its own inverse.
  return orientedSize(seen.widthPx, seen.heightPx, header.orientation ?? 1);
}

interface Wanted extends Required<DecodeOptions> {
  readonly wanted: WantedSize;
}

/** Doubles the prefix until the header is complete: a JPEG's may lie behind megabytes of profiles. */
async function readHeader(input: SourceBytes): Promise<ImageHeader | "unknown" | "corrupt"> {
  for (let wanted = HEADER_PREFIX_BYTES; wanted <= HEADER_MAX_BYTES; wanted *= 2) {
    const header = parseImageHeader(await input.readAtLeast(wanted));
    if (header !== "incomplete") return header;
    if (input.isComplete) return "corrupt";
  }
  return "corrupt";
}

async function decode(
  deps: DecodeOriginalDeps,
  engine: Engine,
  header: ImageHeader,
  input: SourceBytes,
  options: Wanted,
): Promise<DecodeOutcome | DecodedWithAlpha> {
  const refusal = whyUndecodable(header);
  if (refusal !== null) return await decodeEmbedded(engine, header, input, options, refusal);
  const prefix = await input.readAtLeast(0);
  switch (header.format) {
    case "jpeg": {
      const { facts } = readMetadata(header, prefix);
      return await decodeStreamedJpeg(engine, header, prefix, input.replay(), options, facts);
    }
    case "png": {
      if (options.keepsAlpha && header.widthPx * header.heightPx <= ALPHA_MAX_PIXELS && mayPngHaveAlpha(prefix)) {
        const decoded = await decodePngRgba(engine, input.replay());
        if (decoded.kind === "failed") return decoded;
        const turned = withOrientation(header, decoded);
        const { facts } = readMetadata(turned, prefix, decoded.exif);
        return { kind: "decoded-pixels", pixels: decoded.image, header: turned, ...copied(decoded), facts };
      }
      const decoded = await decodePng(engine, input.replay(), { wanted: wantedSize(header, options.wanted) });
      if (decoded.kind === "failed") return decoded;
      const turned = withOrientation(header, decoded);
      return toOriginal(turned, decoded, readMetadata(turned, prefix, decoded.exif).facts);
    }
    default:
      return await decodeByLibrary(deps, engine, input, options);
  }
}

async function decodeByLibrary(
  deps: DecodeOriginalDeps,
  engine: Engine,
  input: SourceBytes,
  { keepsAlpha, keepsExif }: Wanted,
): Promise<DecodeOutcome | DecodedWithAlpha> {
  const bytes = await input.readAtLeast(LIBRARY_SOURCE_MAX_BYTES + 1);
  if (bytes.length > LIBRARY_SOURCE_MAX_BYTES)
    return failed("too-large", `more than ${LIBRARY_SOURCE_MAX_BYTES} bytes`);
  // Orientation of a WebP may stand at the end of the file, which the prefix did not reach.
  const header = parseImageHeader(bytes);
  if (typeof header === "string") return failed("corrupt", "no sound header");
  const decoded = await decodeLibraryPlanes(engine, deps.decodeImage, header, bytes, { keepsAlpha });
  if (decoded.kind === "failed") return decoded;
  const { facts } = readMetadata(header, bytes);
  const exif = keepsExif && header.format === "webp" ? readWebpExif(bytes) : null;
  if (decoded.kind === "decoded") return toOriginal(header, { ...decoded, exif }, facts);
  return { kind: "decoded-pixels", pixels: decoded.pixels, header, ...copied({ ...decoded, exif }), facts };
}

/** A file nobody here decodes is shown by the JPEG inside it, where there is one. */
async function decodeEmbedded(
  engine: Engine,
  header: ImageHeader,
  input: SourceBytes,
  options: Wanted,
  refusal: string,
): Promise<DecodeOutcome> {
  // A HEIF may keep its metadata and its thumbnail anywhere.
  const bytes = await input.readAtLeast(header.format === "heic" ? LIBRARY_SOURCE_MAX_BYTES : 0);
  const { facts, thumbnail } = readMetadata(header, bytes);
  const embedded = findEmbeddedJpeg(header, bytes, thumbnail);
  if (embedded === null) return skipped("unsupported", facts, refusal);
  const { header: inner, bytes: jpeg } = embedded;
  const decoded = await decodeStreamedJpeg(engine, inner, jpeg, byteSourceOfBytes(jpeg), options, facts);
  return decoded.kind === "failed"
    ? skipped("unsupported", facts, `${refusal}; its thumbnail: ${decoded.detail}`)
    : decoded;
}

async function decodeStreamedJpeg(
  engine: Engine,
  header: ImageHeader,
  prefix: Uint8Array,
  source: ByteSource,
  { wanted, reserveBytes, keepsExif }: Wanted,
  facts: PhotoFacts,
): Promise<DecodedOriginal | DecodeFailure> {
  const metadata = prefix.subarray(0, header.metadataBytes ?? prefix.length);
  // Copied before the source moves on.
  const exif = keepsExif ? (readJpegExif(metadata)?.slice() ?? null) : null;
  const decoded = await decodeJpegPlanes(engine, header, metadata, source, {
    wanted: wantedSize(header, wanted),
    reserveBytes,
  });
  return decoded.kind === "failed" ? decoded : toOriginal(header, { ...decoded, exif }, facts);
}

/** PNG says its orientation anywhere, also behind the pixels. */
function withOrientation(header: ImageHeader, { orientation }: Pick<DecodedPlanes, "orientation">): ImageHeader {
  return orientation === undefined ? header : { ...header, orientation };
}

/** The rendition's size as stored. Of a PNG that may yet turn out to lie on its side, what covers both. */
function wantedSize(header: ImageHeader, wanted: WantedSize): PixelSize {
  const size = asStored(header, wanted);
  if (header.format !== "png" || header.orientation !== undefined) return size;
  const turned = asStored({ ...header, orientation: 6 }, wanted);
  return { widthPx: Math.max(size.widthPx, turned.widthPx), heightPx: Math.max(size.heightPx, turned.heightPx) };
}

function toOriginal(header: ImageHeader, decoded: DecodedPlanes, facts: PhotoFacts): DecodedOriginal {
  return { kind: "decoded", image: decoded.image, header, ...copied(decoded), facts };
}

function copied({ iccProfile, exif }: Pick<DecodedPlanes, "iccProfile" | "exif">) {
  return { iccProfile: iccProfile !== null && isIccProfileWorthCopying(iccProfile) ? iccProfile : null, exif };
}

function skipped(reason: SkipReason, facts: PhotoFacts | null, detail: string): DecodeSkip {
  return { kind: "skipped", reason, facts, detail };
}

function failed(reason: FailReason, detail: string): DecodeFailure {
  return { kind: "failed", reason, detail };
}
