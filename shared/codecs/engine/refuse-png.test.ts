// PNGs that are broken, hostile or merely odd: every end is a named outcome, and the engine lives on.

import { crc32, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeWholePng } from "../../../tests/fixtures/decode-whole-png.ts";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { PNG_FORMATS, pngPicture, randomNumbers } from "../../../tests/fixtures/png-pictures.ts";
import {
  filterRows,
  headerChunk,
  joinChunks,
  pngChunk,
  rgbaOf,
  SIGNATURE,
  writePng,
} from "../../../tests/fixtures/write-png.ts";
import { tiffWithOrientation } from "../../kernels/hand-written-images.ts";
import { byteSourceOfBytes } from "./byte-source.ts";
import { decodePng } from "./decode-png.ts";
import { createEngine } from "./engine.ts";

const engine = createEngine(await loadEngineModule());
const picture = pngPicture([2, 8], 24, 16);
const rows = filterRows(picture, {});
const header = headerChunk(24, 16, 8, 2);
const data = pngChunk("IDAT", deflateSync(rows));
const end = pngChunk("IEND", new Uint8Array(0));

async function decode(...chunks: Uint8Array[]) {
  return await decodeFile(joinChunks(...chunks));
}

async function decodeFile(bytes: Uint8Array, pieceBytes = 65_536) {
  const start = engine.call(({ mark }) => mark());
  const outcome = await decodeWholePng(engine, byteSourceOfBytes(bytes, pieceBytes));
  expect(engine.call(({ mark }) => mark())).toBe(start);
  // A thousand pixels say nothing in a report.
  if (outcome.kind === "failed") return outcome;
  const { image, ...rest } = outcome;
  return { ...rest, isWhole: Buffer.compare(image.data, rgbaOf(picture)) === 0 };
}

const whole = { kind: "decoded", isWhole: true } as const;
const corrupt = (detail: RegExp) => ({ kind: "failed", reason: "corrupt", detail: expect.stringMatching(detail) });

function withBadCrc(chunk: Uint8Array): Uint8Array {
  const broken = chunk.slice();
  broken[broken.length - 1] = (broken[broken.length - 1] ?? 0) ^ 1;
  return broken;
}

