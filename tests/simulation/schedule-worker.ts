// A worker thread: runs its share of the seeds, of the product as it is or of one mutant. Loads the product only after the
// mutant is applied, which is why everything here is imported late.
import { parentPort, workerData } from "node:worker_threads";
import { applyEdits, applyMutant, mutantOf } from "./apply-mutant.ts";

export interface WorkerTask {
  readonly firstSeed: number;
  readonly schedules: number;
  /** Seeds between two of this worker's. */
  readonly stride: number;
  readonly mutant: string | null;
  /** Stops at the first violation. */
  readonly stopsAtFirst: boolean;
}

export interface Failure {
  readonly seed: number;
  readonly invariant: string;
  readonly detail: string;
}

export type WorkerNews =
  | { readonly kind: "progress"; readonly schedules: number }
  | {
      readonly kind: "end";
      readonly schedules: number;
      readonly failed: number;
      readonly failures: readonly Failure[];
      readonly counts: Readonly<Record<string, number>>;
      /** Of every schedule's digest, in order. */
      readonly digest: string;
    };

const FAILURES_KEPT = 10;
const NEWS_EVERY = 100;

async function run(task: WorkerTask, tell: (news: WorkerNews) => void): Promise<void> {
  const mutant = task.mutant === null ? null : mutantOf(task.mutant);
  if (mutant !== null && !mutant.file.endsWith(".sql")) applyMutant(mutant);
  // The platform's log would be most of the output; what it says is judged elsewhere.
  const counts: Record<string, number> = {};
  console.log = console.warn = () => {};
  console.error = (line: string) => {
    if (line.includes('"original-missing"'))
      counts["sweep: alarm-original-missing"] = (counts["sweep: alarm-original-missing"] ?? 0) + 1;
  };
  const { migrationFiles } = await import("../../local/local-state.ts");
  const { openStores } = await import("./platform.ts");
  const { runSchedule } = await import("./schedule.ts");
  const migrations = migrationFiles().flatMap(({ name, statements }) =>
    mutant?.file === name ? applyEdits(mutant, statements.join("\u0000")).split("\u0000") : statements,
  );
  const stores = openStores(migrations);
  const failures: Failure[] = [];
  let failed = 0;
  let digest = 0;
  let done = 0;
  while (done < task.schedules) {
    const seed = task.firstSeed + done * task.stride;
    const result = await runSchedule(stores, seed);
    done++;
    digest = (Math.imul(digest, 31) + Number.parseInt(result.digest, 16)) >>> 0;
    for (const [what, times] of Object.entries(result.counts)) counts[what] = (counts[what] ?? 0) + times;
    const [first] = result.violations;
    if (first !== undefined) {
      failed++;
      if (failures.length < FAILURES_KEPT) failures.push({ seed, ...first });
      if (task.stopsAtFirst) break;
    }
    if (done % NEWS_EVERY === 0) tell({ kind: "progress", schedules: done });
  }
  tell({ kind: "end", schedules: done, failed, failures, counts, digest: digest.toString(16) });
}

if (parentPort !== null) {
  const port = parentPort;
  await run(workerData as WorkerTask, (news) => port.postMessage(news));
}
