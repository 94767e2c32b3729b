// The engine's planes against libjpeg's and against the textbook, for every JPEG of the corpus. CORPUS_FULL=1 takes all of them.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ENGINE_WASM } from "../../../local/build-kernels.ts";
import { compileWasm } from "../../../tests/fixtures/compile-wasm.ts";
import digests from "../../../tests/reference/corpus-digests.json" with { type: "json" };
import { CORPUS, hasCorpus } from "../../../tests/reference/corpus-jpegs.ts";
import { type JpegCoefficients, readJpegCoefficients } from "../../../tests/reference/jpeg-coefficients.ts";
import { type ReferencePlane, referencePlane } from "../../../tests/reference/jpeg-planes.ts";
import { byteSourceOfBytes } from "./byte-source.ts";
import { type DecodedJpeg, decodeJpeg, type ScaleEighths } from "./decode-jpeg.ts";
import { createEngine, type Engine } from "./engine.ts";

/** Least likeness (dB) of an exact decode to the textbook's at the same scale: what is left is rounding. */
const EXACT_PSNR_DB = 48;
/** The same where refinements of a progressive file are left out by intent. */
const APPROXIMATE_PSNR_DB = 40;
/** Pixels of files in the quick run; every one of a kind the slow run has. */
const QUICK_MAX_PIXELS = 700_000;
const FULL_TIMEOUT_MS = 600_000;
/** Least likeness (dB) of luma that was converted from other colours, in fixed point from rounded samples. */
const CONVERTED_PSNR_DB = 45;
/** Bytes of planes beyond which the engine may refuse: its memory has a maximum, and full size is asked of huge files only here. */
const REFUSABLE_PLANE_BYTES = 48 * 1024 * 1024;

const isFull = process.env.CORPUS_FULL !== undefined;
if (!hasCorpus) console.warn(`No corpus at ${CORPUS}: its tests are skipped.`);

interface Case {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly reference: JpegCoefficients;
  /** SHA-256 of each component at 1/8, from djpeg. */
  readonly eighth: readonly string[];
}

function* casesOf(): Generator<Case> {
  for (const [file, { widthPx, heightPx, eighth }] of Object.entries(digests)) {
    const path = join(CORPUS, file);
    if (!existsSync(path) || (!isFull && widthPx * heightPx > QUICK_MAX_PIXELS)) continue;
    const bytes = new Uint8Array(readFileSync(path));
    yield { file, bytes, reference: readJpegCoefficients(bytes), eighth };
  }
}

/** Null: refused for its size, which is allowed at this scale. */
async function decode(engine: Engine, one: Case, scale: ScaleEighths): Promise<DecodedJpeg | null> {
  const outcome = await decodeJpeg(engine, byteSourceOfBytes(one.bytes), { scale });
  if (outcome.kind === "decoded") return outcome;
  const { components, isProgressive } = one.reference;
  const samples = components.reduce((sum, { widthPx, heightPx }) => sum + widthPx * heightPx, 0);
  const neededBytes = samples * (scale / 8) ** 2 * (isProgressive ? 2 : 1);
  if (outcome.reason === "too-large" && neededBytes > REFUSABLE_PLANE_BYTES) return null;
  throw new Error(`${one.file}: refused: ${outcome.reason}`);
}

/** Whether planes are the file's components, sample for sample. */
function areComponents({ frame }: DecodedJpeg): boolean {
  const largest = Math.max(...frame.components.map(({ horizontal, vertical }) => horizontal * vertical));
  const [first] = frame.components;
  // Luma of half size is enlarged: the planes' consumers rely on a first plane of full size.
  const isLumaFull = first !== undefined && first.horizontal * first.vertical === largest;
  return (frame.colour === "grey" || frame.colour === "ycbcr") && (frame.components.length === 1 || isLumaFull);
}

/** Luma of RGB, CMYK, YCCK, or enlarged, from the textbook's components, each sample repeated where a component is smaller. */
function convertedLuma({ frame, image }: DecodedJpeg, { reference }: Case, scale: ScaleEighths): Uint8Array {
  const [luma] = image.planes;
  const planes = reference.components.map((component) => referencePlane(component, scale));
  const at = (plane: ReferencePlane | undefined, x: number, y: number): number => {
    if (plane === undefined) return 0;
    const column = Math.min(plane.widthPx - 1, Math.floor((x * plane.widthPx) / luma.widthPx));
    const row = Math.min(plane.heightPx - 1, Math.floor((y * plane.heightPx) / luma.heightPx));
    return plane.samples[row * plane.widthPx + column] ?? 0;
  };
  return Uint8Array.from({ length: luma.widthPx * luma.heightPx }, (_, i) => {
    const [x, y] = [i % luma.widthPx, Math.floor(i / luma.widthPx)];
    const [a = 0, b = 0, c = 0, key = 0] = planes.map((plane) => at(plane, x, y));
    return Math.round(lumaOf(frame.colour, a, b, c, key));
  });
}

