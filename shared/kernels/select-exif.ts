// What a render may say of its photo: chosen entries of a TIFF structure (TIFF 6.0, Exif 3.0 §4.6), written as a new one. Every offset
// and length in the source is hostile; what does not lie inside is left out.
import { hasTag, readUint16BE, readUint16LE, readUint32BE, readUint32LE } from "./read-integers.ts";

/** Bytes of a value by its type; other types are unknown and left out. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  129: 1,
};
const TYPE_LONG = 4;
const ENTRY_BYTES = 12;
const HEADER_BYTES = 8;
/** Entries of one directory read at most; real ones hold fewer than 60. */
const MAX_ENTRIES = 256;
/** Bytes of one value, and of all together: one JPEG segment holds 65,533. */
const VALUE_MAX_BYTES = 8 * 1024;
const TOTAL_MAX_BYTES = 60_000;

const EXIF_POINTER = 0x8769;
const GPS_POINTER = 0x8825;
const ARTIST = 0x013b;
const COPYRIGHT = 0x8298;
/** Description, make, model, software, date. What describes the stored pixels (size, orientation, thumbnail) would not be true any more. */
const ABOUT_PHOTO: readonly number[] = [0x010e, 0x010f, 0x0110, 0x0131, 0x0132, ARTIST, COPYRIGHT];
/** Of the camera's directory: notes in a maker's own format, sizes in pixels, a pointer that leads nowhere. */
const LEFT_OUT: readonly number[] = [0x927c, 0xa002, 0xa003, 0xa005];

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: Uint8Array;
}

interface Reader {
  readonly tiff: Uint8Array;
  readonly isLittleEndian: boolean;
  readonly uint16: (pos: number) => number;
  readonly uint32: (pos: number) => number;
}

/**
 * @param tiff from its byte-order mark on; may be damaged
 * @param keep "copyright": who made it and whose it is. "keep": also with what, when, how and where.
 * @returns null where nothing of it is there
 */
export function selectExif(tiff: Uint8Array, keep: "keep" | "copyright"): Uint8Array | null {
  const isLittleEndian = hasTag(tiff, 0, "II");
  if (tiff.length < HEADER_BYTES || !(isLittleEndian || hasTag(tiff, 0, "MM"))) return null;
  const reader: Reader = {
    tiff,
    isLittleEndian,
    uint16: (pos) => (isLittleEndian ? readUint16LE : readUint16BE)(tiff, pos),
    uint32: (pos) => (isLittleEndian ? readUint32LE : readUint32BE)(tiff, pos),
  };
  const all = readDirectory(reader, reader.uint32(4));
  const kept = all.filter(({ tag }) => (keep === "keep" ? ABOUT_PHOTO : [ARTIST, COPYRIGHT]).includes(tag));
  const below =
    keep === "copyright" ? [] : [EXIF_POINTER, GPS_POINTER].map((tag) => ({ tag, entries: inside(reader, all, tag) }));
  const directories = below.filter(({ entries }) => entries.length > 0);
  return kept.length + directories.length === 0 ? null : write(kept, directories, isLittleEndian);
}

function inside(reader: Reader, entries: readonly Entry[], pointer: number): Entry[] {
  const entry = entries.find(({ tag, type, count }) => tag === pointer && type === TYPE_LONG && count === 1);
  if (entry === undefined) return [];
  const start = (reader.isLittleEndian ? readUint32LE : readUint32BE)(entry.value, 0);
  return readDirectory(reader, start).filter(({ tag }) => !LEFT_OUT.includes(tag));
}

function readDirectory({ tiff, uint16, uint32 }: Reader, start: number): Entry[] {
  if (start + 2 > tiff.length) return [];
  const entries: Entry[] = [];
  const count = Math.min(uint16(start), MAX_ENTRIES);
  for (let i = 0; i < count; i++) {
    const pos = start + 2 + i * ENTRY_BYTES;
    if (pos + ENTRY_BYTES > tiff.length) break;
    const type = uint16(pos + 2);
    const values = uint32(pos + 4);
    const sizeBytes = (TYPE_BYTES[type] ?? Number.POSITIVE_INFINITY) * values;
    const valueStart = sizeBytes <= 4 ? pos + 8 : uint32(pos + 8);
    if (sizeBytes === 0 || sizeBytes > VALUE_MAX_BYTES || valueStart + sizeBytes > tiff.length) continue;
    entries.push({ tag: uint16(pos), type, count: values, value: tiff.subarray(valueStart, valueStart + sizeBytes) });
  }
  return entries;
}

function write(
  entries: readonly Entry[],
  below: readonly { readonly tag: number; readonly entries: readonly Entry[] }[],
  isLittleEndian: boolean,
): Uint8Array {
  const out = new Uint8Array(TOTAL_MAX_BYTES);
  const view = new DataView(out.buffer);
  out.set(isLittleEndian ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 42, isLittleEndian);
  view.setUint32(4, HEADER_BYTES, isLittleEndian);
  let end = HEADER_BYTES;

  /** @returns where each entry's value field lies, by its tag */
  const writeDirectory = (unsorted: readonly Entry[]): ReadonlyMap<number, number> => {
    const sorted = [...unsorted].sort((a, b) => a.tag - b.tag);
    const start = end;
    end += 2 + sorted.length * ENTRY_BYTES + 4;
    const fields = new Map<number, number>();
    let written = 0;
    for (const { tag, type, count, value } of sorted) {
      const isInPlace = value.length <= 4;
      // What does not fit any more is left out; values begin at even offsets.
      if (!isInPlace && end + value.length + 1 > TOTAL_MAX_BYTES) continue;
      const pos = start + 2 + written++ * ENTRY_BYTES;
      view.setUint16(pos, tag, isLittleEndian);
      view.setUint16(pos + 2, type, isLittleEndian);
      view.setUint32(pos + 4, count, isLittleEndian);
      fields.set(tag, pos + 8);
      out.set(isInPlace ? value : [], pos + 8);
      if (isInPlace) continue;
      end += end & 1;
      view.setUint32(pos + 8, end, isLittleEndian);
      out.set(value, end);
      end += value.length;
    }
    view.setUint16(start, written, isLittleEndian);
    end += end & 1;
    return fields;
  };

  const pointers = below.map(({ tag }): Entry => ({ tag, type: TYPE_LONG, count: 1, value: new Uint8Array(4) }));
  const fields = writeDirectory([...entries, ...pointers]);
  for (const directory of below) {
    const field = fields.get(directory.tag);
    if (field === undefined || end + 6 + directory.entries.length * ENTRY_BYTES > TOTAL_MAX_BYTES) continue;
    view.setUint32(field, end, isLittleEndian);
    writeDirectory(directory.entries);
  }
  return out.slice(0, end);
}
