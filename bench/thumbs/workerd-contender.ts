// The engine inside workerd, its CPU time read from the kernel's account of that process. Linux only.
import { type BenchWorker, startBenchWorker } from "../start-bench-worker.ts";
import { workerdCpuMs } from "../workerd-cpu.ts";
import type { BenchPhoto } from "./bench-photos.ts";
import { type Contender, OURS_IN_WORKERD, type RenditionSize } from "./contender.ts";
import type { RenderRequest } from "./worker/render-request.ts";

/** CPU (ms) one sample should take, so that ticks of 10 ms are noise. */
const SAMPLE_MS = 400;
const MAX_TIMES = 40;

export class WorkerdContender implements Contender {
  readonly name = OURS_IN_WORKERD;
  readonly #worker: BenchWorker;
  #photo: BenchPhoto | null = null;
  /** CPU (ms) of a run, from the last sample of the same photo and sizes. */
  #expectedMs = new Map<string, number>();

  /** @returns null where the kernel does not say what workerd used */
  static async start(): Promise<WorkerdContender | null> {
    const worker = await startBenchWorker("bench/thumbs/worker/wrangler.toml");
    if (workerdCpuMs(process.pid) !== null) return new WorkerdContender(worker);
    await worker.close();
    return null;
  }

  private constructor(worker: BenchWorker) {
    this.#worker = worker;
  }

  async close(): Promise<void> {
    await this.#worker.close();
  }

  async render(): Promise<readonly Uint8Array[]> {
    throw new Error("workerd renders only to be timed; its renditions are those of Node");
  }

  async cpuMsOf(photo: BenchPhoto, sizes: readonly RenditionSize[]): Promise<number> {
    await this.#give(photo);
    const key = `${photo.name} ${sizes.length}`;
    const expected = this.#expectedMs.get(key);
    const times = expected === undefined ? 1 : Math.max(1, Math.min(MAX_TIMES, Math.round(SAMPLE_MS / expected)));
    const before = workerdCpuMs(process.pid) ?? Number.NaN;
    await this.#ask({ sizes, times });
    const cpuMs = ((workerdCpuMs(process.pid) ?? Number.NaN) - before) / times;
    this.#expectedMs.set(key, Math.max(1, cpuMs));
    return cpuMs;
  }

  /** Bytes of wasm memory after one photo in a fresh instance. */
  async memoryBytesOf(photo: BenchPhoto, sizes: readonly RenditionSize[]): Promise<number> {
    await this.#give(photo);
    await this.#worker.ask("/fresh", null);
    return (await this.#ask({ sizes, times: 1 })).memoryBytes;
  }

  async #give(photo: BenchPhoto): Promise<void> {
    if (this.#photo === photo) return;
    await this.#worker.ask(`/photo?coding=${photo.coding}&orientation=${photo.orientation}`, photo.bytes);
    this.#photo = photo;
  }

  async #ask(request: RenderRequest): Promise<{ readonly memoryBytes: number }> {
    return (await this.#worker.ask("/render", JSON.stringify(request))) as { readonly memoryBytes: number };
  }
}
