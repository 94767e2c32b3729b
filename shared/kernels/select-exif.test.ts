// Chosen entries of hand-written and of damaged TIFF structures.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { insertJpegExif, readJpegExif } from "./jpeg-exif.ts";
import { selectExif } from "./select-exif.ts";

interface Written {
  readonly tag: number;
  readonly type: number;
  readonly value: readonly number[];
}

const text = (tag: number, letters: string): Written => ({
  tag,
  type: 2,
  value: [...letters, "\0"].map((letter) => letter.charCodeAt(0)),
});
const MAKE = text(0x010f, "Maker");
const COPYRIGHT = text(0x8298, "(c) somebody");
const ORIENTATION: Written = { tag: 0x0112, type: 3, value: [0, 6] };

/** Big-endian, directories one after the other; pointers are entries of type 4 that name a directory by its place in the list. */
function tiffOf(...directories: readonly (readonly (Written | { tag: number; to: number })[])[]): Uint8Array {
  const bytes = new Uint8Array(2000);
  const view = new DataView(bytes.buffer);
  bytes.set([0x4d, 0x4d, 0, 42, 0, 0, 0, 8]);
  let end = 8;
  const starts: number[] = [];
  for (const entries of directories) {
    starts.push(end);
    end += 2 + entries.length * 12 + 4;
  }
  directories.forEach((entries, d) => {
    const start = starts[d] ?? 0;
    view.setUint16(start, entries.length);
    entries.forEach((entry, i) => {
      const pos = start + 2 + i * 12;
      view.setUint16(pos, entry.tag);
      view.setUint16(pos + 2, "to" in entry ? 4 : entry.type);
      view.setUint32(pos + 4, "to" in entry ? 1 : entry.type === 3 ? entry.value.length / 2 : entry.value.length);
      if ("to" in entry) view.setUint32(pos + 8, starts[entry.to] ?? 0);
      else if (entry.value.length <= 4) bytes.set(entry.value, pos + 8);
      else {
        view.setUint32(pos + 8, end);
        bytes.set(entry.value, end);
        end += entry.value.length;
      }
    });
  });
  return bytes.slice(0, end);
}

/** Tags and values as a plain reader finds them. */
function tagsOf(tiff: Uint8Array, start?: number): Record<number, number[]> {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const directory = start ?? view.getUint32(4);
  const found: Record<number, number[]> = {};
  for (let i = 0; i < view.getUint16(directory); i++) {
    const pos = directory + 2 + i * 12;
    const size = view.getUint32(pos + 4) * ({ 2: 1, 3: 2, 4: 4, 5: 8 }[view.getUint16(pos + 2)] ?? 1);
    const at = size <= 4 ? pos + 8 : view.getUint32(pos + 8);
    found[view.getUint16(pos)] = [...tiff.subarray(at, at + size)];
  }
  return found;
}

describe("EXIF that a render keeps", () => {
  it("is who made it and whose it is, and nothing else", () => {
    const kept = selectExif(
      tiffOf([MAKE, ORIENTATION, COPYRIGHT, { tag: 0x8825, to: 1 }], [text(29, "2020")]),
      "copyright",
    );
    expect(kept && tagsOf(kept)).toEqual({ 33432: COPYRIGHT.value });
  });

  it("is all about the photo, but nothing about the pixels it was stored as", () => {
    const date = text(0x9003, "2020:01:02 03:04:05");
    const notes = text(0x927c, "secret of the maker");
    const place = text(29, "2020:01:02");
    const source = tiffOf(
      [MAKE, ORIENTATION, COPYRIGHT, { tag: 0x8769, to: 1 }, { tag: 0x8825, to: 2 }],
      [date, notes, { tag: 0xa005, to: 0 }],
      [place],
    );
    const kept = selectExif(source, "keep");
    if (kept === null) throw new Error("nothing was kept");
    const tags = tagsOf(kept);
    expect(Object.keys(tags).map(Number)).toEqual([0x010f, 0x8298, 0x8769, 0x8825]);
    const pointer = (tag: number) => new DataView(Uint8Array.from(tags[tag] ?? []).buffer).getUint32(0);
    expect(tagsOf(kept, pointer(0x8769))).toEqual({ 36867: date.value });
    expect(tagsOf(kept, pointer(0x8825))).toEqual({ 29: place.value });
  });

  it("is nothing where nothing is said", () => {
    expect(selectExif(tiffOf([ORIENTATION]), "keep")).toBeNull();
    expect(selectExif(tiffOf([MAKE]), "copyright")).toBeNull();
    expect(selectExif(new Uint8Array(3), "keep")).toBeNull();
  });

  it("never throws, and fits into a segment, whatever the source is", () => {
    const sound = tiffOf([MAKE, COPYRIGHT, { tag: 0x8769, to: 1 }, { tag: 0x8825, to: 0 }], [text(0x9003, "2020")]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 12 }), (damages) => {
        const damaged = sound.slice();
        for (const [at, value] of damages) damaged[at] = value;
        const kept = selectExif(damaged, "keep");
        expect(kept?.length ?? 0).toBeLessThanOrEqual(60_000);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the EXIF segment of a JPEG", () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xda);

  it("is read back as it was put in", () => {
    const tiff = tiffOf([COPYRIGHT]);
    expect(readJpegExif(insertJpegExif(jpeg, tiff))).toEqual(tiff);
    expect(readJpegExif(jpeg)).toBeNull();
  });

  it("is refused where it does not fit", () => {
    expect(() => insertJpegExif(jpeg, new Uint8Array(65_528))).toThrow("one segment");
    expect(() => insertJpegExif(new Uint8Array(4), new Uint8Array(4))).toThrow("FF D8");
  });
});
