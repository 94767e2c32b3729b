// The PNG decoder and, behind it, the renderer: no fault, no write out of bounds, and one answer however the bytes arrive.

import type { ByteSource } from "../../../shared/codecs/engine/byte-source.ts";
import { decodePng } from "../../../shared/codecs/engine/decode-png.ts";
import type { Engine } from "../../../shared/codecs/engine/engine.ts";
import { renderPlanes } from "../../../shared/codecs/engine/render-planes.ts";
import { decodeWholePng } from "../../fixtures/decode-whole-png.ts";
import { PNG_MAGIC } from "../../reference/corpus-jpegs.ts";
import { corpusSeeds, generatedPngs } from "../fuzz-seeds.ts";
import { type FuzzTarget, sizeClass } from "../fuzz-target.ts";
import { byteMutations } from "../mutate-bytes.ts";
import { pngMutations } from "../mutate-png.ts";
import { Random } from "../random.ts";
import { type Answer, EnginePair, hashPlanes } from "./engine-pair.ts";
import { pieces } from "./jpeg-target.ts";

const SEED_MAX_BYTES = 16 * 1024;
const FRESH_ONE_IN = 200;

export async function createPngTarget(): Promise<FuzzTarget> {
  const engines = await EnginePair.create();
  const generated = await generatedPngs();
  const known = generated[0] ?? new Uint8Array(0);
  return {
    name: "png",
    seeds: [...generated, ...corpusSeeds([PNG_MAGIC], SEED_MAX_BYTES)],
    mutations: [...pngMutations, ...pngMutations, ...byteMutations],
    run: async (input, random) => {
      const wanted = { widthPx: random.pick([1, 2, 9, 160, 1280]), heightPx: random.pick([1, 2, 9, 120, 960]) };
      const isWhole = random.isOneIn(4);
      const cuts = [random.below(2 ** 32), random.below(2 ** 32)] as const;
      const runWith = (seed: number) => async (engine: Engine) => {
        const source = pieces(input, new Random(seed));
        return isWhole ? await decodeWhole(engine, source) : await decodeAndRender(engine, source, wanted);
      };
      const answer = await engines.compare(runWith(cuts[0]), runWith(cuts[1]), random.below(256));
      if (random.isOneIn(FRESH_ONE_IN)) {
        await engines.compareWithFresh(async (engine) => await decodeWhole(engine, pieces(known, new Random(1))));
      }
      return describe(answer, input);
    },
  };
}

async function decodeAndRender(
  engine: Engine,
  source: ByteSource,
  wanted: { readonly widthPx: number; readonly heightPx: number },
): Promise<Answer> {
  const outcome = await decodePng(engine, source, { wanted });
  if (outcome.kind === "failed") return outcome.reason;
  const { image, orientation, iccProfile } = outcome;
  const hash = hashPlanes(engine, image);
  const [luma] = image.planes;
  const sizes = [
    { widthPx: Math.min(wanted.widthPx, luma.widthPx), heightPx: Math.min(wanted.heightPx, luma.heightPx) },
  ];
  const rendered = renderPlanes(engine, image, { sizes, orientation: orientation ?? 1, iccProfile: null });
  return `${hash} ${orientation} ${iccProfile?.length} ${rendered[0]?.bytes.length}`;
}

async function decodeWhole(engine: Engine, source: ByteSource): Promise<Answer> {
  const outcome = await decodeWholePng(engine, source);
  if (outcome.kind === "failed") return outcome.reason;
  const { widthPx, heightPx, data } = outcome.image;
  let hash = 0;
  for (const byte of data) hash = (Math.imul(hash, 31) + byte) | 0;
  return `${widthPx}x${heightPx} rgba ${hash}`;
}

/** Depth, colour and interlacing come from the file: they decide what ran. */
function describe(answer: Answer, input: Uint8Array): string {
  const [size = ""] = answer.split(" ");
  const classes = size.split("x").map((side) => sizeClass(Number(side)));
  const kind = Number.isNaN(classes[0]) ? answer : classes.join("x");
  return `${kind} ${answer.includes("rgba")} ${input[24]} ${input[25]} ${input[28]}`;
}
