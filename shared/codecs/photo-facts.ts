// What a file tells about the photo: when, with what, where, how large as seen. Believes nothing that does not make sense.
import ExifReader from "exifreader";
import type { Orientation } from "../kernels/exif-orientation.ts";
import { type ImageHeader, seenSize } from "../kernels/image-header.ts";

export interface PhotoFacts {
  /** Of the sniffed format, never the declared one. */
  readonly mime: string;
  /** As a person sees it: cropped and upright. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** The turn that was applied, as an EXIF value; of HEIF files the container's, EXIF being informative there. */
  readonly orientation: Orientation;
  /** ISO 8601, with an offset where the camera wrote one, else local time of an unknown place: "2008-10-22T16:28:39". */
  readonly takenAt: string | null;
  readonly camera: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export interface ReadMetadata {
  readonly facts: PhotoFacts;
  /** A JPEG, stored the way the picture itself is stored. Not validated. */
  readonly thumbnail: Uint8Array<ArrayBuffer> | null;
}

/** Characters of a camera name kept. */
const CAMERA_MAX_CHARS = 128;
/** The first photograph is of 1826; a camera clock beyond this year is broken, not early. */
const FIRST_YEAR = 1826;
const LAST_YEAR = 2199;

/** What fits into a JPEG's segment. */
const EXIF_MAX_BYTES = 65_000;

/** Only what is used: each further group (XMP, ICC, maker notes) is another parser for hostile input. */
const OPTIONS = {
  expanded: true as const,
  includeTags: {
    exif: [
      "Make",
      "Model",
      "DateTimeOriginal",
      "OffsetTimeOriginal",
      "DateTimeDigitized",
      "OffsetTimeDigitized",
      "DateTime",
      "OffsetTime",
    ],
    gps: true as const,
    thumbnail: true as const,
  },
};

/**
 * Reads metadata; of a file whose metadata is broken, the header's facts alone. Never throws.
 *
 * @param bytes The file, as far as it was read.
 * @param exif A TIFF structure found elsewhere in the file, to be read instead.
 */
export function readMetadata(header: ImageHeader, bytes: Uint8Array, exif: Uint8Array | null = null): ReadMetadata {
  const tags = loadTags(
    exif === null || exif.length > EXIF_MAX_BYTES
      ? bytes.subarray(0, header.metadataBytes ?? bytes.length)
      : wrapInJpeg(exif),
  );
  const text = (name: string): string => {
    // A NUL inside EXIF text separates strings; what follows the first is padding or worse.
    const value = tags?.exif?.[name]?.value;
    const first: unknown = Array.isArray(value) ? value[0] : undefined;
    return typeof first === "string" ? sanitize(first) : "";
  };
  const facts: PhotoFacts = {
    mime: header.mime,
    ...seenSize(header),
    orientation: header.orientation ?? 1,
    takenAt:
      parseExifDate(text("DateTimeOriginal"), text("OffsetTimeOriginal")) ??
      parseExifDate(text("DateTimeDigitized"), text("OffsetTimeDigitized")) ??
      parseExifDate(text("DateTime"), text("OffsetTime")),
    camera: nameCamera(text("Make"), text("Model")),
    ...parsePlace(tags?.gps?.Latitude, tags?.gps?.Longitude),
  };
  const image = tags?.Thumbnail?.image;
  return { facts, thumbnail: image instanceof ArrayBuffer ? new Uint8Array(image) : null };
}

interface LooseTags {
  readonly exif?: Readonly<Record<string, { readonly value?: unknown } | undefined>>;
  readonly gps?: { readonly Latitude?: unknown; readonly Longitude?: unknown };
  readonly Thumbnail?: { readonly image?: unknown };
}

/** The reader knows containers only: the smallest there is goes around a bare structure. */
function wrapInJpeg(exif: Uint8Array): Uint8Array {
  const magic = [0x45, 0x78, 0x69, 0x66, 0, 0];
  const segmentBytes = 2 + magic.length + exif.length;
  const head = [0xff, 0xd8, 0xff, 0xe1, segmentBytes >> 8, segmentBytes & 0xff, ...magic];
  const jpeg = new Uint8Array(head.length + exif.length + 2);
  jpeg.set(head);
  jpeg.set(exif, head.length);
  jpeg.set([0xff, 0xd9], head.length + exif.length);
  return jpeg;
}

function loadTags(metadata: Uint8Array): LooseTags | null {
  try {
    const view = new DataView(metadata.buffer as ArrayBuffer, metadata.byteOffset, metadata.byteLength);
    return ExifReader.loadView(view, OPTIONS) as unknown as LooseTags;
  } catch {
    // "No Exif data" and "invalid image format" are thrown alike; both mean that the file tells nothing.
    return null;
  }
}

/** Control characters and NULs become spaces, runs of spaces one, and the ends are trimmed. */
function sanitize(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
}

/** "NIKON" and "NIKON D70" make "NIKON D70"; "Apple" and "iPhone 6" make "Apple iPhone 6". */
export function nameCamera(make: string, model: string): string | null {
  const repeatsMake = model.toLowerCase().startsWith(make.toLowerCase());
  const name = repeatsMake ? model : `${make} ${model}`.trim();
  // By code point, so that no surrogate pair is cut in half.
  return name === "" ? null : [...name].slice(0, CAMERA_MAX_CHARS).join("");
}

/**
 * @param date EXIF's "YYYY:MM:DD HH:MM:SS"; some writers use dashes or a T.
 * @param offset "+HH:MM", "-HH:MM" or "Z"; anything else is ignored.
 * @returns null for dates that are not on the calendar, like the "0000:00:00 00:00:00" of an unset clock.
 */
export function parseExifDate(date: string, offset: string): string | null {
  const parts = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(date);
  if (parts === null) return null;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = ""] = parts;
  if (Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR) return null;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const time = Date.parse(`${iso}Z`);
  // Date rolls 30 February over to March: a date that does not come back the same was none.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, iso.length) !== iso) return null;
  return /^(Z|[+-](0\d|1[0-4]):[0-5]\d)$/.test(offset) ? iso + offset : iso;
}

/** Both or neither, degrees in range. Exactly 0, 0 is what receivers without a fix write; nobody photographs there. */
export function parsePlace(
  latitude: unknown,
  longitude: unknown,
): { latitude: number | null; longitude: number | null } {
  const isIn = (value: unknown, limit: number): value is number =>
    typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= limit;
  if (!isIn(latitude, 90) || !isIn(longitude, 180) || (latitude === 0 && longitude === 0)) {
    return { latitude: null, longitude: null };
  }
  return { latitude, longitude };
}
