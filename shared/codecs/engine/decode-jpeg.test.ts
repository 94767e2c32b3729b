// JPEGs of every legal shape, written coefficient by coefficient, against the textbook's decoder and against libjpeg.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decodeForTests, largestDifference } from "../../../tests/fixtures/decode-for-tests.ts";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { type JpegSpec, progressiveScans, sequentialScans, writeJpeg } from "../../../tests/fixtures/write-jpeg.ts";
import { readJpegCoefficients } from "../../../tests/reference/jpeg-coefficients.ts";
import { referencePlane } from "../../../tests/reference/jpeg-planes.ts";
import { byteSourceOfStream } from "./byte-source.ts";
import { decodeJpeg, scaledPx, scaleFor } from "./decode-jpeg.ts";
import { createEngine } from "./engine.ts";

const engine = createEngine(await loadEngineModule());
const SCALES = [1, 2, 4, 8] as const;
/** What integer arithmetic may differ from 64-bit floating point. */
const ROUNDING_LEVELS = 1;

type Sampling = readonly (readonly [number, number])[];
const SAMPLINGS: Readonly<Record<string, Sampling>> = {
  grey: [[1, 1]],
  "grey with factors": [[3, 2]],
  "4:4:4": [
    [1, 1],
    [1, 1],
    [1, 1],
  ],
  "4:4:4 with factors": [
    [1, 3],
    [1, 3],
    [1, 3],
  ],
  "4:2:2": [
    [2, 1],
    [1, 1],
    [1, 1],
  ],
  "4:4:0": [
    [1, 2],
    [1, 1],
    [1, 1],
  ],
  "4:2:0": [
    [2, 2],
    [1, 1],
    [1, 1],
  ],
  "4:1:1": [
    [4, 1],
    [1, 1],
    [1, 1],
  ],
  "4:1:0": [
    [4, 2],
    [1, 1],
    [1, 1],
  ],
  thirds: [
    [3, 1],
    [1, 1],
    [2, 1],
  ],
  "unlike chroma": [
    [2, 2],
    [2, 1],
    [1, 2],
  ],
};

const spec = (sampling: Sampling, rest: Partial<JpegSpec> = {}): JpegSpec => ({
  widthPx: 83,
  heightPx: 45,
  components: sampling.map((factors) => ({ sampling: factors })),
  scans: sequentialScans(sampling.length, true),
  ...rest,
});

/** So coarse that no refinement may be left out; the mean stays within what a sample can be. */
const coarse = (position: number): number => (position === 0 ? 6 : 40);

const KINDS: Readonly<Record<string, (count: number) => Partial<JpegSpec>>> = {
  "interleaved baseline": () => ({}),
  "baseline in a scan per component": (count) => ({ scans: sequentialScans(count, false) }),
  "baseline with restarts": () => ({ restartInterval: 3 }),
  "baseline with a restart after every unit": () => ({ restartInterval: 1 }),
  "sequential with 16-bit quantisers": () => ({
    isQuantiser16Bits: true,
    quantiserStep: (position) => (position < 61 ? 9 : 300),
  }),
  "progressive, exact": (count) => ({
    isProgressive: true,
    scans: progressiveScans(count, 3),
    quantiserStep: coarse,
  }),
  "progressive with restarts": (count) => ({
    isProgressive: true,
    scans: progressiveScans(count, 1),
    quantiserStep: coarse,
    restartInterval: 4,
  }),
};

const halfOf = (scale: 1 | 2 | 4 | 8) => (scale === 8 ? 4 : scale === 4 ? 2 : 1);

const cases = Object.entries(SAMPLINGS).flatMap(([sampling, factors]) =>
  Object.entries(KINDS).map(([kind, make]) => ({ sampling, kind, spec: spec(factors, make(factors.length)) })),
);

