// One thread of the fuzzer: loops until told to stop, and leaves each input where the watchdog finds it should it hang.
import { parentPort, workerData } from "node:worker_threads";
import { createFuzzTarget } from "./create-target.ts";
import type { FuzzTargetName } from "./fuzz-target.ts";
import { runFuzz } from "./run-fuzz.ts";
import { SharedInput } from "./shared-input.ts";

export interface FuzzWorkerData {
  readonly target: FuzzTargetName;
  readonly seed: number;
  readonly minutes: number;
  readonly shared: SharedArrayBuffer;
}

const { target: name, seed, minutes, shared } = workerData as FuzzWorkerData;
// ExifReader warns of what it thinks of hostile files, thousands of times.
console.warn = () => {};
const current = new SharedInput(shared);
const target = await createFuzzTarget(name);
const endAt = performance.now() + minutes * 60_000;
const report = await runFuzz(target, {
  seed,
  shouldStop: () => performance.now() >= endAt,
  onStart: (input) => current.write(input),
});
parentPort?.postMessage(report);
