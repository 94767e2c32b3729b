// `npm run chaos -- --photos N`: uploads while the platform is killed under the clients, then compares every ledger.
import { parseArgs } from "node:util";
import { folderPhotos, generatedPhotos } from "../client/photo-sources.ts";
import { isClean, RECOVERY_MAX_SECONDS, runChaos } from "./run-chaos.ts";

const HELP = `npm run chaos -- [options]
  --photos N            photos in all (default 300)
  --users U             people who upload at once (default 3)
  --kill-every S        mean life (s) of the platform; 0 never kills (default 4)
  --min-kills K         go on killing until K kills, even when all bytes are acknowledged (default 10)
  --upload-over S       spread the upload over S seconds (default: half of the kills fall into it)
  --concurrency C       bodies on the way at once per user (default 4)
  --seed N              repeat the dice of an earlier run (default: the clock)
  --dir D               upload real photos of D instead of generated ones
  --models              run the recognition-grade models
  --event-loss R --event-duplicate R --storage-error R --database-error R --ambiguous-commit R
                        fault rates 0 to 1 (defaults 0.1, 0.15, 0.03, 0.03, 0.02; all 0 with --kill-every 0)
  --json                print JSON
Exit code 1 unless nothing is lost, stuck, doubled or bent and every view agrees within ${RECOVERY_MAX_SECONDS} s.
`;

const { values: flags } = parseArgs({
  options: {
    photos: { type: "string", default: "300" },
    users: { type: "string", default: "3" },
    "kill-every": { type: "string", default: "4" },
    "min-kills": { type: "string", default: "10" },
    "upload-over": { type: "string" },
    concurrency: { type: "string", default: "4" },
    seed: { type: "string" },
    dir: { type: "string" },
    models: { type: "boolean", default: false },
    "event-loss": { type: "string" },
    "event-duplicate": { type: "string" },
    "storage-error": { type: "string" },
    "database-error": { type: "string" },
    "ambiguous-commit": { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const users = Number(flags.users);
const photos = Number(flags.photos);
const seed = flags.seed === undefined ? Date.now() % 1_000_000 : Number(flags.seed);
const killEverySeconds = Number(flags["kill-every"]);
const rate = (given: string | undefined, whileKilling: number): number =>
  given === undefined ? (killEverySeconds > 0 ? whileKilling : 0) : Number(given);
/** The remainder goes to the first users. */
const shareOf = (n: number): number => Math.floor(photos / users) + (n < photos % users ? 1 : 0);
const say = (line: string): void => {
  process.stderr.write(`chaos: ${line}\n`);
};

const { dir } = flags;
const report = await runChaos({
  users,
  photosOf: (n) => {
    const run = `chaos ${seed} user ${n}`;
    return dir === undefined ? generatedPhotos(shareOf(n), run) : folderPhotos(dir, shareOf(n), run).source;
  },
  killEverySeconds,
  minKills: Number(flags["min-kills"]),
  uploadOverSeconds: Number(flags["upload-over"] ?? (killEverySeconds * Number(flags["min-kills"])) / 2),
  faults: {
    eventLoss: rate(flags["event-loss"], 0.1),
    eventDuplicate: rate(flags["event-duplicate"], 0.15),
    storageError: rate(flags["storage-error"], 0.03),
    databaseError: rate(flags["database-error"], 0.03),
    ambiguousCommit: rate(flags["ambiguous-commit"], 0.02),
  },
  models: flags.models,
  seed,
  concurrency: Number(flags.concurrency),
  say,
});
if (flags.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
else {
  const { lost, stuck, duplicated, wrongDigest, differences, viewDifferences, backwards } = report;
  const isEqual = differences.length + viewDifferences.length === 0;
  process.stdout.write(`acknowledged ${report.acknowledged} of ${photos} photos of ${users} users (${report.refused} refused) in ${report.uploadSeconds.toFixed(1)} s
kills ${report.kills}, recovery ${report.recoverySeconds.toFixed(1)} s (limit ${RECOVERY_MAX_SECONDS} s), socket reconnects ${report.reconnects}
lost ${lost}, stuck ${stuck}, duplicated ${duplicated}, wrong digest ${wrongDigest}, progress taken back ${backwards}
counters ${isEqual ? "equal: ledger = list = poll = socket = D1 recount = R2" : "NOT EQUAL"}
not done: ${JSON.stringify(report.notDone)}
retries: ${JSON.stringify(report.retries)}
seed ${seed}
`);
  for (const difference of [...viewDifferences, ...differences]) process.stdout.write(`  ${difference}\n`);
}
process.exit(isClean(report) ? 0 : 1);
