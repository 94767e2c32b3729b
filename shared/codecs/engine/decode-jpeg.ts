// Decodes a JPEG while it streams in: no more of the file than a chunk is ever held, and no more pixels than the scale chosen needs.
import type { ByteSource } from "./byte-source.ts";
import { type Engine, EngineTrap } from "./engine.ts";
import {
  COLOURS,
  COMPONENT_WORDS,
  DONE,
  FRAME_READY,
  FRAME_WORDS,
  type JpegColour,
  type JpegRefusal,
  NEED_INPUT,
  REFUSAL_BY_STATUS,
} from "./jpeg-decode-exports.ts";
import type { PlanarImage, Plane } from "./planes.ts";

/** Largest chunk the kernel takes at once, in bytes: its window's. */
const CHUNK_MAX_BYTES = 65_536;

/** The module's maximum memory (local/build-kernels.ts), in bytes. */
const ENGINE_MAX_BYTES = 64 * 1024 * 1024;

/** Pixels of output per 8 of the file. */
export type ScaleEighths = 1 | 2 | 4 | 8;
const SCALES: readonly ScaleEighths[] = [1, 2, 4, 8];

export interface JpegComponent {
  readonly id: number;
  /** Sampling factors, 1 to 4 (T.81 A.1.1). */
  readonly horizontal: number;
  readonly vertical: number;
}

/** What the file says of itself. */
export interface JpegFrame {
  /** As stored, before orientation. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly isProgressive: boolean;
  readonly colour: JpegColour;
  readonly components: readonly JpegComponent[];
}

export interface DecodedJpeg {
  readonly kind: "decoded";
  /** In the engine's memory, until the caller releases it. */
  readonly image: PlanarImage;
  readonly frame: JpegFrame;
  readonly scaleEighths: ScaleEighths;
  /** The file ended before what was needed was complete; what is missing is grey. */
  readonly isTruncated: boolean;
  /** Share of the blocks in the scans read that were not there: 0 for a sound file. */
  readonly missing01: number;
  /** Places at which the data made no sense. 0 for a sound file. */
  readonly faults: number;
  /** Refinements of a progressive file were left out because they would hardly show at this scale. */
  readonly isApproximate: boolean;
}

export type JpegOutcome = DecodedJpeg | { readonly kind: "refused"; readonly reason: JpegRefusal };

export interface JpegTarget {
  /** As stored, before orientation. */
  readonly minWidthPx: number;
  readonly minHeightPx: number;
}

export interface DecodeJpegOptions {
  /** The size wanted, from which `scaleFor` chooses, or half of that where memory is short; or the scale itself. */
  readonly scale: JpegTarget | ScaleEighths;
  /**
   * Chroma as finely sampled as luma is decoded at half of luma's scale, as if the file were 4:2:0: renditions are. Saves time
   * and a third of the memory. Default: with a target true, with a scale false.
   */
  readonly isChromaHalved?: boolean;
  /** Engine memory that must stay free for later steps, in bytes. Default 0. */
  readonly reserveBytes?: number;
}

/** Pixels of a side at a scale: rounded up, as libjpeg does. */
export function scaledPx(sidePx: number, scaleEighths: ScaleEighths): number {
  return Math.ceil((sidePx * scaleEighths) / 8);
}

/** @returns the smallest scale at which both sides still reach the target; 8 when none does. */
export function scaleFor(frame: Pick<JpegFrame, "widthPx" | "heightPx">, target: JpegTarget): ScaleEighths {
  const reaches = (scale: ScaleEighths) =>
    scaledPx(frame.widthPx, scale) >= target.minWidthPx && scaledPx(frame.heightPx, scale) >= target.minHeightPx;
  return SCALES.find(reaches) ?? 8;
}

/**
 * The scale wanted, or half of it where memory does not hold it: a picture a few pixels short of its target beats none. The
 * largest photos are decoded at an eighth and never come here; it is tall ones of less than twice the target's width that do.
 */
function affordableScale(frame: JpegFrame, target: JpegTarget, fits: (scale: ScaleEighths) => boolean): ScaleEighths {
  const wanted = scaleFor(frame, target);
  const smaller = SCALES.filter((scale) => scale < wanted).at(-1);
  return smaller === undefined || fits(wanted) ? wanted : smaller;
}

/**
 * Reads as much of `source` as it needs and closes it. Planes are allocated above the arena's mark at the time of the call.
 * What the file does wrong is an outcome; a source that fails to read throws, and so does a fault of the kernel (EngineTrap).
 * After `too-large` ask the engine whether it `isAlive`.
 */
export async function decodeJpeg(engine: Engine, source: ByteSource, options: DecodeJpegOptions): Promise<JpegOutcome> {
  try {
    return await decode(engine, source, options);
  } catch (error) {
    if (error instanceof EngineTrap && error.reason === "out-of-memory")
      return { kind: "refused", reason: "too-large" };
    throw error;
  } finally {
    await source.close();
  }
}