function lumaOf(colour: DecodedJpeg["frame"]["colour"], a: number, b: number, c: number, key: number): number {
  const weigh = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue;
  switch (colour) {
    case "grey":
    case "ycbcr":
      return a;
    case "rgb":
      return weigh(a, b, c);
    case "cmyk-inverted":
      return (weigh(a, b, c) * key) / 255;
    case "cmyk":
      return (weigh(255 - a, 255 - b, 255 - c) * (255 - key)) / 255;
    case "ycck": {
      const clamp = (value: number): number => Math.max(0, Math.min(255, value));
      const [cb, cr] = [b - 128, c - 128];
      // What YCC gives is taken from 255, and Adobe's inks are stored inverted: that is the light they leave.
      const inks = [a + 1.402 * cr, a - 0.344136 * cb - 0.714136 * cr, a + 1.772 * cb];
      const [red, green, blue] = inks.map((ink) => 255 - clamp(ink));
      return (weigh(red ?? 0, green ?? 0, blue ?? 0) * key) / 255;
    }
  }
}

/** Planes without their padding. */
function planesOf(engine: Engine, { image }: DecodedJpeg): ReferencePlane[] {
  const memory = engine.bytes();
  return image.planes.map(({ address, strideBytes, widthPx, heightPx }) => {
    const samples = new Uint8Array(widthPx * heightPx);
    for (let y = 0; y < heightPx; y++) {
      const row = address + y * strideBytes;
      samples.set(memory.subarray(row, row + widthPx), y * widthPx);
    }
    return { widthPx, heightPx, samples };
  });
}

function psnrDb(a: Uint8Array, b: Uint8Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return squares === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10((255 ** 2 * a.length) / squares);
}

/** Each file in turn, with what the engine allocated for it given back. */
async function forEachCase(engine: Engine, check: (one: Case) => Promise<void>): Promise<string[]> {
  const complaints: string[] = [];
  let files = 0;
  for (const one of casesOf()) {
    files++;
    const start = engine.call((kernel) => kernel.mark());
    try {
      await check(one);
    } catch (error) {
      complaints.push(error instanceof Error ? error.message : String(error));
      if (!engine.isAlive) break;
    }
    engine.call((kernel) => kernel.release(start));
  }
  // A check that saw nothing proves nothing.
  expect(files).toBeGreaterThan(isFull ? 150 : 50);
  return complaints;
}

describe.skipIf(!hasCorpus)("the corpus' JPEGs", { timeout: FULL_TIMEOUT_MS }, () => {
  let engine: Engine;
  beforeAll(() => {
    engine = createEngine(compileWasm(new Uint8Array(readFileSync(ENGINE_WASM))));
  });

  it("come out at 1/8 as libjpeg decodes them, to the bit", async () => {
    const complaints = await forEachCase(engine, async (one) => {
      const decoded = await decode(engine, one, 1);
      if (decoded === null || !areComponents(decoded)) return;
      planesOf(engine, decoded).forEach(({ widthPx, heightPx, samples }, i) => {
        const digest = createHash("sha256").update(samples).digest("hex");
        if (digest !== one.eighth[i]) throw new Error(`${one.file}: plane ${i} of ${widthPx}x${heightPx} differs`);
      });
    });
    expect(complaints).toEqual([]);
  });

  it.each([2, 4, 8] as const)("come out at %i/8 as the textbook's inverse DCT has them", async (scale) => {
    const complaints = await forEachCase(engine, async (one) => {
      const decoded = await decode(engine, one, scale);
      if (decoded === null || !areComponents(decoded)) return;
      const least = decoded.isApproximate ? APPROXIMATE_PSNR_DB : EXACT_PSNR_DB;
      planesOf(engine, decoded).forEach(({ widthPx, heightPx, samples }, i) => {
        const component = one.reference.components[i];
        if (component === undefined) throw new Error(`${one.file}: a plane ${i} without a component`);
        const expected = referencePlane(component, scale);
        const size = `${widthPx}x${heightPx}`;
        const expectedSize = `${expected.widthPx}x${expected.heightPx}`;
        if (size !== expectedSize) throw new Error(`${one.file}: plane ${i} is ${size}, not ${expectedSize}`);
        const likeness = psnrDb(samples, expected.samples);
        if (likeness < least) throw new Error(`${one.file}: plane ${i} at ${likeness.toFixed(1)} dB, not ${least}`);
      });
    });
    expect(complaints).toEqual([]);
  });

  it.each([1, 2, 4, 8] as const)("of other colours have the textbook's luma at %i/8", async (scale) => {
    let converted = 0;
    const complaints = await forEachCase(engine, async (one) => {
      const decoded = await decode(engine, one, scale);
      if (decoded === null || areComponents(decoded)) return;
      converted++;
      const [luma] = planesOf(engine, decoded);
      const likeness = psnrDb(luma?.samples ?? new Uint8Array(0), convertedLuma(decoded, one, scale));
      if (likeness < CONVERTED_PSNR_DB) {
        throw new Error(`${one.file}: luma of ${decoded.frame.colour} at ${likeness.toFixed(1)} dB`);
      }
    });
    expect(complaints).toEqual([]);
    expect(converted).toBeGreaterThan(0);
  });
});
