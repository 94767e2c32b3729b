// The acceptance run: several people upload at once, each one photo after another, and every photo is timed from the
// outside until its thumbnail and its embedding are there. Ends with the same comparison of all views as the chaos run.
import { availableParallelism } from "node:os";
import { openStack, STACK_DEFAULTS, type Stack } from "../local/open-stack.ts";
import { seededRandom } from "../local/seeded-random.ts";
import { compareTruth } from "../tests/chaos/compare-truth.ts";
import { settleViews } from "../tests/chaos/settle-views.ts";
import {
  addFindings,
  compareLibrary,
  type LibraryFindings,
  listLibrary,
  untilAllEnded,
} from "../tests/client/compare-library.ts";
import type { PhotoSource } from "../tests/client/distinct-photos.ts";
import { LiveView, mostFramesPerSecond } from "../tests/client/live-view.ts";
import type { Account, Patience } from "../tests/client/patient-requests.ts";
import { makeStateFolder, removeStateFolder } from "../tests/client/state-folder.ts";
import { uploadPhotos } from "../tests/client/upload-photos.ts";
import { type Spread, spreadOf } from "./percentiles.ts";
import { Timeline } from "./timeline.ts";
import { workerdCpuMs } from "./workerd-cpu.ts";

export interface UatOptions {
  readonly users: number;
  readonly photosOf: (n: number) => PhotoSource;
  /** Bodies on the way at once, per user. */
  readonly concurrency: number;
  readonly models: boolean;
  readonly consent: boolean;
  /** Time (ms) without any photo ending after which the rest counts as stuck. */
  readonly patienceMs: number;
  readonly onProgress: (timelines: readonly Timeline[]) => void;
}

/** The hub promises agreement at once after quiescence; this (ms) is room for its last frame. */
const VIEWS_SETTLE_WITHIN_MS = 30_000;

interface UserReport extends LibraryFindings {
  readonly user: number;
  readonly photos: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** The PUT request, as the client waits for it (ms). */
  readonly uploadMs: Spread;
  /** Processing time as the platform reports it (ms). */
  readonly thumbnailMs: Spread;
  readonly embeddingMs: Spread;
  /** From the acknowledgement until the socket says that there is a thumbnail (ms). */
  readonly thumbnailVisibleMs: Spread;
  readonly uploadSeconds: number;
  /** From the last byte until everything has its thumbnail, and until everything has its embedding. */
  readonly lastByteToThumbnailsSeconds: number | null;
  readonly lastByteToEmbeddingsSeconds: number | null;
  readonly maxFramesPerSecond: number;
}

export interface UatReport {
  readonly perUser: readonly UserReport[];
  readonly total: LibraryFindings & {
    readonly photos: number;
    readonly seconds: number;
    readonly photosPerSecond: number;
  };
  /** Disagreements between list, poll, socket, D1 and R2. */
  readonly differences: readonly string[];
  readonly machine: { readonly cpus: number; readonly node: string };
  readonly workerdCpuMsPerPhoto: number | null;
}

export async function runUat(options: UatOptions): Promise<UatReport> {
  const stateDir = makeStateFolder("uat");
  const { users, models, consent } = options;
  const stack = await openStack({ ...STACK_DEFAULTS, stateDir, users, models, consent });
  try {
    return await measure(stack, options);
  } finally {
    await stack.close();
    removeStateFolder(stateDir);
  }
}

async function measure(stack: Stack, options: UatOptions): Promise<UatReport> {
  const random = seededRandom(1);
  const people = stack.users.slice(0, options.users).map(({ apiKey }, n) => {
    const account: Account = { url: stack.url, apiKey };
    const source = options.photosOf(n);
    const timeline = new Timeline(source.count);
    const view = new LiveView(account, random, (id, status) => timeline.sawStatus(id, status));
    return { n, account, source, timeline, view };
  });
  const timelines = people.map(({ timeline }) => timeline);
  const patience: Patience = { deadline: Number.POSITIVE_INFINITY, random };
  const ticker = setInterval(() => {
    for (const { timeline, view } of people) timeline.sawCounters(view.counters);
    options.onProgress(timelines);
  }, 100);
  const cpuBefore = workerdCpuMs(process.pid);
  const startedAt = performance.now();

  const uploaders = await Promise.all(
    people.map(async (person) => {
      const ledger = await uploadPhotos({
        account: person.account,
        source: person.source,
        clientBatchId: `uat-${person.n}`,
        concurrency: options.concurrency,
        patience,
        onAcknowledged: (entry) => person.timeline.acknowledged(entry),
      });
      person.timeline.sentEverything();
      return { ...person, ledger };
    }),
  );
  await Promise.all(
    uploaders.map(({ account, ledger }) => untilAllEnded(account, ledger, patience, options.patienceMs)),
  );
  const viewFindings = await settleViews(uploaders, { deadline: Date.now() + VIEWS_SETTLE_WITHIN_MS, random });
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = workerdCpuMs(process.pid);
  for (const { timeline, view } of people) timeline.sawCounters(view.counters);
  clearInterval(ticker);
  options.onProgress(timelines);

  const truth = await compareTruth(
    stack,
    uploaders.map(({ ledger }) => ledger),
    viewFindings.polled,
  );
  const perUser: UserReport[] = [];
  for (const { n, account, timeline, view, ledger } of uploaders) {
    const photos = await listLibrary(account, patience);
    const stageMs = (stage: "thumbnail" | "index"): number[] =>
      photos.flatMap(({ stages }) => (stages[stage].ms === undefined ? [] : [stages[stage].ms]));
    perUser.push({
      user: n,
      photos: photos.length,
      acknowledged: ledger.acknowledged.size,
      refused: ledger.refused.length,
      uploadMs: spreadOf([...ledger.acknowledged.values()].map(({ requestMs }) => requestMs)),
      thumbnailMs: spreadOf(stageMs("thumbnail")),
      embeddingMs: spreadOf(stageMs("index")),
      thumbnailVisibleMs: spreadOf(timeline.visibleAfterMs),
      uploadSeconds: timeline.uploadSeconds(startedAt),
      lastByteToThumbnailsSeconds: timeline.lastByteToSeconds("thumbnail"),
      lastByteToEmbeddingsSeconds: timeline.lastByteToSeconds("index"),
      maxFramesPerSecond: mostFramesPerSecond(view),
      ...(await compareLibrary(account, ledger, patience)),
    });
    view.close();
  }
  const photos = perUser.reduce((total, user) => total + user.acknowledged, 0);
  return {
    perUser,
    total: { ...addFindings(perUser), photos, seconds, photosPerSecond: photos / seconds },
    differences: [...viewFindings.viewDifferences, ...truth.differences],
    machine: { cpus: availableParallelism(), node: process.version },
    workerdCpuMsPerPhoto: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / photos,
  };
}
