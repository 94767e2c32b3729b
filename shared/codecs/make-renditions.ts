// A stored original to its renditions: gate, decode once, shrink, turn, encode. What the file is to blame for is a value.

import {
  HEADER_MAX_BYTES,
  HEADER_PREFIX_BYTES,
  LIBRARY_SOURCE_MAX_BYTES,
  RENDITION_MAX_ASPECT,
  RENDITION_WIDTHS,
  type RenditionWidth,
} from "../contracts/limits.ts";
import type { FailReason, SkipReason } from "../contracts/photos.ts";
import { fitRendition } from "../kernels/fit-rendition.ts";
import { isIccProfileWorthCopying } from "../kernels/icc-profile.ts";
import { type ImageHeader, parseImageHeader, seenSize } from "../kernels/image-header.ts";
import { orientedSize } from "../kernels/orient.ts";
import { decodeCostBytes, isTooLarge, whyUndecodable } from "./decodable.ts";
import type { DecodeImage } from "./decode-image.ts";
import {
  type DecodedPlanes,
  type DecodeFailure,
  decodeJpegPlanes,
  decodeLibraryPlanes,
  decodePngPlanes,
} from "./decode-to-planes.ts";
import { findEmbeddedJpeg } from "./embedded-jpeg.ts";
import { type ByteSource, byteSourceOfBytes } from "./engine/byte-source.ts";
import { type Engine, EngineTrap } from "./engine/engine.ts";
import type { EnginePool } from "./engine/engine-pool.ts";
import { renderPlanes, toRgba } from "./engine/render-planes.ts";
import type { PixelSize } from "./engine/resize-planes.ts";
import { type PhotoFacts, readMetadata } from "./photo-facts.ts";
import { type ImageSource, SourceBytes } from "./source-bytes.ts";
import { hashImage, THUMBHASH_MAX_PX } from "./thumbhash.ts";

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
      /** Base64. */
      readonly thumbhash: string;
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
  readonly engines: EnginePool;
  /** For the formats the engine does not read. */
  readonly decodeImage: DecodeImage;
}

/** Engine memory the renditions need beside the decoded planes, in bytes: two of the tallest shape and the encoder's. */
const RENDER_RESERVE_BYTES = 16 * 1024 * 1024;

