// Mutations that know TIFF's directories inside a JPEG's Exif segment: tags, types, counts, offsets, and loops between directories.
import { concat, type Mutation } from "./mutate-bytes.ts";
import type { Random } from "./random.ts";

/** "Exif\0\0" stands between the segment's length and the TIFF header. */
const EXIF_HEADER_BYTES = 6;
const ENTRY_BYTES = 12;
const EDGES = [0, 1, 2, 4, 8, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0xfffffff0, 0xffffffff] as const;
/** Orientation, thumbnail offset and length, sub-directories, and a few that hold text. */
const TAGS = [0x0112, 0x0201, 0x0202, 0x8769, 0x8825, 0xa005, 0x010f, 0x0110, 0x9003, 0x014a, 0x0000, 0xffff] as const;

export const exifMutations: readonly Mutation[] = [
  function editEntry(input, random) {
    return editTiff(input, random, (tiff, isLittle) => {
      const view = new DataView(tiff.buffer);
      const entry = pickEntry(view, random, isLittle);
      if (entry === null) return;
      const field = random.below(4);
      if (field === 0) view.setUint16(entry, random.pick(TAGS), isLittle);
      if (field === 1) view.setUint16(entry + 2, random.between(0, 14), isLittle);
      if (field === 2) view.setUint32(entry + 4, random.pick(EDGES), isLittle);
      if (field === 3)
        view.setUint32(entry + 8, random.isOneIn(2) ? random.pick(EDGES) : random.below(tiff.length), isLittle);
    });
  },
  function editDirectoryCount(input, random) {
    return editTiff(input, random, (tiff, isLittle) => {
      const view = new DataView(tiff.buffer);
      const start = view.getUint32(4, isLittle);
      if (start + 2 <= tiff.length) view.setUint16(start, random.pick([0, 1, 255, 4096, 65535]), isLittle);
    });
  },
  function loopDirectories(input, random) {
    return editTiff(input, random, (tiff, isLittle) => {
      const view = new DataView(tiff.buffer);
      const start = view.getUint32(4, isLittle);
      if (start + 2 > tiff.length) return;
      const next = start + 2 + view.getUint16(start, isLittle) * ENTRY_BYTES;
      if (next + 4 <= tiff.length)
        view.setUint32(next, random.isOneIn(2) ? start : random.below(tiff.length), isLittle);
    });
  },
  function editTiffHeader(input, random) {
    return editTiff(input, random, (tiff) => {
      tiff[random.below(8)] = random.pick([0x49, 0x4d, 0x2a, 0, 8, 255]);
    });
  },
  function flipInTiff(input, random) {
    return editTiff(input, random, (tiff) => {
      for (let n = random.between(1, 6); n > 0; n--) tiff[random.below(tiff.length)] = random.below(256);
    });
  },
];

function pickEntry(view: DataView, random: Random, isLittle: boolean): number | null {
  const start = view.getUint32(4, isLittle);
  if (start + 2 > view.byteLength) return null;
  const count = Math.min(view.getUint16(start, isLittle), Math.floor((view.byteLength - start - 2) / ENTRY_BYTES));
  return count < 1 ? null : start + 2 + random.below(count) * ENTRY_BYTES;
}

function editTiff(
  input: Uint8Array,
  random: Random,
  change: (tiff: Uint8Array<ArrayBuffer>, isLittle: boolean) => void,
): Uint8Array {
  const at = findTiff(input);
  if (at === null) return input;
  const tiff = input.slice(at.start, at.end);
  // At least a few edits: most single ones are ignored by a careful reader.
  for (let n = random.isOneIn(3) ? 1 : random.between(2, 5); n > 0; n--) change(tiff, tiff[0] === 0x49);
  return concat(input.subarray(0, at.start), tiff, input.subarray(at.end));
}

function findTiff(input: Uint8Array): { start: number; end: number } | null {
  for (let at = 2; at + 18 <= input.length && input[at] === 0xff; ) {
    const end = at + 2 + (((input[at + 2] as number) << 8) | (input[at + 3] as number));
    const start = at + 4 + EXIF_HEADER_BYTES;
    if (input[at + 1] === 0xe1 && input[at + 4] === 0x45) {
      return end - start < 16 || end > input.length ? null : { start, end };
    }
    at = end;
  }
  return null;
}