describe("a broken PNG", () => {
  const cases: Readonly<Record<string, readonly [RegExp, ...Uint8Array[]]>> = {
    "without a header": [/IHDR/, data, end],
    "of no width": [/IHDR/, headerChunk(0, 16, 8, 2), data, end],
    "of no height": [/IHDR/, headerChunk(24, 0, 8, 2), data, end],
    "of a depth its colour type has not": [/IHDR/, headerChunk(24, 16, 4, 2), data, end],
    "of colour type 5": [/IHDR/, headerChunk(24, 16, 8, 5), data, end],
    "whose header does not match its CRC": [/CRC of IHDR/, withBadCrc(header), data, end],
    "whose pixels do not match their CRC": [/CRC of IDAT/, header, withBadCrc(data), end],
    "whose palette does not match its CRC": [
      /CRC of PLTE/,
      headerChunk(24, 16, 8, 3),
      withBadCrc(pngChunk("PLTE", rows.subarray(0, 6))),
      data,
    ],
    "of a palette without entries": [
      /palette of 0 bytes/,
      headerChunk(24, 16, 8, 3),
      pngChunk("PLTE", new Uint8Array(0)),
    ],
    "of a palette of thirds": [/palette of 4 bytes/, headerChunk(24, 16, 8, 3), pngChunk("PLTE", new Uint8Array(4))],
    "of a palette too long": [/palette of 771 bytes/, headerChunk(24, 16, 8, 3), pngChunk("PLTE", new Uint8Array(771))],
    "of indices without a palette": [/no palette/, headerChunk(24, 16, 8, 3), data, end],
    "without image data": [/no image data/, header, end],
    "with two headers": [/critical chunk IHDR/, header, header, data, end],
    "with a critical chunk nobody knows": [
      /critical chunk KEYS/,
      header,
      pngChunk("KEYS", new Uint8Array(4)),
      data,
      end,
    ],
    "with a chunk that has no name": [/not a chunk/, header, pngChunk("ID\0T", new Uint8Array(4)), data, end],
    "with a row too few": [
      /before the last row, 15 rows/,
      header,
      pngChunk("IDAT", deflateSync(rows.subarray(73))),
      end,
    ],
    "whose data is not zlib": [/not sound zlib/, header, pngChunk("IDAT", rows), end],
    "whose data wants a dictionary": [/not sound zlib/, header, pngChunk("IDAT", Uint8Array.of(0x78, 0x20, 0, 0)), end],
    "of empty data": [/not sound zlib/, header, pngChunk("IDAT", new Uint8Array(0)), end],
    "whose data stops and goes on later": [/not sound/, header, ...halves(pngChunk("tEXt", new Uint8Array(3))), end],
  };

  it.each(Object.entries(cases))("%s is refused", async (_name, [detail, ...chunks]) => {
    expect(await decode(...chunks)).toMatchObject(corrupt(detail));
  });

  function halves(between: Uint8Array): Uint8Array[] {
    const body = deflateSync(rows);
    return [pngChunk("IDAT", body.subarray(0, 100)), between, pngChunk("IDAT", body.subarray(100))];
  }

  it.each([5, 77, 255])("with filter %i is refused", async (filter) => {
    const bad = rows.slice();
    bad[73 * 9] = filter;
    const outcome = await decode(header, pngChunk("IDAT", deflateSync(bad)), end);
    expect(outcome).toMatchObject(corrupt(/filter that does not exist, 9 rows/));
  });

  it("cut off anywhere before its last row is refused", async () => {
    const bytes = joinChunks(header, data, end);
    for (let size = 0; size < bytes.length - end.length - 4 - 12; size++) {
      expect(await decodeFile(bytes.subarray(0, size), 50)).toMatchObject(corrupt(/./));
    }
  });

  it.each(["an encoder's reserved block", "a distance beyond the start", "an incomplete code"])(
    "with %s is refused",
    async (name) => {
      // zlib header, then bits, lowest first: final block, type, and what is wrong with it.
      const bodies: Readonly<Record<string, readonly number[]>> = {
        "an encoder's reserved block": [0x78, 0x9c, 0b111, 0, 0],
        // Fixed codes: length 3 (0000001), distance 1 (00000), with nothing in front of it.
        "a distance beyond the start": [0x78, 0x9c, 0b0000_0011, 0b10, 0, 0],
        // Dynamic codes whose code length code has one code of three bits.
        "an incomplete code": [0x78, 0x9c, 0b0000_0101, 0, 0b0000_0110, 0, 0],
      };
      const outcome = await decode(header, pngChunk("IDAT", Uint8Array.from(bodies[name] ?? [])), end);
      expect(outcome).toMatchObject(corrupt(/not sound zlib/));
    },
  );
});

describe("a PNG that is merely odd", () => {
  it("ends without IEND", async () => {
    expect(await decode(header, data)).toMatchObject(whole);
  });

  it("is cut off behind its last row", async () => {
    const bytes = joinChunks(header, data);
    expect(await decodeFile(bytes.subarray(0, bytes.length - 4))).toMatchObject(whole);
  });

  it("has more rows than its header says: they are not looked at", async () => {
    const more = deflateSync(Buffer.concat([rows, Buffer.alloc(1000, 0xff)]));
    expect(await decode(header, pngChunk("IDAT", more), end)).toMatchObject(whole);
  });

  it("has garbage behind its end", async () => {
    expect(await decode(header, data, end, new Uint8Array(99).fill(0xff))).toMatchObject(whole);
  });

  it("has a suggested palette, of whatever size", async () => {
    expect(await decode(header, pngChunk("PLTE", new Uint8Array(771)), data, end)).toMatchObject(whole);
  });

  it("is animated: the default image is shown", async () => {
    const control = pngChunk("acTL", new Uint8Array(8));
    const frame = pngChunk("fdAT", deflateSync(rows).subarray(3));
    expect(await decode(header, control, data, frame, end)).toMatchObject(whole);
  });
});

