// The JPEG decoder and, behind it, the renderer: no fault, no write out of bounds, and one answer however the bytes arrive.
import { type ByteSource, byteSourceOfBytes } from "../../../shared/codecs/engine/byte-source.ts";
import { type DecodedJpeg, decodeJpeg, type ScaleEighths } from "../../../shared/codecs/engine/decode-jpeg.ts";
import type { Engine } from "../../../shared/codecs/engine/engine.ts";
import { renderPlanes } from "../../../shared/codecs/engine/render-planes.ts";
import type { Orientation } from "../../../shared/kernels/exif-orientation.ts";
import { JPEG_MAGIC } from "../../reference/corpus-jpegs.ts";
import { corpusSeeds, generatedJpegs } from "../fuzz-seeds.ts";
import { type FuzzTarget, sizeClass, Violation } from "../fuzz-target.ts";
import { byteMutations } from "../mutate-bytes.ts";
import { jpegMutations } from "../mutate-jpeg.ts";
import { Random } from "../random.ts";
import { compareWithTextbook } from "./compare-with-textbook.ts";
import { type Answer, EnginePair, hashPlanes } from "./engine-pair.ts";

const SEED_MAX_BYTES = 16 * 1024;
const SCALES = [1, 1, 2, 4, 8] as const;
/** Frames with more pixels are decoded at 1/8 only: the header is two bytes' mutation away from 65535 x 65535. */
const LARGE_PIXELS = 2_000_000;
/** How often a known input is decoded again, to see whether the engine still can. */
const FRESH_ONE_IN = 200;
/** The plain decoder is slow. */
const TEXTBOOK_ONE_IN = 8;

export async function createJpegTarget(): Promise<FuzzTarget> {
  const engines = await EnginePair.create();
  const generated = await generatedJpegs();
  const known = generated[0] ?? new Uint8Array(0);
  return {
    name: "jpeg",
    seeds: [...generated, ...corpusSeeds([JPEG_MAGIC], SEED_MAX_BYTES)],
    mutations: [...jpegMutations, ...jpegMutations, ...byteMutations],
    run: async (input, random) => {
      const scale = random.pick(SCALES);
      const isChromaHalved = random.isOneIn(2);
      const turn = random.between(1, 8) as Orientation;
      const cuts = [random.below(2 ** 32), random.below(2 ** 32)] as const;
      const facts: { decoded: DecodedJpeg | null } = { decoded: null };
      const runWith = (seed: number) => async (engine: Engine) => {
        return await decodeAndRender(
          engine,
          input,
          { scale, isChromaHalved },
          turn,
          pieces(input, new Random(seed)),
          facts,
        );
      };
      const answer = await engines.compare(runWith(cuts[0]), runWith(cuts[1]), random.below(256));
      if (random.isOneIn(FRESH_ONE_IN)) {
        await engines.compareWithFresh(async (engine) => {
          return await decodeAndRender(
            engine,
            known,
            { scale: 8, isChromaHalved: false },
            1,
            byteSourceOfBytes(known),
            { decoded: null },
          );
        });
      }
      if (random.isOneIn(TEXTBOOK_ONE_IN)) await engines.use((engine) => compareWithTextbook(engine, input));
      return describe(answer, facts.decoded, scale);
    },
  };
}

async function decodeAndRender(
  engine: Engine,
  input: Uint8Array,
  wanted: { readonly scale: ScaleEighths; readonly isChromaHalved: boolean },
  orientation: Orientation,
  source: ByteSource,
  facts: { decoded: DecodedJpeg | null },
): Promise<Answer> {
  const scale = isLarge(input) ? 1 : wanted.scale;
  const outcome = await decodeJpeg(engine, source, { ...wanted, scale });
  if (outcome.kind === "refused") return outcome.reason;
  facts.decoded = outcome;
  const { image, isTruncated, missing01, faults } = outcome;
  if (missing01 < 0 || missing01 > 1) throw new Violation("a share that is none", String(missing01));
  const hash = hashPlanes(engine, image);
  const [luma] = image.planes;
  const sizes = [
    { widthPx: Math.max(1, luma.widthPx >> 1), heightPx: Math.max(1, luma.heightPx >> 1) },
    { widthPx: 1, heightPx: 1 },
  ];
  const rendered = renderPlanes(engine, image, { sizes, orientation, iccProfile: null });
  const bytes = rendered.map((rendition) => rendition.bytes.length);
  return `${hash} ${isTruncated} ${missing01} ${faults} ${bytes}`;
}

/** Any frame header in the file: which of several counts is for the decoder to say. */
function isLarge(input: Uint8Array): boolean {
  for (let at = 2; at + 9 < input.length; at++) {
    if (input[at] !== 0xff || (input[at + 1] ?? 0) < 0xc0 || (input[at + 1] ?? 0) > 0xcf) continue;
    const heightPx = ((input[at + 5] ?? 0) << 8) | (input[at + 6] ?? 0);
    const widthPx = ((input[at + 7] ?? 0) << 8) | (input[at + 8] ?? 0);
    if (widthPx * heightPx > LARGE_PIXELS) return true;
  }
  return false;
}

/** Bytes as a network may deliver them: all at once, in equal parts, or one here and a thousand there. */
export function pieces(input: Uint8Array, random: Random): ByteSource {
  const style = random.below(4);
  if (style === 0) return byteSourceOfBytes(input);
  if (style === 1) return byteSourceOfBytes(input, random.between(1, 64));
  if (style === 2) return byteSourceOfBytes(input, random.between(65, 8192));
  let at = 0;
  return {
    read: async () => {
      if (at >= input.length) return null;
      const piece = input.subarray(at, at + (random.isOneIn(3) ? random.between(1, 3) : random.between(1, 1500)));
      at += piece.length;
      return piece;
    },
    close: async () => {},
  };
}

function describe(answer: Answer, decoded: DecodedJpeg | null, scale: ScaleEighths): string {
  if (decoded === null) return answer;
  const { frame, isTruncated, faults, isApproximate, missing01, image } = decoded;
  const samplings = frame.components.map(({ horizontal, vertical }) => `${horizontal}${vertical}`);
  const sizes = `${sizeClass(image.widthPx)} ${sizeClass(image.heightPx)}`;
  const flaws = `${isTruncated} ${sizeClass(faults)} ${isApproximate} ${Math.ceil(missing01 * 4)}`;
  return `${frame.colour} ${frame.isProgressive} ${samplings} ${sizes} ${flaws} ${scale}`;
}
