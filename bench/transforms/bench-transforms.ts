// `npm run bench:transforms [-- --json]`: what renders cost in workerd against sharp, in CPU time, memory and quality.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import { nodeRenderCodecs } from "../../tests/fixtures/node-render-codecs.ts";
import { CORPUS, hasCorpus } from "../../tests/reference/corpus-jpegs.ts";
import { runPipeline } from "../../workers/transformer/pipeline.ts";
import type { RenderCodecs } from "../../workers/transformer/render-codecs.ts";
import { keepStdoutForJson } from "../json-on-stdout.ts";
import { type BenchPhoto, generatedBenchPhotos } from "../thumbs/bench-photos.ts";
import { type BenchCase, CHAIN, resizeCases } from "./bench-case.ts";
import { judgeCachedGet, measureCachedGet } from "./cached-get.ts";
import { type CaseReport, measureCase } from "./measure-case.ts";
import { ditherLine, ditherTargets, measureDithers } from "./measure-dithers.ts";
import { memoryCases } from "./memory-cases.ts";
import { type PeakMemory, peakMemoryOf } from "./peak-memory.ts";
import { RenderWorkerClient } from "./render-worker-client.ts";
import { CASE_HEADER, caseLine, judgeTargets, targetTable } from "./text-report.ts";

const HELP = `npm run bench:transforms -- [options]
  --photos A,B    of the mosaics only these (default 2,12a,48)
  --only TEXT     cases whose name holds this
  --rounds N      runs of each contender that count (default 5)
  --no-memory     leave the memory of the hardest renders out
  --no-cached     leave the cached picture's requests per second out
  --no-dithers    leave the dithers out
  --json          print JSON
`;

const { values: flags } = parseArgs({
  options: {
    photos: { type: "string", default: "2,12a,48" },
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "5" },
    "no-memory": { type: "boolean", default: false },
    "no-cached": { type: "boolean", default: false },
    "no-dithers": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const printJson = flags.json ? keepStdoutForJson() : null;
if (!hasCorpus) {
  console.error(`No corpus at ${CORPUS}: name it with CORPUS_DIR.`);
  process.exit(2);
}

const watermark = new Uint8Array(
  await sharp({ create: { width: 400, height: 160, channels: 4, background: { r: 233, g: 69, b: 96, alpha: 0.6 } } })
    .png()
    .toBuffer(),
);

const sourceOf = (from: Uint8Array<ArrayBuffer>) => ({
  sizeBytes: from.length,
  open: async () => new Blob([from]).stream(),
});

async function renderInNode(
  { bytes, widthPx, heightPx }: BenchPhoto,
  { transform, hasWatermark }: Pick<BenchCase, "transform" | "hasWatermark">,
  codecs: RenderCodecs,
): Promise<Uint8Array<ArrayBuffer>> {
  const made = await runPipeline(codecs, sourceOf(bytes), {
    transform,
    photo: { widthPx, heightPx },
    focus: [],
    redact: [],
    watermark: hasWatermark ? async () => sourceOf(watermark) : null,
  });
  if (made.kind !== "done") throw new Error(`${JSON.stringify(transform)}: ${made.reason} ${made.detail}`);
  return new Uint8Array(made.bytes);
}

async function servedOf(photo: BenchPhoto): Promise<Uint8Array<ArrayBuffer>> {
  const transform = { format: "jpg", width: RENDITION_WIDTHS[0] } as const;
  return await renderInNode(photo, { transform, hasWatermark: false }, await nodeRenderCodecs());
}

async function peakOf(photo: BenchPhoto, benchCase: BenchCase): Promise<PeakMemory> {
  const codecs = await nodeRenderCodecs();
  const bytes = benchCase.isServed ? await servedOf(photo) : photo.bytes;
  return await peakMemoryOf(() => renderInNode({ ...photo, bytes }, benchCase, codecs));
}

const worker = await RenderWorkerClient.start(watermark, servedOf);
const reports: CaseReport[] = [];
console.error(CASE_HEADER);
for (const photo of await generatedBenchPhotos(CORPUS, flags.photos.split(","))) {
  for (const benchCase of [...resizeCases(photo), CHAIN]) {
    if (!benchCase.name.includes(flags.only)) continue;
    const report = await measureCase(photo, benchCase, { worker, watermark, rounds: Number(flags.rounds), peakOf });
    reports.push(report);
    console.error(caseLine(report));
  }
}
await worker.close();
const memory = flags["no-memory"] ? [] : await memoryCases(CORPUS, peakOf);
const dithers = flags["no-dithers"] ? [] : await measureDithers(Number(flags.rounds));
for (const dither of dithers) console.error(ditherLine(dither));
const cachedGet = flags["no-cached"] ? null : await measureCachedGet();
const targets = [
  ...judgeTargets(reports, memory),
  ...ditherTargets(dithers),
  ...(cachedGet === null ? [] : [judgeCachedGet(cachedGet)]),
];
const machine = { cpu: cpus()[0]?.model, node: process.version };
if (printJson !== null) printJson({ machine, reports, memory, dithers, cachedGet, targets });
else process.stdout.write(`\n${targetTable(targets)}\n`);
process.exit(0);