describe("a hostile PNG", () => {
  it("does not set off the bomb behind its last row", async () => {
    const bomb = deflateSync(Buffer.concat([rows, Buffer.alloc(200_000_000)]), { level: 1 });
    const started = engine.memoryBytes;
    expect(await decode(header, pngChunk("IDAT", bomb), end)).toMatchObject(whole);
    expect(engine.memoryBytes).toBe(started);
  });

  it("of millions of chunks is given up", async () => {
    const empty = pngChunk("IDAT", new Uint8Array(0));
    const chunks = new Uint8Array(Buffer.concat(Array.from({ length: 110_000 }, () => empty)));
    expect(await decode(header, chunks, data, end)).toMatchObject(corrupt(/chunks/));
  });

  it("of a hundred thousand empty blocks is given up", async () => {
    // Stored blocks of no bytes: three bits, padding, 0000 FFFF.
    const block = [0, 0, 0, 0xff, 0xff];
    const body = Uint8Array.from([0x78, 0x9c, ...Array.from({ length: 100_000 }, () => block).flat()]);
    expect(await decode(header, pngChunk("IDAT", body), end)).toMatchObject(corrupt(/not sound zlib/));
  });

  it("of more pixels than fit is too large, before anything is allocated", async () => {
    const started = engine.memoryBytes;
    for (const [widthPx, heightPx, type] of [
      [0x7fffffff, 0x7fffffff, 6],
      [60_000_000, 1, 2],
      [1, 60_000_000, 2],
    ] as const) {
      const bytes = joinChunks(headerChunk(widthPx, heightPx, 8, type), data, end);
      const wanted = { widthPx: Math.min(widthPx, 1280), heightPx: Math.min(heightPx, 1280) };
      const outcome = await decodePng(engine, byteSourceOfBytes(bytes), { wanted });
      expect(outcome).toMatchObject({ kind: "failed", reason: "too-large" });
    }
    expect(engine.memoryBytes).toBe(started);
  });

  it("with any byte changed ends as a picture or as corrupt, and traps nothing", async () => {
    const random = randomNumbers(99);
    for (let round = 0; round < 1500; round++) {
      const format = PNG_FORMATS[random(PNG_FORMATS.length)] ?? [2, 8];
      const small = pngPicture(format, 1 + random(40), 1 + random(40), round);
      const bytes = writePng(small, { isInterlaced: random(3) === 0, filterOf: () => random(5) });
      const dataStart = Buffer.from(bytes).indexOf("IDAT");
      for (let change = random(4); change >= 0; change--)
        bytes[dataStart + 4 + random(bytes.length - dataStart - 4)] = random(256);
      repairCrcs(bytes);
      const outcome = await decodeFile(bytes, 1 + random(500));
      if (outcome.kind === "failed") expect(outcome.reason).toBe("corrupt");
    }
    expect(engine.isAlive).toBe(true);
  });
});

/** So that a changed byte is met by the decoder and not by the checksum. */
function repairCrcs(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer);
  for (let pos = SIGNATURE.length; pos + 12 <= bytes.length; ) {
    const crcStart = pos + 8 + view.getUint32(pos);
    if (crcStart + 4 > bytes.length) return;
    view.setUint32(crcStart, crc32(bytes.subarray(pos + 4, crcStart)));
    pos = crcStart + 4;
  }
}

describe("metadata", () => {
  const exif = (orientation: number) => pngChunk("eXIf", tiffWithOrientation(orientation));

  it("tells the orientation from before or behind the pixels", async () => {
    expect(await decode(header, exif(6), data, end)).toMatchObject({ orientation: 6 });
    expect(await decode(header, data, exif(8), end)).toMatchObject({ orientation: 8 });
    expect(await decode(header, data, end)).toMatchObject({ orientation: undefined, iccProfile: null });
  });

  it("hands over the colour profile, inflated", async () => {
    const profile = Uint8Array.from({ length: 3000 }, (_, i) => (i * i) >> 3);
    const chunk = pngChunk("iCCP", Buffer.concat([Buffer.from("Display P3\0\0", "latin1"), deflateSync(profile)]));
    expect(await decode(header, chunk, data, end)).toMatchObject({ ...whole, iccProfile: profile });
  });

  it("leaves out a profile that is broken or a bomb", async () => {
    for (const body of [deflateSync(Buffer.alloc(10_000_000)), Buffer.from([1, 2, 3]), Buffer.alloc(0)]) {
      const chunk = pngChunk("iCCP", Buffer.concat([Buffer.from("name\0\0", "latin1"), body]));
      expect(await decode(header, chunk, data, end)).toMatchObject({ ...whole, iccProfile: null });
    }
  });
});
