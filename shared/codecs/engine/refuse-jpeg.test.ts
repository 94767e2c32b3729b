// JPEGs that cannot, must not or need not be decoded whole: each ends in a named outcome, never in a trap.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../local/seeded-random.ts";
import { decodeForTests } from "../../../tests/fixtures/decode-for-tests.ts";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { type JpegSpec, progressiveScans, sequentialScans, writeJpeg } from "../../../tests/fixtures/write-jpeg.ts";
import { byteSourceOfBytes } from "./byte-source.ts";
import { decodeJpeg, type JpegOutcome, type ScaleEighths } from "./decode-jpeg.ts";
import { createEngine, EngineTrap } from "./engine.ts";

const module = await loadEngineModule();
const engine = createEngine(module);
const SCALES = [1, 2, 4, 8] as const;
const COLOUR = [{ sampling: [2, 2] }, { sampling: [1, 1] }, { sampling: [1, 1] }] as const;
const BASELINE: JpegSpec = { widthPx: 61, heightPx: 47, components: COLOUR, scans: sequentialScans(3, true) };
const PROGRESSIVE: JpegSpec = { ...BASELINE, isProgressive: true, scans: progressiveScans(3, 3) };

const MEBIBYTE = 1024 * 1024;
const SOF0 = 0xc0;
const SOF2 = 0xc2;
const DHT = 0xc4;
const SOS = 0xda;
const DQT = 0xdb;

async function decode(bytes: Uint8Array, scale: ScaleEighths = 1, reserveBytes = 0): Promise<JpegOutcome> {
  const start = engine.call(({ mark }) => mark());
  try {
    return await decodeJpeg(engine, byteSourceOfBytes(bytes), { scale, reserveBytes });
  } finally {
    engine.call(({ release }) => release(start));
  }
}

/** Where a marker stands. */
function find(bytes: Uint8Array, marker: number): number {
  return bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === marker);
}

/** The same file with a byte changed, counted from a marker. */
function changed(bytes: Uint8Array, marker: number, offset: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[find(bytes, marker) + offset] = value;
  return copy;
}

/** The same file without its segments of one kind. */
function without(bytes: Uint8Array, marker: number): Uint8Array {
  let rest = bytes;
  for (let at = find(rest, marker); at >= 0; at = find(rest, marker)) {
    const length = ((rest[at + 2] ?? 0) << 8) | (rest[at + 3] ?? 0);
    rest = new Uint8Array(Buffer.concat([rest.subarray(0, at), rest.subarray(at + 2 + length)]));
  }
  return rest;
}

/** A header that claims a size, and hardly anything behind it. */
function claimed(widthPx: number, heightPx: number, spec: JpegSpec): Uint8Array {
  const bytes = writeJpeg(spec);
  const frame = find(bytes, spec.isProgressive ? SOF2 : SOF0);
  bytes.set([heightPx >> 8, heightPx & 255, widthPx >> 8, widthPx & 255], frame + 5);
  return bytes;
}

const sound = writeJpeg(BASELINE);
const progressive = writeJpeg(PROGRESSIVE);
const withComponents = (count: number): Uint8Array =>
  writeJpeg({ ...BASELINE, components: Array(count).fill({ sampling: [1, 1] }), scans: sequentialScans(1, true) });

