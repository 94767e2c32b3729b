// Spreads seeds over worker threads and adds up what they found.
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Failure, WorkerNews, WorkerTask } from "./schedule-worker.ts";

export interface Totals {
  readonly schedules: number;
  readonly violations: number;
  readonly failures: readonly Failure[];
  readonly counts: Readonly<Record<string, number>>;
  readonly digest: string;
}

interface RunOptions {
  readonly firstSeed: number;
  readonly schedules: number;
  readonly workers: number;
  readonly mutant?: string;
  readonly stopsAtFirst?: boolean;
  readonly onProgress?: (schedules: number) => void;
}

export async function runSchedules(options: RunOptions): Promise<Totals> {
  const { firstSeed, schedules, mutant = null, stopsAtFirst = false } = options;
  const workers = Math.max(1, Math.min(options.workers, schedules));
  const progress: number[] = [];
  const ends = await Promise.all(
    Array.from({ length: workers }, (_, i) => {
      const share = Math.floor(schedules / workers) + (i < schedules % workers ? 1 : 0);
      return runWorker(
        { firstSeed: firstSeed + i, schedules: share, stride: workers, mutant, stopsAtFirst },
        (done) => {
          progress[i] = done;
          options.onProgress?.(progress.reduce((sum, n) => sum + (n ?? 0), 0));
        },
      );
    }),
  );
  const counts: Record<string, number> = {};
  for (const end of ends)
    for (const [what, times] of Object.entries(end.counts)) counts[what] = (counts[what] ?? 0) + times;
  return {
    schedules: ends.reduce((sum, end) => sum + end.schedules, 0),
    violations: ends.reduce((sum, end) => sum + end.failed, 0),
    failures: ends.flatMap((end) => end.failures).sort((a, b) => a.seed - b.seed),
    counts,
    digest: ends.map((end) => end.digest).join("-"),
  };
}

function runWorker(
  task: WorkerTask,
  onProgress: (schedules: number) => void,
): Promise<Extract<WorkerNews, { kind: "end" }>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.resolve("./schedule-worker.ts")), {
      workerData: task,
      execArgv: ["--no-warnings"],
    });
    worker.on("message", (news: WorkerNews) => (news.kind === "end" ? resolve(news) : onProgress(news.schedules)));
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a worker ended with ${code} before its work did`)));
  });
}
