// PNGs through the decoder's door: every format, filter and interlace against an independent writer, planes against
// their definition.

import { constants, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeWholePng } from "../../../tests/fixtures/decode-whole-png.ts";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { PNG_FORMATS, pngPicture, randomNumbers } from "../../../tests/fixtures/png-pictures.ts";
import {
  headerChunk,
  joinChunks,
  type PngPicture,
  type PngWriting,
  pngChunk,
  rgbaOf,
  writePng,
} from "../../../tests/fixtures/write-png.ts";
import { planesOfRgba } from "../../../tests/reference/shrink-png.ts";
import { byteSourceOfBytes, byteSourceOfStream } from "./byte-source.ts";
import { decodePng } from "./decode-png.ts";
import { createEngine } from "./engine.ts";
import type { Plane } from "./planes.ts";
import { renderPlanes } from "./render-planes.ts";

const engine = createEngine(await loadEngineModule());

async function expectPixels(picture: PngPicture, writing: PngWriting = {}, pieceBytes = 65_536): Promise<void> {
  const outcome = await decodeWholePng(engine, byteSourceOfBytes(writePng(picture, writing), pieceBytes));
  if (outcome.kind !== "decoded") throw new Error(outcome.detail);
  expect(Buffer.compare(outcome.image.data, rgbaOf(picture))).toBe(0);
}

describe.each(PNG_FORMATS)("a PNG of colour type %i and %i bits", (colourType, bitDepth) => {
  const format = [colourType, bitDepth] as const;

  it.each([false, true])(
    "decodes to its very pixels (interlaced: %s), whatever filter each row has",
    async (isInterlaced) => {
      const random = randomNumbers(bitDepth + colourType);
      for (const [widthPx, heightPx] of [
        [1, 1],
        [2, 3],
        [3, 5],
        [5, 1],
        [17, 9],
        [40, 33],
      ] as const) {
        const picture = pngPicture(format, widthPx, heightPx, widthPx);
        await expectPixels(picture, { isInterlaced, filterOf: () => random(5) });
      }
    },
  );

  it.each([0, 1, 2, 3, 4])("undoes filter %i in every row", async (filter) => {
    await expectPixels(pngPicture(format, 101, 12), { filterOf: () => filter });
  });

  it("makes the same planes interlaced or not, and those its definition makes", async () => {
    const random = randomNumbers(7);
    for (const [box, widthPx, heightPx] of [
      [1, 31, 14],
      [2, 31, 15],
      [3, 64, 50],
      [5, 33, 47],
    ] as const) {
      const picture = pngPicture(format, widthPx, heightPx, box);
      const filterOf = () => random(5);
      const planes = await decodePlanes(writePng(picture, { filterOf }), box);
      expect(await decodePlanes(writePng(picture, { filterOf, isInterlaced: true }), box)).toEqual(planes);
      const reference = planesOfRgba(rgbaOf(picture), widthPx, heightPx, box);
      expect(planes).toHaveLength(colourType === 0 || colourType === 4 ? 1 : 3);
      planes.forEach((plane, i) => {
        const expected = reference[i];
        expect([plane.widthPx, plane.heightPx]).toEqual([expected?.widthPx, expected?.heightPx]);
        // Alpha, averages and colour are each rounded once.
        plane.samples.forEach((sample, at) => {
          expect(Math.abs(sample - (expected?.samples[at] ?? -99))).toBeLessThan(1.6);
        });
      });
    }
  });
});

describe("transparency", () => {
  it("is one colour, compared at full depth", async () => {
    for (const format of PNG_FORMATS.filter(([type]) => type === 0 || type === 2)) {
      const picture = pngPicture(format, 9, 9, 3);
      const key = picture.samples.subarray(0, format[0] === 0 ? 1 : 3);
      const transparency = Uint8Array.from([...key].flatMap((sample) => [sample >> 8, sample & 255]));
      expect(rgbaOf({ ...picture, transparency })[3]).toBe(0);
      await expectPixels({ ...picture, transparency });
    }
  });

  it("is an alpha for the first entries of a palette", async () => {
    for (const format of PNG_FORMATS.filter(([type]) => type === 3)) {
      await expectPixels({ ...pngPicture(format, 20, 9), transparency: Uint8Array.of(0, 128) });
    }
  });

  it("that does not fit the colour type is ignored", async () => {
    const picture = pngPicture([2, 8], 4, 4);
    const bytes = writePng({ ...picture, transparency: Uint8Array.of(1, 2) });
    const outcome = await decodeWholePng(engine, byteSourceOfBytes(bytes));
    expect(outcome).toMatchObject({ kind: "decoded", image: { data: rgbaOf(picture) } });
  });
});

