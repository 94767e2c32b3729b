// One chaos run: people upload while the platform is killed under them; afterwards every party must tell the same story.
import { openStack, STACK_DEFAULTS } from "../../local/open-stack.ts";
import { seededRandom } from "../../local/seeded-random.ts";
import { type KilledStack, startKilledStack } from "../../local/supervise-kills.ts";
import type { FaultRates } from "../../shared/adapters/local-faults.ts";
import { addFindings, compareLibrary, type LibraryFindings, untilAllEnded } from "../client/compare-library.ts";
import type { PhotoSource } from "../client/distinct-photos.ts";
import { LiveView } from "../client/live-view.ts";
import { type Patience, sleep } from "../client/patient-requests.ts";
import { makeStateFolder, removeStateFolder } from "../client/state-folder.ts";
import { uploadPhotos } from "../client/upload-photos.ts";
import { compareTruth, type TruthFindings } from "./compare-truth.ts";
import { settleViews, type ViewFindings } from "./settle-views.ts";

export interface ChaosOptions {
  readonly users: number;
  /** The photos of user `n`. */
  readonly photosOf: (n: number) => PhotoSource;
  readonly killEverySeconds: number;
  /** Killing goes on until all bytes are acknowledged and this many kills have happened. */
  readonly minKills: number;
  /** How long (s) the upload should last at least: as long as it is to be killed into. */
  readonly uploadOverSeconds: number;
  readonly faults: Partial<FaultRates>;
  readonly models: boolean;
  readonly seed: number;
  /** Bodies on the way at once, per user. */
  readonly concurrency: number;
  readonly say: (line: string) => void;
}

export interface ChaosReport extends LibraryFindings, ViewFindings, TruthFindings {
  readonly seed: number;
  readonly users: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly kills: number;
  readonly uploadSeconds: number;
  /** From the last SIGKILL (without any: from the last acknowledgement) until everything had ended and agreed. */
  readonly recoverySeconds: number;
  /** Causes of repeated requests. */
  readonly retries: Readonly<Record<string, number>>;
  readonly reconnects: number;
}

/** Recovery after the last fault must take no longer (s). */
export const RECOVERY_MAX_SECONDS = 120;
/** An upload that makes no progress under kills is a failure too (ms). */
const UPLOAD_WITHIN_MS = 60 * 60_000;
const SWEEP_EVERY_SECONDS = 5;
const STALE_AFTER_MS = 10_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const random = seededRandom(options.seed);
  const stateDir = makeStateFolder("chaos");
  const stack = await startKilledStack({
    argv: stackFlags(options, stateDir),
    everySeconds: options.killEverySeconds,
    // Recovery is measured from the last fault of any kind: the life after the last kill has fair weather.
    ...(options.killEverySeconds > 0 ? { lastLife: stackFlags({ ...options, faults: {} }, stateDir) } : {}),
    random,
    onKill: (kills) => options.say(`kill ${kills}`),
  });
  try {
    return await runAgainst(stack, stateDir, options, random);
  } finally {
    await stack.close();
    removeStateFolder(stateDir);
  }
}

async function runAgainst(
  stack: KilledStack,
  stateDir: string,
  options: ChaosOptions,
  random: () => number,
): Promise<ChaosReport> {
  const startedAt = performance.now();
  const { url, users } = stack.announcement;
  const retries: Record<string, number> = {};
  const patience = (ms: number): Patience => ({
    deadline: Date.now() + ms,
    random,
    onRetry: (cause) => {
      retries[cause] = (retries[cause] ?? 0) + 1;
    },
  });

  const people = await Promise.all(
    users.slice(0, options.users).map(async ({ apiKey }, n) => {
      const account = { url, apiKey };
      const view = new LiveView(account, random);
      const source = options.photosOf(n);
      const ledger = await uploadPhotos({
        account,
        source,
        clientBatchId: `chaos-${options.seed}-${n}`,
        concurrency: options.concurrency,
        pauseMs: (options.uploadOverSeconds * 1000 * options.concurrency) / source.count,
        patience: patience(UPLOAD_WITHIN_MS),
      });
      return { account, view, ledger };
    }),
  );
  const uploadSeconds = (performance.now() - startedAt) / 1000;
  const acknowledged = sum(people.map(({ ledger }) => ledger.acknowledged.size));
  options.say(`${acknowledged} photos acknowledged in ${uploadSeconds.toFixed(1)} s and ${stack.kills()} kills`);
  const minKills = options.killEverySeconds > 0 ? options.minKills : 0;
  while (stack.kills() < minKills - 1) await sleep(50);
  await stack.stopKilling();
  const lastFaultAt = stack.lastKillAtMs() ?? startedAt + uploadSeconds * 1000;

  const settling = patience(RECOVERY_MAX_SECONDS * 1000);
  await Promise.all(people.map(({ account, ledger }) => untilAllEnded(account, ledger, settling)));
  const viewFindings = await settleViews(people, settling);
  const recoverySeconds = (performance.now() - lastFaultAt) / 1000;
  options.say(`everything at rest ${recoverySeconds.toFixed(1)} s after the last kill; comparing`);
  const findings = await Promise.all(
    people.map(({ account, ledger }) => compareLibrary(account, ledger, patience(UPLOAD_WITHIN_MS))),
  );
  for (const { view } of people) view.close();
  await stack.close();

  // The same state, opened without faults or kills: rows, objects and faces as they are.
  const opened = await openStack({
    ...STACK_DEFAULTS,
    stateDir,
    users: options.users,
    models: false,
    sweepEverySeconds: 0,
  });
  try {
    const truth = await compareTruth(
      opened,
      people.map(({ ledger }) => ledger),
      viewFindings.polled,
    );
    return {
      ...addFindings(findings),
      ...viewFindings,
      ...truth,
      seed: options.seed,
      users: options.users,
      acknowledged,
      refused: sum(people.map(({ ledger }) => ledger.refused.length)),
      kills: stack.kills(),
      uploadSeconds,
      recoverySeconds,
      retries,
      reconnects: sum(people.map(({ view }) => view.reconnects)),
    };
  } finally {
    await opened.close();
  }
}

export function isClean(report: ChaosReport): boolean {
  const { lost, stuck, duplicated, wrongDigest, refused, differences, viewDifferences, recoverySeconds, notDone } =
    report;
  const bad = lost + stuck + duplicated + wrongDigest + refused + differences.length + viewDifferences.length;
  const failed = Object.keys(notDone).some((reason) =>
    /failed (attempts-exhausted|internal|original-missing)/.test(reason),
  );
  return bad === 0 && !failed && recoverySeconds <= RECOVERY_MAX_SECONDS;
}

function stackFlags({ users, faults, models }: ChaosOptions, stateDir: string): string[] {
  const rate = (flag: string, value = 0): string[] => [flag, String(value)];
  return [
    ...["--no-web", "--fresh", "--state", stateDir, "--users", String(users)],
    ...["--sweep-every", String(SWEEP_EVERY_SECONDS), "--stale-after", String(STALE_AFTER_MS)],
    ...(models ? [] : ["--no-models"]),
    ...rate("--event-loss", faults.eventLoss),
    ...rate("--event-duplicate", faults.eventDuplicate),
    ...rate("--storage-error", faults.storageError),
    ...rate("--database-error", faults.databaseError),
    ...rate("--ambiguous-commit", faults.ambiguousCommit),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
