// The networks in workerd, by our kernels or by onnxruntime-web. CPU time as the kernel of the machine counts it: Linux only.
import { type BenchWorker, startBenchWorker } from "../start-bench-worker.ts";
import { workerdCpuMs, workerdRssBytes } from "../workerd-cpu.ts";
import type { FaceContender, FaceModels, IsolateFigures } from "./face-contender.ts";
import type { FaceWork, PlainFace, WorkAnswer, WorkerdRuntime } from "./worker/face-work.ts";

/** CPU (ms) one sample should take, so that ticks of 10 ms are noise. */
const SAMPLE_MS = 400;
const MAX_TIMES = 40;
/** Runs of each work before anything is counted: V8's optimising compiler is through by then. */
const WARM_UP_RUNS = 30;

const CONFIG = "bench/faces/worker/wrangler.toml";

export async function startFacesWorker(
  models: FaceModels,
  photo: Uint8Array<ArrayBuffer> | null,
): Promise<BenchWorker> {
  const worker = await startBenchWorker(CONFIG, ["nodejs_compat"]);
  await worker.ask("/weights?role=detector", models.detector);
  await worker.ask("/weights?role=embedder", models.embedder);
  if (photo !== null) await worker.ask("/photo", photo);
  return worker;
}

export async function startWorkerdFaces(
  runtime: WorkerdRuntime,
  models: FaceModels,
  photo: Uint8Array<ArrayBuffer>,
): Promise<FaceContender> {
  const worker = await startFacesWorker(models, photo);
  const run = (work: FaceWork, times: number) =>
    worker.ask(`/work?runtime=${runtime}`, JSON.stringify({ work, times }));
  const expectedMs = new Map<FaceWork, number>();
  return {
    name: `${runtime}, workerd`,
    async cpuMsOf(work) {
      const expected = expectedMs.get(work);
      if (expected === undefined) await run(work, WARM_UP_RUNS);
      const times = Math.max(1, Math.min(MAX_TIMES, Math.round(SAMPLE_MS / (expected ?? SAMPLE_MS / 10))));
      const before = workerdCpuMs(process.pid) ?? Number.NaN;
      await run(work, times);
      const cpuMs = ((workerdCpuMs(process.pid) ?? Number.NaN) - before) / times;
      expectedMs.set(work, Math.max(1, cpuMs));
      return cpuMs;
    },
    facesIn: async (rendition) => (await worker.ask(`/faces?runtime=${runtime}`, rendition)) as readonly PlainFace[],
    vectorOf: async (input) =>
      (await worker.ask(`/vector?runtime=${runtime}`, new Uint8Array(input.buffer))) as readonly number[],
    close: () => worker.close(),
  };
}

/** One photo in a workerd that has seen none. No other may be running. */
export async function measureFreshIsolate(
  runtime: WorkerdRuntime,
  models: FaceModels,
  photo: Uint8Array<ArrayBuffer>,
): Promise<IsolateFigures> {
  const worker = await startFacesWorker(models, photo);
  try {
    const [cpuBefore, rssBefore] = [
      workerdCpuMs(process.pid) ?? Number.NaN,
      workerdRssBytes(process.pid) ?? Number.NaN,
    ];
    const startedAt = performance.now();
    const run = async (work: FaceWork) =>
      (await worker.ask(`/work?runtime=${runtime}`, JSON.stringify({ work, times: 1 }))) as WorkAnswer;
    await run("photo");
    const firstPhotoMs = performance.now() - startedAt;
    const firstPhotoCpuMs = (workerdCpuMs(process.pid) ?? Number.NaN) - cpuBefore;
    const { wasmMemoryBytes } = await run("second-look");
    return {
      firstPhotoMs,
      firstPhotoCpuMs,
      wasmMemoryBytes,
      processGrowthBytes: (workerdRssBytes(process.pid) ?? Number.NaN) - rssBefore,
    };
  } finally {
    await worker.close();
  }
}
