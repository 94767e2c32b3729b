// `npm run bench:thumbs [-- --dir D --json]`: what a photo's thumbnails cost, ours against sharp's, in CPU time, memory and quality.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ENGINE_WASM } from "../../local/build-kernels.ts";
import { compileWasm } from "../../tests/fixtures/compile-wasm.ts";
import { CORPUS, hasCorpus } from "../../tests/reference/corpus-jpegs.ts";
import { folderBenchPhotos, generatedBenchPhotos } from "./bench-photos.ts";
import { drawCostPlot } from "./cost-plot.ts";
import { EngineContender } from "./engine-contender.ts";
import { LibraryContender } from "./library-contender.ts";
import { type PhotoReport, reportPhoto } from "./photo-report.ts";
import { judgeTargets } from "./targets.ts";
import { PHOTO_HEADER, photoLine, targetTable } from "./text-report.ts";
import { WorkerdContender } from "./workerd-contender.ts";

const HELP = `npm run bench:thumbs -- [options]
  --dir D         photos of a folder instead of the mosaics made from the corpus
  --only A,B      of the mosaics only these: 2 8 12a 12b 24 48 100, also -progressive, and 12a-png
  --rounds N      runs of each contender that count (default 7)
  --no-quality    leave PSNR, SSIM and sizes out
  --no-workerd    leave workerd out
  --library       also @jsquash/jpeg with our resizer, for photos up to 12 MP (slow)
  --plot FILE     write the plot there, e.g. docs/thumbnail-cost.svg
  --json          print JSON
`;
/** The library needs a second and hundreds of megabytes for 12 MP. */
const LIBRARY_MAX_MEGAPIXELS = 13;

const { values: flags } = parseArgs({
  options: {
    dir: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "7" },
    "no-quality": { type: "boolean", default: false },
    "no-workerd": { type: "boolean", default: false },
    library: { type: "boolean", default: false },
    plot: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (flags.dir === undefined && !hasCorpus) {
  console.error(`No corpus at ${CORPUS}: name a folder of photos with --dir, or the corpus with CORPUS_DIR.`);
  process.exit(2);
}
if (!existsSync(ENGINE_WASM)) throw new Error("no engine.wasm: npm run build:kernels makes it");

const wasm = compileWasm(readFileSync(ENGINE_WASM));
const ours = new EngineContender(wasm);
const workerd = flags["no-workerd"] ? null : await WorkerdContender.start();
const photos =
  flags.dir === undefined
    ? await generatedBenchPhotos(CORPUS, flags.only?.split(",") ?? null)
    : await folderBenchPhotos(flags.dir);

const reports: PhotoReport[] = [];
console.error(PHOTO_HEADER);
for (const photo of photos) {
  const library = flags.library && photo.megapixels <= LIBRARY_MAX_MEGAPIXELS ? [new LibraryContender()] : [];
  const report = await reportPhoto(photo, {
    rounds: Number(flags.rounds),
    withQuality: !flags["no-quality"],
    ours,
    freshlyOurs: () => new EngineContender(wasm),
    others: [...(workerd === null ? [] : [workerd]), ...library],
  });
  reports.push(report);
  console.error(photoLine(report));
}
await workerd?.close();

const targets = judgeTargets(reports);
if (flags.plot !== undefined) writeFileSync(join(process.cwd(), flags.plot), drawCostPlot(reports));
const machine = { cpu: cpus()[0]?.model, node: process.version };
if (flags.json) process.stdout.write(`${JSON.stringify({ machine, reports, targets }, null, 2)}\n`);
else process.stdout.write(`\n${targetTable(targets)}\n`);
process.exit(0);