async function decode(engine: Engine, source: ByteSource, options: DecodeJpegOptions): Promise<JpegOutcome> {
  const chunks = new Chunks(source);
  engine.call(({ jpegBegin }) => jpegBegin());
  let started: { frame: JpegFrame; scaleEighths: ScaleEighths } | undefined;
  while (true) {
    const status = engine.call(({ jpegRun }) => jpegRun());
    if (status === NEED_INPUT) {
      pushChunk(engine, await chunks.next());
    } else if (status === FRAME_READY) {
      const frame = readFrame(engine);
      const isChromaHalved = options.isChromaHalved ?? typeof options.scale !== "number";
      const budgetEnd = ENGINE_MAX_BYTES - (options.reserveBytes ?? 0);
      const fits = (scale: ScaleEighths) =>
        engine.call(
          ({ mark, jpegBytesNeeded }) => mark() + jpegBytesNeeded(scale, isChromaHalved ? 1 : 0) <= budgetEnd,
        );
      const scaleEighths =
        typeof options.scale === "number" ? options.scale : affordableScale(frame, options.scale, fits);
      started = { frame, scaleEighths };
      // A refusal here is what the next run answers.
      engine.call(({ jpegStart }) => jpegStart(scaleEighths, isChromaHalved ? 1 : 0, budgetEnd));
    } else if (status === DONE && started !== undefined) {
      return decoded(engine, started.frame, started.scaleEighths);
    } else {
      return { kind: "refused", reason: refusalOf(status) };
    }
  }
}

function refusalOf(status: number): JpegRefusal {
  const reason = REFUSAL_BY_STATUS[String(status) as keyof typeof REFUSAL_BY_STATUS];
  if (reason === undefined) throw new Error(`Expected a status of the JPEG decoder. Got ${status}.`);
  return reason;
}

/** Pieces of a source, none larger than the window; an empty one at the end. */
class Chunks {
  readonly #source: ByteSource;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async next(): Promise<Uint8Array> {
    if (this.#piece.length === 0) this.#piece = (await this.#source.read()) ?? new Uint8Array(0);
    const chunk = this.#piece.subarray(0, CHUNK_MAX_BYTES);
    this.#piece = this.#piece.subarray(chunk.length);
    return chunk;
  }
}

/** @param chunk Empty when the source has ended. */
function pushChunk(engine: Engine, chunk: Uint8Array): void {
  const address = engine.call(({ jpegRoom }) => jpegRoom());
  engine.bytes().set(chunk, address);
  const isLast = chunk.length === 0 ? 1 : 0;
  if (engine.call(({ jpegPush }) => jpegPush(chunk.length, isLast)) === 0)
    throw new Error(`Expected room for ${chunk.length} bytes in the JPEG decoder's window.`);
}

/** Reader of the 32-bit words of a record in the engine's memory. */
function wordsAt(engine: Engine, address: number): (word: number) => number {
  const words = new Int32Array(engine.exports.memory.buffer, address);
  return (word) => words[word] ?? 0;
}

function readFrame(engine: Engine): JpegFrame {
  const word = wordsAt(engine, engine.exports.jpegFrame());
  const components = Array.from({ length: word(FRAME_WORDS.componentCount) }, (_, index) => {
    const part = wordsAt(engine, engine.exports.jpegComponent(index));
    return {
      id: part(COMPONENT_WORDS.id),
      horizontal: part(COMPONENT_WORDS.horizontal),
      vertical: part(COMPONENT_WORDS.vertical),
    };
  });
  return {
    widthPx: word(FRAME_WORDS.widthPx),
    heightPx: word(FRAME_WORDS.heightPx),
    isProgressive: word(FRAME_WORDS.isProgressive) !== 0,
    colour: COLOURS[word(FRAME_WORDS.colour)] ?? "ycbcr",
    components,
  };
}

function planeAt(engine: Engine, index: number): Plane {
  const word = wordsAt(engine, engine.exports.jpegComponent(index));
  return {
    address: word(COMPONENT_WORDS.plane),
    strideBytes: word(COMPONENT_WORDS.strideBytes),
    widthPx: word(COMPONENT_WORDS.widthPx),
    heightPx: word(COMPONENT_WORDS.heightPx),
  };
}

function decoded(engine: Engine, frame: JpegFrame, scaleEighths: ScaleEighths): DecodedJpeg {
  const word = wordsAt(engine, engine.exports.jpegFrame());
  const planes: PlanarImage["planes"] =
    word(FRAME_WORDS.planeCount) === 1
      ? [planeAt(engine, 0)]
      : [planeAt(engine, 0), planeAt(engine, 1), planeAt(engine, 2)];
  return {
    kind: "decoded",
    // The file's size: planes of 4281 px at 1/8 have 536 samples, which cover 4288 px.
    image: { widthPx: frame.widthPx, heightPx: frame.heightPx, planes },
    frame,
    scaleEighths,
    isTruncated: word(FRAME_WORDS.isTruncated) !== 0,
    missing01: word(FRAME_WORDS.missingBlocks) / Math.max(1, word(FRAME_WORDS.expectedBlocks)),
    faults: word(FRAME_WORDS.faults),
    isApproximate: word(FRAME_WORDS.isApproximate) !== 0,
  };
}
