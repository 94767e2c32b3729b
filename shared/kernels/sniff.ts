// Names an image by its first bytes. An allow-list: what is not named here (TIFF, SVG, PDF, BMP, JXL, RAW, video) is null.
// It believes neither file names nor declared types, and it does not promise that the rest of the file is sound.
import { hasTag, readFourCC, readUint32BE } from "./read-integers.ts";

export type ImageFormat = "jpeg" | "png" | "webp" | "gif" | "avif" | "heic";

export interface SniffedImage {
  readonly format: ImageFormat;
  /** The type to store and to serve, never the one a client declared. */
  readonly mime: string;
}

/** HEVC-coded brands of ISO/IEC 23008-12 annex B: stills and sequences. */
const HEVC_BRANDS: ReadonlySet<string> = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]);
const AVIF_BRANDS: ReadonlySet<string> = new Set(["avif", "avis"]);
/** Structural brands: a HEIF file that does not say how its pixels are coded. */
const HEIF_BRANDS: ReadonlySet<string> = new Set(["mif1", "msf1"]);
/** Compatible brands read at most; real files list fewer than ten. */
const MAX_BRANDS = 64;

/**
 * @param prefix The first bytes of a file; 12 are enough for all but ISO files, which want their whole `ftyp` box.
 * @returns null for everything that is not on the list, the empty file included.
 */
export function sniffImage(prefix: Uint8Array): SniffedImage | null {
  // FF D8 FF: MPO (several JPEGs in a row) begins the same way and is read as its first image.
  if (prefix.length >= 3 && prefix[0] === 0xff && prefix[1] === 0xd8 && prefix[2] === 0xff) {
    return { format: "jpeg", mime: "image/jpeg" };
  }
  if (hasTag(prefix, 0, "\x89PNG\r\n\x1a\n")) return { format: "png", mime: "image/png" };
  if (hasTag(prefix, 0, "GIF87a") || hasTag(prefix, 0, "GIF89a")) return { format: "gif", mime: "image/gif" };
  if (hasTag(prefix, 0, "RIFF") && hasTag(prefix, 8, "WEBP")) return { format: "webp", mime: "image/webp" };
  if (hasTag(prefix, 4, "ftyp") && prefix.length >= 12) return sniffBrands(prefix);
  return null;
}

function sniffBrands(prefix: Uint8Array): SniffedImage | null {
  const boxEnd = Math.min(readUint32BE(prefix, 0), prefix.length);
  const brands = [readFourCC(prefix, 8)];
  // Byte 12 is the minor version, which is no brand.
  for (let pos = 16; pos + 4 <= boxEnd && brands.length < MAX_BRANDS; pos += 4) brands.push(readFourCC(prefix, pos));
  // A Canon CR3 or an MP4 may list mif1 among the compatible brands: the major brand must be one of ours.
  const major = brands[0];
  if (!AVIF_BRANDS.has(major) && !HEVC_BRANDS.has(major) && !HEIF_BRANDS.has(major)) return null;
  if (AVIF_BRANDS.has(major)) return { format: "avif", mime: "image/avif" };
  if (HEVC_BRANDS.has(major)) return { format: "heic", mime: "image/heic" };
  // A structural major brand: the compatible ones say which codec it is.
  if (brands.some((brand) => AVIF_BRANDS.has(brand))) return { format: "avif", mime: "image/avif" };
  if (brands.some((brand) => HEVC_BRANDS.has(brand))) return { format: "heic", mime: "image/heic" };
  return { format: "heic", mime: "image/heif" };
}
