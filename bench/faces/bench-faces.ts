// `npm run bench:faces [-- --dir D --runs N --json]`: what faces cost, our kernels against onnxruntime-web and onnxruntime-node, and
// whether they see the same. Results on stdout, progress on stderr.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ENGINE_WASM, NETWORK_WASM } from "../../local/build-kernels.ts";
import { ROOT } from "../../local/worker-configs.ts";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, resolveModels } from "../../models/resolve-models.ts";
import { compileWasm } from "../../tests/fixtures/compile-wasm.ts";
import { CORPUS } from "../../tests/reference/corpus-jpegs.ts";
import { medianOf } from "../thumbs/measure.ts";
import { workerdCpuMs } from "../workerd-cpu.ts";
import { type ComparedPhoto, compareFaces, type FaceParity } from "./compare-faces.ts";
import type { FaceContender, FaceModels, IsolateFigures, NativeContender } from "./face-contender.ts";
import { startNativeFaces } from "./native-faces.ts";
import { loadNativeRuntime } from "./native-runtime.ts";
import { makeRenditions, type Rendition } from "./renditions.ts";
import { type FacesReport, judge, reportText, type WorkFigures } from "./report.ts";
import type { FaceWork, WorkerdRuntime } from "./worker/face-work.ts";
import { measureFreshIsolate, startFacesWorker, startWorkerdFaces } from "./workerd-faces.ts";

const HELP = `npm run bench:faces -- [options]
  --dir D     photos to compare what is seen in, and to take the one-face photo from (default: the corpus' faces)
  --runs N    samples of each figure (default 7)
  --fresh N   isolates that see their first photo (default 3)
  --no-parity leave the comparison of faces out
  --json      print JSON
`;
const WORKS: readonly FaceWork[] = ["detect", "second-look", "embed", "photo"];
const RUNTIMES: readonly WorkerdRuntime[] = ["kernels", "onnxruntime-web"];
const NATIVE_FOLDER = join(ROOT, "bench/faces/onnxruntime-node");
const USUAL_PIXELS = 1280 * 960;
const NOT_MEASURED = 2;

const { values: flags } = parseArgs({
  options: {
    dir: { type: "string", default: join(CORPUS, "faces") },
    runs: { type: "string", default: "7" },
    fresh: { type: "string", default: "3" },
    "no-parity": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  if (!existsSync(flags.dir))
    return fail(`There is no folder ${flags.dir}: name one with photos by --dir, or the corpus by CORPUS_DIR.`);
  const models = await readModels();
  if (models === null) return NOT_MEASURED;
  const runtime = await loadNativeRuntime(NATIVE_FOLDER, say);
  const engine = compileWasm(readFileSync(ENGINE_WASM));

  say("Making renditions …");
  const renditions = await readRenditions(models);
  const [photo] = renditions.filter(({ faces }) => faces === 1).sort((a, b) => unlikeness(a) - unlikeness(b));
  if (photo === undefined) return fail(`No photo in ${flags.dir} has exactly one face.`);
  say(`One-face photo: ${photo.name}, ${photo.widthPx} × ${photo.heightPx} px.`);

  const isolates: Record<string, IsolateFigures> = {};
  for (const name of RUNTIMES) {
    say(`Fresh isolates with ${name} …`);
    const figures: IsolateFigures[] = [];
    for (let n = 0; n < Number(flags.fresh); n++) figures.push(await measureFreshIsolate(name, models, photo.bytes));
    isolates[name] = medianFigures(figures);
  }

  const kernels = await startWorkerdFaces("kernels", models, photo.bytes);
  const library = await startWorkerdFaces("onnxruntime-web", models, photo.bytes);
  const native = runtime === null ? null : await startNativeFaces(runtime, engine, models, photo.bytes);
  const contenders: FaceContender[] = native === null ? [kernels, library] : [kernels, library, native];
  try {
    if (workerdCpuMs(process.pid) === null)
      return fail("This machine does not say what CPU time workerd uses: Linux only.");
    const works = await measureInTurns(contenders, Number(flags.runs));
    const parity = native === null || flags["no-parity"] ? null : await compareAll(kernels, native, renditions);
    const report: FacesReport = {
      machine: { cpu: cpus()[0]?.model ?? "", node: process.version },
      photo: { name: photo.name, widthPx: photo.widthPx, heightPx: photo.heightPx },
      networkWasmBytes: statSync(NETWORK_WASM).size,
      works,
      isolates,
      parity,
    };
    const verdicts = judge(report);
    if (flags.json) process.stdout.write(`${JSON.stringify({ ...report, verdicts }, null, 2)}\n`);
    else process.stdout.write(reportText(report, verdicts));
    return 0;
  } finally {
    for (const contender of contenders) await contender.close();
  }
}

async function readModels(): Promise<FaceModels | null> {
  const resolved = await resolveModels({
    weightsDir: DEFAULT_WEIGHTS_DIR,
    modelsDir: defaultModelsDir(),
    offline: true,
  });
  const read = (role: string): Uint8Array<ArrayBuffer> | null => {
    const path = resolved.find(({ record }) => record.role === role)?.path ?? null;
    return path === null ? null : new Uint8Array(readFileSync(path));
  };
  const [detector, embedder] = [read("face-detector"), read("face-embedder")];
  if (detector !== null && embedder !== null) return { detector, embedder };
  say("The models are not installed: `npm run models` fetches them, MODELS_DIR names a folder that has them.");
  return null;
}

async function readRenditions(models: FaceModels): Promise<Rendition[]> {
  const worker = await startFacesWorker(models, null);
  try {
    return await makeRenditions(worker, photosIn(flags.dir), say);
  } finally {
    await worker.close();
  }
}

/** How far it is from what cameras make: 4:3, 1280 px wide. */
function unlikeness({ widthPx, heightPx }: Rendition): number {
  return Math.abs(Math.log((widthPx * heightPx) / USUAL_PIXELS));
}

function photosIn(folder: string): { name: string; path: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(jpe?g|png)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ name: relative(resolve(folder), path), path }));
}