describe("a JPEG", () => {
  it.each(cases)("$sampling, $kind, comes out as the textbook has it at every scale", async ({ spec }) => {
    const bytes = writeJpeg(spec);
    const { components } = readJpegCoefficients(bytes);
    for (const scale of SCALES) {
      const decoded = await decodeForTests(engine, bytes, scale);
      expect(decoded).toMatchObject({ isTruncated: false, missing01: 0, faults: 0, isApproximate: false });
      expect(decoded.planes).toHaveLength(components.length);
      for (const [i, component] of components.entries()) {
        const expected = referencePlane(component, scale);
        const got = decoded.planes[i];
        expect([got?.widthPx, got?.heightPx], `plane ${i} at ${scale}/8`).toEqual([
          expected.widthPx,
          expected.heightPx,
        ]);
        // The mean of a block is exact at 1/8; elsewhere only rounding may differ.
        const allowed = scale === 1 ? 0 : ROUNDING_LEVELS;
        const difference = largestDifference(got?.samples ?? new Uint8Array(0), expected.samples);
        expect(difference, `plane ${i} at ${scale}/8`).toBeLessThanOrEqual(allowed);
      }
    }
  });

  it.each(cases)("$sampling, $kind, has chroma of 4:2:0 at most, if that is enough", async ({ sampling, spec }) => {
    const bytes = writeJpeg(spec);
    const { components } = readJpegCoefficients(bytes);
    const isHalved = (i: number) => i > 0 && sampling.startsWith("4:4:4");
    for (const scale of SCALES) {
      const decoded = await decodeForTests(engine, bytes, scale, undefined, true);
      expect(decoded).toMatchObject({ isTruncated: false, missing01: 0, faults: 0 });
      for (const [i, component] of components.entries()) {
        const expected = referencePlane(component, isHalved(i) ? halfOf(scale) : scale);
        const got = decoded.planes[i];
        expect([got?.widthPx, got?.heightPx], `plane ${i} at ${scale}/8`).toEqual([
          expected.widthPx,
          expected.heightPx,
        ]);
        const difference = largestDifference(got?.samples ?? new Uint8Array(0), expected.samples);
        expect(difference, `plane ${i} at ${scale}/8`).toBeLessThanOrEqual(ROUNDING_LEVELS);
      }
    }
  });

  it("wanted for a size has chroma of 4:2:0, and wanted at a scale has what is stored", async () => {
    const bytes = writeJpeg(spec(SAMPLINGS["4:4:4"] ?? []));
    const wanted = await decodeForTests(engine, bytes, { minWidthPx: 30, minHeightPx: 20 });
    expect(wanted.planes.map(({ widthPx }) => widthPx)).toEqual([scaledPx(83, 4), scaledPx(83, 2), scaledPx(83, 2)]);
    const stored = await decodeForTests(engine, bytes, 4);
    expect(stored.planes.map(({ widthPx }) => widthPx)).toEqual([scaledPx(83, 4), scaledPx(83, 4), scaledPx(83, 4)]);
  });

  it.each([
    [1, 1],
    [8, 8],
    [17, 1],
    [1, 33],
    [130, 9],
  ])("of %i x %i px says so, and has planes of that size at each scale", async (widthPx, heightPx) => {
    const bytes = writeJpeg(spec([[2, 2], [1, 1], [1, 1]], { widthPx, heightPx })); // biome-ignore format: a matrix
    for (const scale of SCALES) {
      const { image, planes } = await decodeForTests(engine, bytes, scale);
      expect([image.widthPx, image.heightPx]).toEqual([widthPx, heightPx]);
      expect([planes[0]?.widthPx, planes[0]?.heightPx]).toEqual([scaledPx(widthPx, scale), scaledPx(heightPx, scale)]);
    }
  });

  it("comes out the same in chunks of any size", async () => {
    const kinds = [KINDS["baseline with restarts"], KINDS["progressive, exact"], KINDS["progressive with restarts"]];
    for (const kind of kinds) {
      const bytes = writeJpeg(spec([[2, 2], [1, 1], [1, 1]], kind?.(3))); // biome-ignore format: a matrix
      for (const scale of SCALES) {
        const whole = await decodeForTests(engine, bytes, scale, bytes.length);
        for (const chunkBytes of [1, 2, 3, 7, 64, 1000]) {
          const { planes } = await decodeForTests(engine, bytes, scale, chunkBytes);
          expect(planes, `${chunkBytes} bytes at ${scale}/8`).toEqual(whole.planes);
        }
      }
    }
  });

  it("comes out the same when it is larger than the window, and its chunks larger still", async () => {
    const bytes = writeJpeg(spec([[1, 1], [1, 1], [1, 1]], { widthPx: 1500, heightPx: 600 })); // biome-ignore format: a matrix
    expect(bytes.length).toBeGreaterThan(300_000);
    const inChunks = await decodeForTests(engine, bytes, 8, 65_536);
    const atOnce = await decodeForTests(engine, bytes, 8, bytes.length);
    expect(atOnce.planes).toEqual(inChunks.planes);
  });

  it("streams from a byte stream", async () => {
    const bytes = writeJpeg(spec([[2, 1], [1, 1], [1, 1]])); // biome-ignore format: a matrix
    const expected = await decodeForTests(engine, bytes, 8);
    const start = engine.call(({ mark }) => mark());
    const outcome = await decodeJpeg(engine, byteSourceOfStream(new Blob([bytes]).stream()), { scale: 8 });
    engine.call(({ release }) => release(start));
    expect(outcome).toMatchObject({ kind: "decoded", image: expected.image });
  });

  it("is read past comments, profiles, fill bytes and bytes between its segments", async () => {
    const plain = spec([[2, 2], [1, 1], [1, 1]]); // biome-ignore format: a matrix
    const comment = Uint8Array.of(0xff, 0xfe, 0, 5, 0xff, 0xd9, 0xff);
    const filled = Uint8Array.of(0xff, 0xff, 0xff, 0xe5, 0, 2, 0x12, 0x34);
    const large = new Uint8Array(65_537).fill(0xda);
    large.set([0xff, 0xe2, 0xff, 0xff]);
    const stuffed = writeJpeg({ ...plain, segments: [comment, filled, large, comment] });
    const expected = await decodeForTests(engine, writeJpeg(plain), 4);
    for (const chunkBytes of [1, 100, 65_536]) {
      expect((await decodeForTests(engine, stuffed, 4, chunkBytes)).planes).toEqual(expected.planes);
    }
  });

  it("without Huffman tables is read by the standard's", async () => {
    // One block, flat: DC size 0 is 00, the end of block 1010, then ones.
    const scans = sequentialScans(1, true);
    const bytes = writeJpeg({ widthPx: 8, heightPx: 8, components: [{ sampling: [1, 1] }], scans });
    const tables = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc4);
    const scan = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xda);
    const bare = Uint8Array.of(...bytes.subarray(0, tables), ...bytes.subarray(scan, scan + 10), 0x2b, 0xff, 0xd9);
    const { planes, faults } = await decodeForTests(engine, bare, 8);
    expect(faults).toBe(0);
    expect(planes[0]?.samples).toEqual(new Uint8Array(64).fill(128));
  });
});

