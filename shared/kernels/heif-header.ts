// An AVIF's or HEIC's size, crop and orientation from its `meta` box (ISO/IEC 23008-12). Decodes no pixels.
import type { Orientation } from "./exif-orientation.ts";
import { readHeifItems } from "./heif-items.ts";
import { type IsoBox, walkIsoBoxes } from "./iso-boxes.ts";
import { readUint32BE } from "./read-integers.ts";

export interface HeifHeader {
  /** As coded: before crop and orientation. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** irot and imir as the EXIF value of the same turn. EXIF inside HEIF is informative only and must not be applied again. */
  readonly orientation?: Orientation;
  /** The clean aperture, applied before orientation. */
  readonly crop?: CropRect;
  /** The place in the file of a thumbnail of the primary item that is an ordinary JPEG, with its own orientation. */
  readonly jpegThumbnail?: { readonly start: number; readonly end: number; readonly orientation: Orientation };
  /** The place in the file of the colour profile of the primary item. */
  readonly iccPlace?: { readonly start: number; readonly end: number };
}

export interface CropRect {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** @param prefix The file up to the end of `meta`, which nearly always precedes the coded data. */
export function parseHeifHeader(prefix: Uint8Array): HeifHeader | "incomplete" | "corrupt" {
  const meta = findMeta(prefix);
  if (meta === null) return "corrupt";
  if (meta === "incomplete" || meta.bodyEnd > prefix.length) return "incomplete";
  const items = readHeifItems(prefix, meta);
  if (items === null) return "corrupt";
  const properties = items.properties.get(items.primaryId) ?? [];
  const size = readSize(prefix, properties);
  if (size === null) return "corrupt";

  const orientation = readTurns(prefix, properties);
  const crop = readCrop(prefix, properties, size);
  const thumbnailId = items.thumbnailIds.find((id) => items.types.get(id) === "jpeg" && items.places.has(id));
  const place = thumbnailId === undefined ? undefined : items.places.get(thumbnailId);
  const iccPlace = readIccPlace(prefix, properties);
  return {
    ...size,
    ...(orientation === 1 ? {} : { orientation }),
    ...(crop === null ? {} : { crop }),
    ...(iccPlace === null ? {} : { iccPlace }),
    ...(place === undefined || thumbnailId === undefined
      ? {}
      : { jpegThumbnail: { ...place, orientation: readTurns(prefix, items.properties.get(thumbnailId) ?? []) } }),
  };
}

/** null when the whole file was walked without one; "incomplete" when it may still come. */
function findMeta(prefix: Uint8Array): IsoBox | "incomplete" | null {
  let reached = 0;
  for (const box of walkIsoBoxes(prefix, 0, prefix.length)) {
    if (box.type === "meta") return box;
    reached = box.bodyEnd;
  }
  return reached + 8 > prefix.length ? "incomplete" : null;
}

function bodyHas(bytes: Uint8Array, box: IsoBox, count: number): boolean {
  return box.bodyStart + count <= Math.min(box.bodyEnd, bytes.length);
}

function readSize(bytes: Uint8Array, properties: readonly IsoBox[]): { widthPx: number; heightPx: number } | null {
  const ispe = properties.find((box) => box.type === "ispe");
  if (ispe === undefined || !bodyHas(bytes, ispe, 12)) return null;
  const widthPx = readUint32BE(bytes, ispe.bodyStart + 4);
  const heightPx = readUint32BE(bytes, ispe.bodyStart + 8);
  return widthPx === 0 || heightPx === 0 ? null : { widthPx, heightPx };
}

/** EXIF values by [mirrored left-right first][then quarter turns clockwise]. */
const ORIENTATION_OF: readonly (readonly Orientation[])[] = [
  [1, 6, 3, 8],
  [2, 7, 4, 5],
];

/** Composes irot and imir in the order of their association (23008-12 §6.5.10, §6.5.12) into one of the eight turns. */
function readTurns(bytes: Uint8Array, properties: readonly IsoBox[]): Orientation {
  let mirrored = 0;
  let quartersClockwise = 0;
  for (const box of properties) {
    if (!bodyHas(bytes, box, 1)) continue;
    const value = bytes[box.bodyStart];
    // irot counts anticlockwise.
    if (box.type === "irot") quartersClockwise = (quartersClockwise + 4 - (value & 3)) % 4;
    if (box.type !== "imir") continue;
    // Mirroring after a turn is mirroring before the opposite turn; axis 0 exchanges top and bottom, 1 left and right.
    mirrored ^= 1;
    quartersClockwise = (((value & 1) === 1 ? 0 : 2) + 4 - quartersClockwise) % 4;
  }
  return ORIENTATION_OF[mirrored][quartersClockwise];
}

/** Clean aperture (14496-12 §12.1.4) as whole pixels; null when absent, the full picture, or outside of it. */
function readCrop(
  bytes: Uint8Array,
  properties: readonly IsoBox[],
  size: { widthPx: number; heightPx: number },
): CropRect | null {
  const clap = properties.find((box) => box.type === "clap");
  if (clap === undefined || !bodyHas(bytes, clap, 32)) return null;
  const fraction = (index: number, isSigned: boolean): number => {
    const numerator = readUint32BE(bytes, clap.bodyStart + index * 8);
    return (isSigned ? numerator | 0 : numerator) / readUint32BE(bytes, clap.bodyStart + index * 8 + 4);
  };
  const widthPx = Math.round(fraction(0, false));
  const heightPx = Math.round(fraction(1, false));
  // Offsets are of the centre of the aperture from the centre of the picture.
  const leftPx = Math.round(fraction(2, true) + (size.widthPx - widthPx) / 2);
  const topPx = Math.round(fraction(3, true) + (size.heightPx - heightPx) / 2);
  const fits = leftPx >= 0 && topPx >= 0 && leftPx + widthPx <= size.widthPx && topPx + heightPx <= size.heightPx;
  if (!(widthPx >= 1 && heightPx >= 1 && fits)) return null;
  return widthPx === size.widthPx && heightPx === size.heightPx ? null : { leftPx, topPx, widthPx, heightPx };
}

function readIccPlace(bytes: Uint8Array, properties: readonly IsoBox[]): { start: number; end: number } | null {
  for (const box of properties) {
    if (box.type !== "colr" || !bodyHas(bytes, box, 4)) continue;
    const kind = String.fromCharCode(...bytes.subarray(box.bodyStart, box.bodyStart + 4));
    if (kind === "prof" || kind === "rICC")
      return { start: box.bodyStart + 4, end: Math.min(box.bodyEnd, bytes.length) };
  }
  return null;
}