/** Throws only what is not the file's fault: the source cannot be read, an engine or codec cannot be started. */
export async function makeRenditions(deps: RenditionDeps, source: ImageSource): Promise<RenditionResult> {
  const input = await SourceBytes.open(source);
  try {
    const header = await readHeader(input);
    if (header === "unknown") return skipped("unsupported", null, "not an image format on the allow-list");
    if (header === "corrupt") return failed("corrupt", "no sound header");
    if (isTooLarge(header))
      return failed("too-large", `${header.widthPx}x${header.heightPx} pixels of ${header.format}`);
    return await deps.engines.use(decodeCostBytes(header), (engine) => render(deps, engine, header, input));
  } catch (error) {
    if (error instanceof EngineTrap && error.reason === "out-of-memory") return failed("too-large", error.message);
    throw error;
  } finally {
    await input.close();
  }
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

async function render(
  deps: RenditionDeps,
  engine: Engine,
  header: ImageHeader,
  input: SourceBytes,
): Promise<RenditionResult> {
  const refusal = whyUndecodable(header);
  if (refusal !== null) return await renderEmbedded(engine, header, input, refusal);
  const prefix = await input.readAtLeast(0);
  switch (header.format) {
    case "jpeg": {
      const { facts } = readMetadata(header, prefix);
      return await renderJpeg(engine, header, prefix, input.replay(), facts);
    }
    case "png": {
      const decoded = await decodePngPlanes(engine, input.replay(), wantedSize(header));
      if (decoded.kind === "failed") return decoded;
      const turned = withOrientation(header, decoded);
      return renderDecoded(engine, turned, decoded, readMetadata(turned, prefix, decoded.exif).facts);
    }
    default:
      return await renderByLibrary(deps, engine, input);
  }
}

async function renderByLibrary(deps: RenditionDeps, engine: Engine, input: SourceBytes): Promise<RenditionResult> {
  const bytes = await input.readAtLeast(LIBRARY_SOURCE_MAX_BYTES + 1);
  if (bytes.length > LIBRARY_SOURCE_MAX_BYTES)
    return failed("too-large", `more than ${LIBRARY_SOURCE_MAX_BYTES} bytes`);
  // Orientation of a WebP may stand at the end of the file, which the prefix did not reach.
  const header = parseImageHeader(bytes);
  if (typeof header === "string") return failed("corrupt", "no sound header");
  const decoded = await decodeLibraryPlanes(engine, deps.decodeImage, header, bytes);
  if (decoded.kind === "failed") return decoded;
  return renderDecoded(engine, header, decoded, readMetadata(header, bytes).facts);
}

/** A file nobody here decodes is shown by the JPEG inside it, where there is one. */
async function renderEmbedded(
  engine: Engine,
  header: ImageHeader,
  input: SourceBytes,
  refusal: string,
): Promise<RenditionResult> {
  const itemEnd = Math.min(header.heif?.jpegThumbnail?.end ?? 0, HEADER_MAX_BYTES);
  const bytes = await input.readAtLeast(itemEnd);
  const { facts, thumbnail } = readMetadata(header, bytes);
  const embedded = findEmbeddedJpeg(header, bytes, thumbnail);
  if (embedded === null) return skipped("unsupported", facts, refusal);
  const { header: inner, bytes: jpeg } = embedded;
  const rendered = await renderJpeg(engine, inner, jpeg, byteSourceOfBytes(jpeg), facts);
  return rendered.kind === "failed"
    ? skipped("unsupported", facts, `${refusal}; its thumbnail: ${rendered.detail}`)
    : rendered;
}

async function renderJpeg(
  engine: Engine,
  header: ImageHeader,
  prefix: Uint8Array,
  source: ByteSource,
  facts: PhotoFacts,
): Promise<RenditionResult> {
  const metadata = prefix.subarray(0, header.metadataBytes ?? prefix.length);
  const decoded = await decodeJpegPlanes(engine, header, metadata, source, {
    wanted: wantedSize(header),
    reserveBytes: RENDER_RESERVE_BYTES,
  });
  return decoded.kind === "failed" ? decoded : renderDecoded(engine, header, decoded, facts);
}

/** PNG says its orientation anywhere, also behind the pixels. */
function withOrientation(header: ImageHeader, { orientation }: DecodedPlanes): ImageHeader {
  return orientation === undefined ? header : { ...header, orientation };
}

/** The largest rendition's size as stored. Of a PNG that may yet turn out to lie on its side, what covers both. */
function wantedSize(header: ImageHeader): PixelSize {
  const [largest] = storedSizes(header);
  if (largest === undefined) throw new Error("no renditions");
  if (header.format !== "png" || header.orientation !== undefined) return largest;
  const [turned = largest] = storedSizes({ ...header, orientation: 6 });
  return { widthPx: Math.max(largest.widthPx, turned.widthPx), heightPx: Math.max(largest.heightPx, turned.heightPx) };
}

/** Sizes of the renditions before they are turned, one per RENDITION_WIDTHS. */
function storedSizes(header: ImageHeader): PixelSize[] {
  return RENDITION_WIDTHS.map((widthPx) => {
    const seen = fitRendition(seenSize(header), widthPx, RENDITION_MAX_ASPECT);
    // Swapping sides is its own inverse.
    return orientedSize(seen.widthPx, seen.heightPx, header.orientation ?? 1);
  });
}

function renderDecoded(
  engine: Engine,
  header: ImageHeader,
  { image, iccProfile }: DecodedPlanes,
  facts: PhotoFacts,
): RenditionResult {
  // Converting colours is not done; browsers do it, given the profile.
  const profile = iccProfile !== null && isIccProfileWorthCopying(iccProfile) ? iccProfile : null;
  let thumbhash = "";
  const rendered = renderPlanes(engine, image, {
    sizes: storedSizes(header),
    orientation: header.orientation ?? 1,
    iccProfile: profile,
    inspectSmallest: (smallest) => {
      thumbhash = hashImage(toRgba(engine, smallest, THUMBHASH_MAX_PX));
    },
  });
  const renditions = RENDITION_WIDTHS.map((widthPx, i): Rendition => {
    const jpeg = rendered[i];
    if (jpeg === undefined) throw new Error(`Expected ${RENDITION_WIDTHS.length} renditions. Got ${rendered.length}.`);
    return { widthPx, pixelWidth: jpeg.widthPx, pixelHeight: jpeg.heightPx, mime: "image/jpeg", bytes: jpeg.bytes };
  });
  return { kind: "done", facts, renditions, thumbhash };
}

function skipped(reason: SkipReason, facts: PhotoFacts | null, detail: string): RenditionResult {
  return { kind: "skipped", reason, facts, detail };
}

function failed(reason: FailReason, detail: string): DecodeFailure {
  return { kind: "failed", reason, detail };
}
