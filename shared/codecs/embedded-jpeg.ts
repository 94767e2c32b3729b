// An ordinary JPEG inside a file that cannot be decoded itself: a HEIF thumbnail item or the EXIF thumbnail, where it shows
// the whole picture.
import { type ImageHeader, parseImageHeader } from "../kernels/image-header.ts";
import { isTooLarge, whyUndecodable } from "./decodable.ts";

/** Relative difference in aspect an embedded thumbnail may have: a 160 px one is rounded by up to 1 %. */
const THUMBNAIL_ASPECT_TOLERANCE = 0.03;

export interface EmbeddedJpeg {
  /** With the orientation that makes it upright. */
  readonly header: ImageHeader;
  readonly bytes: Uint8Array;
}

/** @param bytes the file as far as it was read @param exifThumbnail as EXIF tells it, not validated */
export function findEmbeddedJpeg(
  header: ImageHeader,
  bytes: Uint8Array,
  exifThumbnail: Uint8Array | null,
): EmbeddedJpeg | null {
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