describe("a JPEG is refused", () => {
  it.each([
    ["not-a-jpeg", "no bytes", new Uint8Array(0)],
    ["not-a-jpeg", "one byte", Uint8Array.of(0xff)],
    ["not-a-jpeg", "a PNG", Uint8Array.of(0x89, 0x50, 0x4e, 0x47)],
    ["corrupt", "nothing behind SOI", Uint8Array.of(0xff, 0xd8)],
    ["corrupt", "SOI and EOI", Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)],
    ["corrupt", "no scan", sound.subarray(0, find(sound, SOS))],
    ["corrupt", "a scan without a frame", without(sound, SOF0)],
    ["corrupt", "two frames", new Uint8Array(Buffer.concat([sound.subarray(0, find(sound, SOS)), sound.subarray(2)]))],
    ["corrupt", "a width of 0", claimed(0, 8, BASELINE)],
    ["corrupt", "a sampling factor of 0", changed(sound, SOF0, 11, 0x20)],
    ["corrupt", "a sampling factor of 5", changed(sound, SOF0, 11, 0x15)],
    ["corrupt", "13 blocks to a unit", changed(changed(sound, SOF0, 11, 0x33), SOF0, 14, 0x13)],
    ["corrupt", "a quantiser nobody defined", without(sound, DQT)],
    ["corrupt", "a quantiser of id 4", changed(sound, DQT, 4, 4)],
    ["corrupt", "a Huffman table of id 4", changed(sound, DHT, 4, 4)],
    ["corrupt", "a Huffman table of class 2", changed(sound, DHT, 4, 0x20)],
    ["corrupt", "more codes than a length has", changed(sound, DHT, 5, 5)],
    ["corrupt", "a scan of table 3, which nobody defined", changed(sound, SOS, 6, 0x33)],
    ["corrupt", "a scan of table 7", changed(sound, SOS, 6, 0x70)],
    ["corrupt", "a scan of an unknown component", changed(sound, SOS, 5, 77)],
    ["corrupt", "a scan of no components", changed(sound, SOS, 4, 0)],
    ["corrupt", "a band that ends before it starts", changed(progressive, SOS, 11, 70)],
    ["precision-not-8-bits", "12 bits", changed(sound, SOF0, 4, 12)],
    ["lossless", "a lossless frame", changed(sound, SOF0, 1, 0xc3)],
    ["hierarchical", "a differential frame", changed(sound, SOF0, 1, 0xc5)],
    ["arithmetic-coding", "an arithmetic frame", changed(sound, SOF0, 1, 0xc9)],
    ["arithmetic-coding", "a progressive arithmetic frame", changed(sound, SOF0, 1, 0xca)],
    ["component-count", "two components", withComponents(2)],
    ["component-count", "five components", withComponents(5)],
    ["height-unknown", "a height of 0", claimed(61, 0, BASELINE)],
  ] as const)("as %s: %s", async (reason, _what, bytes) => {
    expect(await decode(bytes)).toEqual({ kind: "refused", reason });
  });

  it.each(SCALES)("as too-large at %i/8 before memory is allocated for it", async (scale) => {
    for (const spec of [BASELINE, PROGRESSIVE]) {
      const before = engine.memoryBytes;
      expect(await decode(claimed(65_500, 65_500, spec), scale)).toEqual({ kind: "refused", reason: "too-large" });
      expect(engine.memoryBytes - before).toBeLessThan(MEBIBYTE);
      expect(engine.isAlive).toBe(true);
    }
  });

  it("as too-large when later steps need the memory", async () => {
    const large = claimed(8000, 6000, BASELINE);
    expect(await decode(large, 4)).toMatchObject({ kind: "decoded" });
    expect(await decode(large, 4, 60 * MEBIBYTE)).toEqual({ kind: "refused", reason: "too-large" });
  });

  it("as too-large, with a dead engine, when the arena holds more than it knew", async () => {
    const doomed = createEngine(module);
    // The window and the bits take more than this.
    const leftBytes = 100 * 1024;
    doomed.call(({ allocate, mark }) => allocate(64 * MEBIBYTE - mark() - leftBytes));
    const outcome = await decodeJpeg(doomed, byteSourceOfBytes(sound), { scale: 8 });
    expect(outcome).toEqual({ kind: "refused", reason: "too-large" });
    expect(doomed.isAlive).toBe(false);
    expect(() => doomed.call(({ mark }) => mark())).toThrow(EngineTrap);
  });

  it("as too-much-work when its scans would visit more blocks than any photo's", async () => {
    const dc = { components: [0], from: 0, to: 0, high: 0, low: 0 };
    const bomb = writeJpeg({
      ...PROGRESSIVE,
      components: [{ sampling: [1, 1] }],
      scans: Array(40).fill({ ...dc, low: 1 }),
    });
    const frame = find(bomb, SOF2);
    bomb.set([0x40, 0x00, 0xff, 0xff], frame + 5);
    expect(await decode(bomb)).toEqual({ kind: "refused", reason: "too-much-work" });
  });

  it("as too-much-work when it has hundreds of scans, however small", async () => {
    const dc = { components: [0, 1, 2], from: 0, to: 0, high: 0, low: 1 };
    const many = writeJpeg({ ...PROGRESSIVE, scans: Array(300).fill(dc) });
    expect(await decode(many)).toEqual({ kind: "refused", reason: "too-much-work" });
  });
});