describe("libjpeg", () => {
  // djpeg -grayscale -dct int -pnm -scale N/8 of libjpeg-turbo 2.1.5: SHA-256 of what it prints, for the files written here.
  const DJPEG = [
    {
      kind: "interleaved baseline",
      scale: 1,
      digest: "a4dd9bda0e70fad4b91c9174b0098ab17d24f2b7ca65af7780602b60c584a568",
    },
    {
      kind: "interleaved baseline",
      scale: 8,
      digest: "89fe1b55ba8c51e0de0db1f3ccbb6dcd33f2748d03a6055a5d5c2daf00a2aea2",
    },
    {
      kind: "progressive, exact",
      scale: 1,
      digest: "ff89e24cd634a2a1f0a45da12442399f991029f99940916ec675221e417e7661",
    },
    {
      kind: "progressive, exact",
      scale: 8,
      digest: "3236ee5804adb5a2abc6e7fada6495c893620bb14604edf39f43e3f2d6eee3f9",
    },
    {
      kind: "baseline with restarts",
      scale: 1,
      digest: "a4dd9bda0e70fad4b91c9174b0098ab17d24f2b7ca65af7780602b60c584a568",
    },
    {
      kind: "baseline with restarts",
      scale: 8,
      digest: "89fe1b55ba8c51e0de0db1f3ccbb6dcd33f2748d03a6055a5d5c2daf00a2aea2",
    },
  ] as const;

  it.each(DJPEG)("has the very pixels at $scale/8: $kind", async ({ kind, scale, digest }) => {
    const bytes = writeJpeg(spec([[2, 2], [1, 1], [1, 1]], KINDS[kind]?.(3))); // biome-ignore format: a matrix
    const { planes } = await decodeForTests(engine, bytes, scale);
    const [luma] = planes;
    const pgm = Buffer.concat([
      Buffer.from(`P5\n${luma?.widthPx} ${luma?.heightPx}\n255\n`),
      luma?.samples ?? new Uint8Array(0),
    ]);
    expect(createHash("sha256").update(pgm).digest("hex")).toBe(digest);
  });
});

/** 10 log10(255² / 6.5) = 40. */
const MEAN_SQUARE_AT_40_DB = 6.5;

function meanSquareError(expected: Uint8Array, got: Uint8Array | undefined): number {
  return expected.reduce((sum, value, i) => sum + (value - (got?.[i] ?? 0)) ** 2, 0) / expected.length;
}

