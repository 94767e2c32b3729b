// What an image says about itself in its first bytes: the gate in front of every decoder. Reads no pixels and trusts no length.
import type { Orientation } from "./exif-orientation.ts";
import { parseGifHeader } from "./gif-header.ts";
import { type CropRect, type HeifHeader, parseHeifHeader } from "./heif-header.ts";
import { type JpegCoding, parseJpegHeader } from "./jpeg-header.ts";
import { orientedSize } from "./orient.ts";
import { parsePngHeader } from "./png-header.ts";
import { type ImageFormat, sniffImage } from "./sniff.ts";
import { parseWebpHeader } from "./webp-header.ts";

export interface ImageHeader {
  readonly format: ImageFormat;
  readonly mime: string;
  /** As stored, before crop and orientation; at least 1. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Absent: as stored, or not yet reached by the given bytes (PNG and WebP may keep it at the end of the file). */
  readonly orientation?: Orientation;
  /** More than one: animated. Absent: a still, or not known from the header. */
  readonly frames?: number;
  /** HEIF's clean aperture, applied before orientation. */
  readonly crop?: CropRect;
  readonly jpegCoding?: JpegCoding;
  /** Bytes from the start of a JPEG in which all its metadata lies. */
  readonly metadataBytes?: number;
  readonly heif?: HeifHeader;
}

/**
 * @param prefix The first bytes of a file; HEADER_PREFIX_BYTES suffice nearly always.
 * @returns "unknown" for what is not on the allow-list, "incomplete" when more bytes may help (a JPEG behind large profiles),
 *   "corrupt" when no more bytes can. Of a complete file "incomplete" means truncated.
 */
export function parseImageHeader(prefix: Uint8Array): ImageHeader | "unknown" | "incomplete" | "corrupt" {
  const sniffed = sniffImage(prefix);
  if (sniffed === null) return "unknown";
  switch (sniffed.format) {
    case "jpeg": {
      const header = parseJpegHeader(prefix);
      if (typeof header === "string") return header;
      const { coding, ...rest } = header;
      return { ...sniffed, ...rest, jpegCoding: coding };
    }
    case "png": {
      const header = parsePngHeader(prefix);
      return typeof header === "string" ? header : { ...sniffed, ...header };
    }
    case "webp": {
      const header = parseWebpHeader(prefix);
      if (typeof header === "string") return header;
      const { isAnimated, ...rest } = header;
      // The number of frames stands nowhere in a WebP; two is the least an animation is worth.
      return { ...sniffed, ...rest, ...(isAnimated ? { frames: 2 } : {}) };
    }
    case "gif": {
      const header = parseGifHeader(prefix);
      return typeof header === "string" ? header : { ...sniffed, widthPx: header.widthPx, heightPx: header.heightPx };
    }
    case "avif":
    case "heic": {
      const header = parseHeifHeader(prefix);
      if (typeof header === "string") return header;
      const { widthPx, heightPx, orientation, crop } = header;
      const turn = orientation === undefined ? {} : { orientation };
      return { ...sniffed, widthPx, heightPx, ...turn, ...(crop === undefined ? {} : { crop }), heif: header };
    }
  }
}

/** The size a person sees: cropped, then turned. */
export function seenSize(header: ImageHeader): { widthPx: number; heightPx: number } {
  const { widthPx, heightPx } = header.crop ?? header;
  return orientedSize(widthPx, heightPx, header.orientation ?? 1);
}
