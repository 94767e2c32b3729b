// A source to planes in an engine: JPEG streams through our own kernels (as PNG does, in engine/decode-png.ts), the rarer formats through libraries.
import type { FailReason } from "../contracts/photos.ts";
import { cropImage } from "../kernels/crop.ts";
import type { Orientation } from "../kernels/exif-orientation.ts";
import { flattenOnWhite } from "../kernels/flatten.ts";
import { readJpegIccProfile } from "../kernels/icc-profile.ts";
import type { ImageHeader } from "../kernels/image-header.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import type { DecodeImage } from "./decode-image.ts";
import type { ByteSource } from "./engine/byte-source.ts";
import { decodeJpeg, type JpegOutcome } from "./engine/decode-jpeg.ts";
import type { Engine } from "./engine/engine.ts";
import type { PlanarImage } from "./engine/planes.ts";
import { planesFromRgba } from "./engine/planes-from-rgba.ts";
import type { PixelSize } from "./engine/resize-planes.ts";
import { CodecError } from "./wasm-instance.ts";

export interface DecodedPlanes {
  readonly kind: "decoded";
  /** In the engine's memory, cropped, opaque, not turned. */
  readonly image: PlanarImage;
  /** Undefined: nothing in the file says anything. */
  readonly orientation: Orientation | undefined;
  readonly iccProfile: Uint8Array | null;
  /** A TIFF structure found on the way, where the prefix may not reach. */
  readonly exif: Uint8Array | null;
}

/** Pixels with what lets something through. */
export interface DecodedPixels {
  readonly kind: "decoded-pixels";
  /** Cropped, not turned. */
  readonly pixels: RgbaImage;
  readonly orientation: Orientation | undefined;
  readonly iccProfile: Uint8Array | null;
  readonly exif: Uint8Array | null;
}

export interface DecodeFailure {
  readonly kind: "failed";
  readonly reason: FailReason;
  /** For logs, never for clients. */
  readonly detail: string;
}

/** Share of a JPEG's blocks that must be there: of less than a hundredth nobody recognises anything. */
const JPEG_MIN_PRESENT_01 = 0.01;

/** Refusals that mean "too much of it" rather than "not sound". */
const TOO_LARGE: ReadonlySet<string> = new Set(["too-large", "too-much-work"]);

/**
 * @param metadata the file up to its first scan, as far as it was read
 * @param options `wanted`: the largest size that will be made of it, as stored; `reserveBytes`: engine memory needed afterwards
 */
export async function decodeJpegPlanes(
  engine: Engine,
  header: ImageHeader,
  metadata: Uint8Array,
  source: ByteSource,
  { wanted, reserveBytes }: { readonly wanted: PixelSize; readonly reserveBytes: number },
): Promise<DecodedPlanes | DecodeFailure> {
  const scale = { minWidthPx: wanted.widthPx, minHeightPx: wanted.heightPx };
  // Copied before the source moves on.
  const iccProfile = readJpegIccProfile(metadata)?.slice() ?? null;
  const outcome: JpegOutcome = await decodeJpeg(engine, source, { scale, reserveBytes });
  if (outcome.kind === "refused")
    return { kind: "failed", reason: TOO_LARGE.has(outcome.reason) ? "too-large" : "corrupt", detail: outcome.reason };
  const { widthPx, heightPx } = outcome.frame;
  if (widthPx !== header.widthPx || heightPx !== header.heightPx)
    return { kind: "failed", reason: "corrupt", detail: `two frames, one of ${widthPx}x${heightPx}` };
  if (1 - outcome.missing01 < JPEG_MIN_PRESENT_01)
    return { kind: "failed", reason: "corrupt", detail: "hardly any image data" };
  return { kind: "decoded", image: outcome.image, orientation: undefined, iccProfile, exif: null };
}

/** For formats whose libraries take and give everything at once. */
export async function decodeLibraryPlanes(
  engine: Engine,
  decodeImage: DecodeImage,
  header: ImageHeader,
  bytes: Uint8Array,
  { keepsAlpha }: { readonly keepsAlpha: boolean },
): Promise<DecodedPlanes | DecodedPixels | DecodeFailure> {
  try {
    const decoded = await decodeImage(header, bytes);
    const cropped = header.crop === undefined ? decoded : cropImage(decoded, header.crop);
    const place = header.heif?.iccPlace;
    const about = {
      orientation: header.orientation,
      iccProfile: place === undefined ? null : bytes.subarray(place.start, place.end),
      exif: null,
    };
    if (keepsAlpha && !isEveryPixelOpaque(cropped)) return { kind: "decoded-pixels", pixels: cropped, ...about };
    flattenOnWhite(cropped);
    return { kind: "decoded", image: planesFromRgba(engine, cropped), ...about };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { kind: "failed", reason: "corrupt", detail: error.message };
  }
}

function isEveryPixelOpaque({ data }: RgbaImage): boolean {
  for (let pos = 3; pos < data.length; pos += 4) if (data[pos] !== 255) return false;
  return true;
}