/** CPU milliseconds by work and contender, in turns A B A B, so that a busy machine is unfair to all alike. */
async function measureInTurns(contenders: readonly FaceContender[], runs: number): Promise<WorkFigures> {
  const figures: Record<string, Record<string, number>> = {};
  for (const work of WORKS) {
    say(`Timing ${work} …`);
    const samples = new Map(contenders.map((contender) => [contender, [] as number[]]));
    for (const contender of contenders) await contender.cpuMsOf(work);
    for (let run = 0; run < runs; run++) {
      for (const contender of contenders) samples.get(contender)?.push(await contender.cpuMsOf(work));
    }
    figures[work] = Object.fromEntries(contenders.map((one) => [one.name, medianOf(samples.get(one) ?? [])]));
  }
  return figures;
}

async function compareAll(
  ours: FaceContender,
  native: NativeContender,
  renditions: readonly Rendition[],
): Promise<FaceParity> {
  const photos: ComparedPhoto[] = [];
  for (const { name, bytes } of renditions) {
    const crops = [];
    for (const input of await native.inputsIn(bytes)) {
      crops.push({ ours: await ours.vectorOf(input), theirs: await native.vectorOf(input) });
    }
    photos.push({ name, ours: await ours.facesIn(bytes), theirs: await native.facesIn(bytes), crops });
    if (photos.length % 50 === 0) say(`Compared ${photos.length} of ${renditions.length} photos`);
  }
  return compareFaces(photos);
}

function medianFigures(figures: readonly IsolateFigures[]): IsolateFigures {
  const median = (read: (figure: IsolateFigures) => number) => medianOf(figures.map(read));
  return {
    firstPhotoMs: median(({ firstPhotoMs }) => firstPhotoMs),
    firstPhotoCpuMs: median(({ firstPhotoCpuMs }) => firstPhotoCpuMs),
    wasmMemoryBytes: median(({ wasmMemoryBytes }) => wasmMemoryBytes),
    processGrowthBytes: median(({ processGrowthBytes }) => processGrowthBytes),
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function fail(sentence: string): number {
  say(sentence);
  return NOT_MEASURED;
}