describe("a damaged JPEG", () => {
  it("cut off anywhere is grey where bytes are missing, or refused", async () => {
    for (const bytes of [writeJpeg({ ...BASELINE, restartInterval: 2 }), progressive]) {
      for (let length = 0; length < bytes.length - 2; length += 3) {
        const outcome = await decode(bytes.subarray(0, length), SCALES[length % 4]);
        if (outcome.kind === "refused") expect(["not-a-jpeg", "corrupt"]).toContain(outcome.reason);
      }
      expect(engine.isAlive).toBe(true);
    }
  });

  it("cut off half way keeps its upper half", async () => {
    const grey: JpegSpec = { ...BASELINE, components: [{ sampling: [1, 1] }], scans: sequentialScans(1, true) };
    const bytes = writeJpeg({ ...grey, widthPx: 400, heightPx: 400 });
    const whole = await decodeForTests(engine, bytes, 1);
    const half = await decodeForTests(engine, bytes.subarray(0, bytes.length >> 1), 1);
    expect(half.isTruncated).toBe(true);
    expect(half.missing01).toBeGreaterThan(0.4);
    expect(half.missing01).toBeLessThan(0.6);
    const [wholeSamples, halfSamples] = [whole.planes[0]?.samples, half.planes[0]?.samples];
    expect(halfSamples?.subarray(0, 1000)).toEqual(wholeSamples?.subarray(0, 1000));
    expect(halfSamples?.at(-1)).toBe(128);
  });

  it("without its end, but with all else, is whole", async () => {
    const whole = await decodeForTests(engine, sound, 8);
    const endless = await decodeForTests(engine, sound.subarray(0, sound.length - 2), 8);
    expect(endless.planes).toEqual(whole.planes);
    expect(endless.missing01).toBe(0);
  });

  it("finds its way back at the next restart", async () => {
    const rows = 10;
    const grey: JpegSpec = { ...BASELINE, components: [{ sampling: [1, 1] }], scans: sequentialScans(1, true) };
    const bytes = writeJpeg({ ...grey, widthPx: 80, heightPx: 8 * rows, restartInterval: 10 });
    const whole = await decodeForTests(engine, bytes, 8);
    const third = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xd2);
    const fourth = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xd3);
    const lacking = new Uint8Array(Buffer.concat([bytes.subarray(0, third), bytes.subarray(fourth)]));
    const noisy = bytes.slice();
    noisy.fill(0x55, third + 2, fourth);
    for (const [name, damaged] of Object.entries({ lacking, noisy })) {
      const { planes, faults, missing01 } = await decodeForTests(engine, damaged, 8);
      expect(faults + missing01, name).toBeGreaterThan(0);
      const [got, expected] = [planes[0]?.samples, whole.planes[0]?.samples];
      for (let row = 0; row < rows; row++) {
        if (row === 3) continue;
        const [start, end] = [row * 8 * 80, (row + 1) * 8 * 80];
        expect(got?.subarray(start, end), `${name}, row ${row}`).toEqual(expected?.subarray(start, end));
      }
    }
  });

  it("harms neither the engine nor what else lies in its memory", async () => {
    const random = seededRandom(7);
    const guardBytes = 4096;
    const guard = engine.call(({ allocate }) => allocate(guardBytes));
    engine.bytes().fill(0xa5, guard, guard + guardBytes);
    const files = [sound, progressive, writeJpeg({ ...PROGRESSIVE, restartInterval: 3 })];
    const outcomes = { decoded: 0, refused: 0 };
    for (let run = 0; run < 3000; run++) {
      const damaged = (files[run % files.length] ?? sound).slice();
      for (let hits = 1 + Math.floor(random() * 8); hits > 0; hits--) {
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      }
      const cut = random() < 0.3 ? Math.floor(random() * damaged.length) : damaged.length;
      outcomes[(await decode(damaged.subarray(0, cut), SCALES[run % 4])).kind]++;
    }
    expect(engine.bytes().subarray(guard, guard + guardBytes)).toEqual(new Uint8Array(guardBytes).fill(0xa5));
    expect(Math.min(outcomes.decoded, outcomes.refused)).toBeGreaterThan(100);
  });
});
