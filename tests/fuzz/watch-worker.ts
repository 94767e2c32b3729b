// Starts one fuzzing thread and ends it when a single run takes too long: a hang is a finding like any other.
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { FuzzWorkerData } from "./fuzz-worker.ts";
import type { FuzzReport } from "./run-fuzz.ts";
import { SharedInput } from "./shared-input.ts";

/** Time (ms) one run may take on a busy machine. The slowest honest one takes well under a second. */
const HANG_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 500;

export async function watchWorker(job: Omit<FuzzWorkerData, "shared">): Promise<FuzzReport> {
  const shared = SharedInput.allocate();
  const current = new SharedInput(shared);
  const worker = new Worker(join(import.meta.dirname, "fuzz-worker.ts"), {
    workerData: { ...job, shared } satisfies FuzzWorkerData,
  });
  return await new Promise((resolve, reject) => {
    let seen = 0;
    let since = performance.now();
    const timer = setInterval(() => {
      const { started } = current;
      // Nothing has started while the thread reads its seeds.
      if (started !== seen || started === 0) {
        seen = started;
        since = performance.now();
        return;
      }
      if (performance.now() - since < HANG_AFTER_MS) return;
      clearInterval(timer);
      const message = `no end after ${HANG_AFTER_MS} ms`;
      const finding = { kind: "hangs", message, input: current.read(), iteration: started };
      resolve({ iterations: started, signatures: 0, findings: [finding] });
      worker.terminate().catch(reject);
    }, LOOK_EVERY_MS);
    worker.once("message", (report: FuzzReport) => {
      clearInterval(timer);
      resolve(report);
    });
    worker.once("error", (error) => {
      clearInterval(timer);
      reject(error);
    });
  });
}
