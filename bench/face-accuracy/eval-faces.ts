// `npm run eval:faces [-- --dir D --json --svg FILE]`: how well faces are found and told apart, by the product's own path in workerd.
// Results on stdout, progress on stderr. Exit code 2: nothing could be measured; 1: less than --min-balanced.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { readModelLockfile } from "../../models/lockfile.ts";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, resolveModels } from "../../models/resolve-models.ts";
import { activeModels, ModelLockfile, type SimilarityThresholds } from "../../shared/contracts/models.ts";
import { CORPUS } from "../../tests/reference/corpus-jpegs.ts";
import { drawAccuracy } from "./accuracy-plot.ts";
import { accuracyText } from "./accuracy-text.ts";
import { type AccuracyReport, evaluateFaces } from "./evaluate-faces.ts";
import { startFaceReader } from "./face-reader.ts";
import { type FaceLabels, LabelsError, readLabels } from "./labels.ts";
import type { FaceAnswer } from "./worker/face-answer.ts";

const HELP = `npm run eval:faces -- [options]
  --dir D             a folder with identities.csv (file,identity) and pairs.csv (a,b,same,domain); default: the corpus' faces
  --embedder NAME     another embedder of models/lockfile.json than the active one
  --min-balanced P    exit with 1 when the balanced accuracy on pairs.csv at the record's threshold is below P (0 to 1)
  --svg FILE          draw ROC curves and similarities there, e.g. docs/face-accuracy.svg
  --json              print JSON
`;
/** The threshold of the record that answers "is this the same person?". */
const JUDGED: keyof SimilarityThresholds = "suggest";
const NOT_MEASURED = 2;
const TOO_LOW = 1;

const { values: flags } = parseArgs({
  options: {
    dir: { type: "string", default: join(CORPUS, "faces") },
    embedder: { type: "string" },
    "min-balanced": { type: "string" },
    svg: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const minBalanced01 = Number(flags["min-balanced"] ?? 0);
  if (!(minBalanced01 >= 0 && minBalanced01 <= 1)) return fail("--min-balanced takes a number from 0 to 1.");
  const pinned = readModelLockfile();
  const chosen = ModelLockfile.safeParse({
    ...pinned,
    active: { ...pinned.active, embedder: flags.embedder ?? pinned.active.embedder },
  });
  if (!chosen.success) return fail(chosen.error.issues.map(({ message }) => message).join(" "));
  const lockfile = chosen.data;
  const { detector, embedder } = activeModels(lockfile);
  let labels: FaceLabels;
  try {
    labels = readLabels(resolve(flags.dir));
  } catch (error) {
    if (error instanceof LabelsError) return fail(error.message);
    throw error;
  }
  const weights = new Map<string, string>();
  for (const { record, path, problem } of await resolveModels({
    weightsDir: DEFAULT_WEIGHTS_DIR,
    modelsDir: defaultModelsDir(),
    offline: true,
    models: [detector, embedder],
  })) {
    if (path === null) return fail(`${record.name} is not installed. ${problem} \`npm run models\` fetches it.`);
    weights.set(record.sha256, path);
  }

  const reader = await startFaceReader();
  const throughProduct = (path: string) => reader.read(new Uint8Array(readFileSync(path)));
  const throughSharp = async (path: string) => reader.readPixels(await decodedBySharp(path));
  try {
    const { thresholds, minQuality } = embedder.embedder;
    await reader.use(lockfile, weights);
    const named = Object.entries(thresholds).map(([name, value]) => ({ name, value }));
    const rules = { thresholds, minQuality };
    const installed = evaluateFaces(labels, await readAll(labels, throughProduct), named, rules);
    const bySharp = evaluateFaces(labels, await readAll(labels, throughSharp), named, rules);
    await reader.use(lockfile, new Map());
    const copies = [{ name: "similar", value: lockfile.builtin.thresholds.similar }];
    const builtin = evaluateFaces(labels, await readAll(labels, throughProduct), copies, null);
    report({ installed, bySharp, builtin });
    const balanced01 = installed.pairs.atThresholds.find(({ name }) => name === JUDGED)?.balanced01 ?? Number.NaN;
    if (!(balanced01 < minBalanced01)) return 0;
    process.stderr.write(`Balanced accuracy ${balanced01.toFixed(4)} is below ${minBalanced01}.\n`);
    return TOO_LOW;
  } finally {
    await reader.close();
  }
}

interface Reports {
  readonly installed: AccuracyReport;
  /** The same models on the originals' own pixels: neither our decoder nor our renditions in between. */
  readonly bySharp: AccuracyReport;
  readonly builtin: AccuracyReport;
}

function report({ installed, bySharp, builtin }: Reports): void {
  if (flags.svg !== undefined) writeFileSync(resolve(flags.svg), drawAccuracy(installed, builtin));
  if (flags.json)
    process.stdout.write(`${JSON.stringify({ folder: flags.dir, installed, bySharp, builtin }, null, 2)}\n`);
  else process.stdout.write(`${accuracyText(installed, JUDGED, bySharp)}\n${accuracyText(builtin, "similar")}`);
}

async function decodedBySharp(path: string) {
  const upright = sharp(path, { ignoreIcc: true }).rotate().flatten({ background: "white" }).ensureAlpha();
  const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, data: new Uint8Array(data) };
}

async function readAll(
  labels: FaceLabels,
  read: (path: string) => Promise<FaceAnswer>,
): Promise<Map<string, FaceAnswer>> {
  const answers = new Map<string, FaceAnswer>();
  for (const { file } of labels.images) {
    answers.set(file, await read(join(flags.dir, file)));
    const line = `${answers.size} of ${labels.images.length} images`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}`);
    else if (answers.size % 50 === 0) process.stderr.write(`${line}\n`);
  }
  if (process.stderr.isTTY) process.stderr.write("\n");
  return answers;
}

function fail(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return NOT_MEASURED;
}
