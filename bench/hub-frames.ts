// `node bench/hub-frames.ts`: does the hub keep its promise to browsers while 1,000 photos pass? At most four frames a
// second on each of five sockets of one user, within any second, and all views equal at the end. Prints JSON.
import { parseArgs } from "node:util";
import { openStack, STACK_DEFAULTS } from "../local/open-stack.ts";
import { seededRandom } from "../local/seeded-random.ts";
import { SOCKET_MAX_FRAMES_PER_SECOND } from "../shared/contracts/limits.ts";
import { recountProgress } from "../shared/db/photos/progress-queries.ts";
import { countsText, poll, untilAllEnded } from "../tests/client/compare-library.ts";
import { LiveView, mostFramesPerSecond, shortestSpanMs } from "../tests/client/live-view.ts";
import { type Patience, sleep } from "../tests/client/patient-requests.ts";
import { generatedPhotos } from "../tests/client/photo-sources.ts";
import { makeStateFolder, removeStateFolder } from "../tests/client/state-folder.ts";
import { uploadPhotos } from "../tests/client/upload-photos.ts";

const { values: flags } = parseArgs({
  options: {
    photos: { type: "string", default: "1000" },
    size: { type: "string", default: "300000" },
    sockets: { type: "string", default: "5" },
    concurrency: { type: "string", default: "4" },
  },
});
console.log = console.error;
console.info = console.error;

/** Time (ms) without any photo ending after which the rest counts as stuck. */
const IDLE_MS = 120_000;
/** Room (ms) for the last frame of every socket. */
const LAST_FRAME_WITHIN_MS = 10_000;

const stateDir = makeStateFolder("hub-frames");
const stack = await openStack({ ...STACK_DEFAULTS, stateDir, models: false });
const random = seededRandom(1);
const account = { url: stack.url, apiKey: stack.users[0]?.apiKey ?? "" };
const patience: Patience = { deadline: Number.POSITIVE_INFINITY, random };
const views = Array.from({ length: Number(flags.sockets) }, () => new LiveView(account, random));
const startedAt = performance.now();
const ledger = await uploadPhotos({
  account,
  source: generatedPhotos(Number(flags.photos), "hub frames", Number(flags.size)),
  clientBatchId: "hub-frames",
  concurrency: Number(flags.concurrency),
  patience,
});
const uploadSeconds = (performance.now() - startedAt) / 1000;
const allEnded = await untilAllEnded(account, ledger, patience, IDLE_MS);
const seconds = (performance.now() - startedAt) / 1000;

const polled = await poll(account, patience);
const polledText = countsText(polled);
const deadline = Date.now() + LAST_FRAME_WITHIN_MS;
const agrees = (view: LiveView): boolean => countsText(view.counters) === polledText && view.seq === polled.seq;
while (!views.every(agrees) && Date.now() < deadline) await sleep(50);

const recounted = countsText(await recountProgress(stack.db, stack.users[0]?.id ?? "", null));
const frames = views.map((view) => view.arrivals.flat().length);
const report = {
  photos: ledger.acknowledged.size,
  sizeBytes: Number(flags.size),
  uploadSeconds,
  seconds,
  allEnded,
  limitPerSecond: SOCKET_MAX_FRAMES_PER_SECOND,
  maxFramesPerSecond: views.map(mostFramesPerSecond),
  /** Of one frame more than a second may have: 1000 or longer keeps the promise. */
  shortestSpanMs: views.map((view) => shortestSpanMs(view, SOCKET_MAX_FRAMES_PER_SECOND + 1)),
  frames,
  gaps: views.map(({ gaps }) => gaps),
  backwards: views.map(({ backwards }) => backwards),
  socketsEqualPoll: views.map(agrees),
  recountEqualsPoll: recounted === polledText,
  polled: polledText,
  recounted,
};
for (const view of views) view.close();
await stack.close();
removeStateFolder(stateDir);
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
const isWithinLimit = report.maxFramesPerSecond.every((most) => most <= SOCKET_MAX_FRAMES_PER_SECOND);
process.exit(isWithinLimit && allEnded && views.every(agrees) && report.recountEqualsPoll ? 0 : 1);