it("shows an index beyond the palette as opaque black", async () => {
  const picture = { ...pngPicture([3, 8], 16, 16), palette: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  await expectPixels(picture);
});

describe("image data", () => {
  const strategies = {
    usual: {},
    stored: { level: 0 },
    fast: { level: 1 },
    best: { level: 9, memLevel: 9 },
    "with fixed codes": { strategy: constants.Z_FIXED },
    "of literals alone": { strategy: constants.Z_HUFFMAN_ONLY },
    "of runs": { strategy: constants.Z_RLE },
    "in a small window": { windowBits: 9, memLevel: 1 },
  };

  it.each(Object.entries(strategies))("%s is inflated, in pieces of any size", async (_name, deflate) => {
    const random = randomNumbers(5);
    // Rows that repeat earlier bytes at every distance from 1 to 30,000, between stretches of noise.
    const samples = new Uint16Array(977 * 90);
    for (let i = 0; i < samples.length; ) {
      const count = 1 + random(300);
      const distance = 1 + random(2 ** (1 + random(15)));
      const isCopy = random(3) > 0 && distance <= i;
      for (let end = Math.min(samples.length, i + count); i < end; i++) {
        samples[i] = isCopy ? (samples[i - distance] ?? 0) : random(256);
      }
    }
    const picture = { widthPx: 977, heightPx: 90, bitDepth: 8, colourType: 0, samples };
    for (const [chunkBytes, pieceBytes] of [
      [100_000, 65_536],
      [8192, 1000],
      [13, 7],
    ] as const) {
      await expectPixels(picture, { deflate, chunkBytes }, pieceBytes);
    }
  });

  it("of rows longer than the window is inflated", async () => {
    await expectPixels(pngPicture([6, 16], 30_000, 3), { filterOf: (row) => [4, 1, 3][row] ?? 0 });
  });
});

describe("a photo of 12 MP", () => {
  const budgetBytes = 32 * 1024 * 1024;
  const sizes = [1280, 640, 320, 160].map((widthPx) => ({ widthPx, heightPx: (widthPx * 3) / 4 }));
  const end = pngChunk("IEND", new Uint8Array(0));

  it.each([
    ["RGB", 2, 8, 3],
    ["RGBA", 6, 8, 4],
    ["RGBA of 16 bits", 6, 16, 8],
  ])("%s becomes four renditions within 32 MB", async (_name, colourType, bitDepth, pixelBytes) => {
    const fresh = createEngine(await loadEngineModule());
    // Every row refers to the one above it, which for the first is black.
    const rows = Buffer.alloc((4000 * pixelBytes + 1) * 3000, 0);
    for (let y = 0; y < 3000; y++) rows[y * (4000 * pixelBytes + 1)] = 4;
    const data = pngChunk("IDAT", deflateSync(rows, { level: 1 }));
    const source = byteSourceOfBytes(joinChunks(headerChunk(4000, 3000, bitDepth, colourType), data, end));
    const wanted = { widthPx: 1280, heightPx: 960 };
    const outcome = await decodePng(fresh, source, { wanted });
    if (outcome.kind !== "decoded") throw new Error(outcome.detail);
    const rendered = renderPlanes(fresh, outcome.image, { sizes, orientation: 1, iccProfile: null });
    expect(rendered.map(({ widthPx, heightPx }) => ({ widthPx, heightPx }))).toEqual(sizes);
    expect(fresh.memoryBytes).toBeLessThan(budgetBytes);
  });
});

describe("a source that is a stream", () => {
  const picture = pngPicture([2, 8], 200, 100);
  const bytes = writePng(picture);

  it("is read by bytes where it can be", async () => {
    const outcome = await decodeWholePng(engine, byteSourceOfStream(new Blob([bytes]).stream()));
    expect(outcome).toMatchObject({ kind: "decoded", image: { data: rgbaOf(picture) } });
  });

  it("is read by pieces where it comes in pieces", async () => {
    const pieces = [bytes.subarray(0, 10), new Uint8Array(0), bytes.subarray(10)];
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    });
    const outcome = await decodeWholePng(engine, byteSourceOfStream(stream));
    expect(outcome).toMatchObject({ kind: "decoded", image: { data: rgbaOf(picture) } });
  });
});

interface CopiedPlane {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly samples: number[];
}

/** Twice the wanted size is what makes boxes of `box` pixels. */
async function decodePlanes(bytes: Uint8Array, box: number): Promise<CopiedPlane[]> {
  const start = engine.call(({ mark }) => mark());
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const wanted = { widthPx: header.getUint32(16) / box / 2, heightPx: header.getUint32(20) / box / 2 };
  const outcome = await decodePng(engine, byteSourceOfBytes(bytes), { wanted });
  if (outcome.kind !== "decoded") throw new Error(outcome.detail);
  const planes = outcome.image.planes.map(copyPlane);
  engine.call(({ release }) => release(start));
  return planes;
}

function copyPlane({ address, strideBytes, widthPx, heightPx }: Plane): CopiedPlane {
  const memory = engine.bytes();
  const rows = Array.from({ length: heightPx }, (_, y) => {
    return Array.from(memory.subarray(address + y * strideBytes, address + y * strideBytes + widthPx));
  });
  return { widthPx, heightPx, samples: rows.flat() };
}