describe("a progressive JPEG", () => {
  const fine = (sampling: Sampling): JpegSpec =>
    spec(sampling, {
      isProgressive: true,
      scans: progressiveScans(sampling.length, 2),
      quantiserStep: () => 2,
    });

  it("leaves out refinements that hardly show, and says so", async () => {
    const bytes = writeJpeg(fine([[2, 2], [1, 1], [1, 1]])); // biome-ignore format: a matrix
    const { components } = readJpegCoefficients(bytes);
    for (const scale of [2, 4] as const) {
      const decoded = await decodeForTests(engine, bytes, scale);
      expect(decoded.isApproximate).toBe(true);
      for (const [i, component] of components.entries()) {
        const expected = referencePlane(component, scale).samples;
        const error = meanSquareError(expected, decoded.planes[i]?.samples);
        expect(error, `plane ${i} at ${scale}/8`).toBeLessThan(MEAN_SQUARE_AT_40_DB);
      }
    }
    for (const scale of [1, 8] as const) expect((await decodeForTests(engine, bytes, scale)).isApproximate).toBe(false);
  });

  it("is exact whatever the order and the bands of its scans", async () => {
    const band = (index: number, from: number, to: number, high: number, low: number) => ({
      components: [index],
      from,
      to,
      high,
      low,
    });
    const scans = [
      ...[0, 1, 2].map((index) => band(index, 0, 0, 0, 2)),
      ...[0, 1, 2].flatMap((index) => [
        band(index, 21, 63, 0, 4),
        band(index, 1, 1, 0, 4),
        band(index, 2, 20, 0, 4),
        // The bands of refinements need not be those of the first scans.
        ...[4, 3, 2, 1].flatMap((high) => [band(index, 11, 63, high, high - 1), band(index, 1, 10, high, high - 1)]),
      ]),
      { components: [0, 1, 2], from: 0, to: 0, high: 2, low: 1 },
      ...[2, 1, 0].map((index) => band(index, 0, 0, 1, 0)),
    ];
    const bytes = writeJpeg(spec([[2, 2], [1, 2], [2, 1]], { isProgressive: true, scans, quantiserStep: coarse })); // biome-ignore format: a matrix
    const { components } = readJpegCoefficients(bytes);
    for (const scale of SCALES) {
      const { planes, isApproximate } = await decodeForTests(engine, bytes, scale);
      expect(isApproximate).toBe(false);
      for (const [i, component] of components.entries()) {
        const expected = referencePlane(component, scale).samples;
        const difference = largestDifference(planes[i]?.samples ?? new Uint8Array(0), expected);
        expect(difference, `plane ${i} at ${scale}/8`).toBeLessThanOrEqual(ROUNDING_LEVELS);
      }
    }
  });

  it("is refined in the bands that are too coarse, and only there", async () => {
    const scans = [
      { components: [0], from: 0, to: 0, high: 0, low: 0 },
      { components: [0], from: 1, to: 5, high: 0, low: 2 },
      { components: [0], from: 6, to: 63, high: 0, low: 4 },
      { components: [0], from: 6, to: 63, high: 4, low: 3 },
      { components: [0], from: 6, to: 63, high: 3, low: 2 },
      { components: [0], from: 1, to: 63, high: 2, low: 1 },
      { components: [0], from: 1, to: 63, high: 1, low: 0 },
    ];
    const bytes = writeJpeg({ ...fine([[1, 1]]), scans });
    const [component] = readJpegCoefficients(bytes).components;
    if (component === undefined) throw new Error("no component");
    for (const scale of [2, 4] as const) {
      const decoded = await decodeForTests(engine, bytes, scale);
      expect(decoded.isApproximate).toBe(true);
      const expected = referencePlane(component, scale).samples;
      expect(meanSquareError(expected, decoded.planes[0]?.samples)).toBeLessThan(MEAN_SQUARE_AT_40_DB);
    }
  });

  it("is not read further than its planes need", async () => {
    const picture = writeJpeg({ ...fine([[1, 1]]), widthPx: 800, heightPx: 400 });
    // As phones append films and gain maps.
    const bytes = new Uint8Array(Buffer.concat([picture, new Uint8Array(200_000)]));
    const lastScan = Buffer.from(bytes).lastIndexOf(Uint8Array.of(0xff, 0xda));
    let readBytes = 0;
    const source = {
      read: async () => {
        const piece = bytes.subarray(readBytes, readBytes + 1000);
        readBytes += piece.length;
        return piece.length === 0 ? null : piece;
      },
      close: async () => {},
    };
    // Its DC is refined by the last scan, without which no scale can do; a trailer behind that is never asked for.
    const outcome = await decodeJpeg(engine, source, { scale: 1 });
    expect(outcome.kind).toBe("decoded");
    expect(readBytes).toBeGreaterThan(lastScan);
    expect(readBytes).toBeLessThan(bytes.length);
  });
});

describe("scaleFor", () => {
  const frame = { widthPx: 4032, heightPx: 3024 };
  it.each([
    [1, { minWidthPx: 504, minHeightPx: 378 }],
    [2, { minWidthPx: 505, minHeightPx: 1 }],
    [2, { minWidthPx: 1, minHeightPx: 379 }],
    [4, { minWidthPx: 1280, minHeightPx: 960 }],
    [8, { minWidthPx: 2017, minHeightPx: 1 }],
    [8, { minWidthPx: 9999, minHeightPx: 1 }],
  ] as const)("is %i/8 for %o", (scale, target) => {
    expect(scaleFor(frame, target)).toBe(scale);
  });
});
