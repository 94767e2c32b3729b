// `npm run uat -- --users 5 --photos 2000`: the acceptance run, with figures for people or, with --json, for programs.
import { parseArgs } from "node:util";
import type { PhotoSource } from "../tests/client/distinct-photos.ts";
import { folderPhotos, generatedPhotos } from "../tests/client/photo-sources.ts";
import type { Spread } from "./percentiles.ts";
import { progressPrinter } from "./progress-line.ts";
import { runUat, type UatReport } from "./run-uat.ts";

const HELP = `npm run uat -- [options]
  --users N        people who upload at once (default 5)
  --photos N       photos of each (default 2000)
  --dir D          real photos, taken in turn with a comment of their own so that no two uploads are the same bytes
  --size BYTES     size of generated photos (default 300000)
  --concurrency C  bodies on the way at once per person (default 1: one photo after another)
  --no-models      leave recognition-grade models out
  --no-consent     nobody has agreed to face recognition: photos end without an index
  --stuck-after S  seconds without any photo ending after which the rest counts as stuck (default 180)
  --json           print JSON
Exit code 1 when a photo was lost, doubled, stuck or changed, or the views disagree at the end.
`;

const { values: flags } = parseArgs({
  options: {
    users: { type: "string", default: "5" },
    photos: { type: "string", default: "2000" },
    dir: { type: "string" },
    size: { type: "string", default: "300000" },
    concurrency: { type: "string", default: "1" },
    "no-models": { type: "boolean", default: false },
    "no-consent": { type: "boolean", default: false },
    "stuck-after": { type: "string", default: "180" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
// The platform's own log lines belong beside the progress, not into the figures.
console.log = console.error;
console.info = console.error;

const photos = Number(flags.photos);
const folder = flags.dir === undefined ? null : folderPhotos(flags.dir, photos, "");
if (folder !== null)
  process.stderr.write(
    `uat: ${folder.files} photos in ${flags.dir}; ${folder.skipped} files skipped that no manifest takes\n`,
  );

function photosOf(user: number): PhotoSource {
  const run = `uat user ${user}`;
  return flags.dir === undefined
    ? generatedPhotos(photos, run, Number(flags.size))
    : folderPhotos(flags.dir, photos, run).source;
}

const report = await runUat({
  users: Number(flags.users),
  photosOf,
  concurrency: Number(flags.concurrency),
  models: !flags["no-models"],
  consent: !flags["no-consent"],
  patienceMs: Number(flags["stuck-after"]) * 1000,
  onProgress: progressPrinter(process.stderr, () => performance.now()),
});
process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : table(report));
const { lost, stuck, duplicated, wrongDigest } = report.total;
process.exit(lost + stuck + duplicated + wrongDigest + report.differences.length === 0 ? 0 : 1);

function table({ perUser, total, differences, machine, workerdCpuMsPerPhoto }: UatReport): string {
  const pair = ({ p50, p95 }: Spread): string => (p50 === null ? "–" : `${Math.round(p50)}/${Math.round(p95 ?? p50)}`);
  const columns: readonly [string, (user: UatReport["perUser"][number]) => unknown][] = [
    ["user", ({ user }) => user + 1],
    ["photos", (user) => user.acknowledged],
    ["upload ms", ({ uploadMs }) => pair(uploadMs)],
    ["thumbnail ms", ({ thumbnailMs }) => pair(thumbnailMs)],
    ["embedding ms", ({ embeddingMs }) => pair(embeddingMs)],
    ["visible after ms", ({ thumbnailVisibleMs }) => pair(thumbnailVisibleMs)],
    ["upload s", ({ uploadSeconds }) => uploadSeconds],
    ["to thumbnails s", (user) => user.lastByteToThumbnailsSeconds ?? "never"],
    ["to embeddings s", (user) => user.lastByteToEmbeddingsSeconds ?? "never"],
    ["frames/s", ({ maxFramesPerSecond }) => maxFramesPerSecond],
    ["lost", (user) => user.lost],
    ["stuck", (user) => user.stuck],
    ["doubled", (user) => user.duplicated],
  ];
  const rows = [
    columns.map(([title]) => title),
    ...perUser.map((user) => columns.map(([, cell]) => String(cell(user)))),
  ];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("  "));
  const cpu = workerdCpuMsPerPhoto === null ? "" : `, ${Math.round(workerdCpuMsPerPhoto)} ms of workerd CPU per photo`;
  return `${lines.join("\n")}
(p50/p95)
${total.photos} photos in ${total.seconds.toFixed(1)} s: ${total.photosPerSecond.toFixed(1)} photos/s${cpu}; ${machine.cpus} CPUs, node ${machine.node}
lost ${total.lost}, stuck ${total.stuck}, duplicated ${total.duplicated}, wrong digest ${total.wrongDigest}; not done: ${JSON.stringify(total.notDone)}
${differences.length === 0 ? "list = poll = socket = D1 recount = R2" : `views disagree:\n  ${differences.join("\n  ")}`}
`;
}
