// The bench's Worker in workerd: asked for renders, its CPU time read from the kernel's account of that process. Linux only.

import { type BenchWorker, startBenchWorker } from "../start-bench-worker.ts";
import type { BenchPhoto } from "../thumbs/bench-photos.ts";
import { workerdCpuMs } from "../workerd-cpu.ts";
import type { BenchCase } from "./bench-case.ts";
import type { BenchRequest } from "./worker/bench-request.ts";

/** CPU (ms) one sample should take, so that ticks of 10 ms are noise. */
const SAMPLE_MS = 500;
const MAX_TIMES = 30;
const WATERMARK = "watermark";

export class RenderWorkerClient {
  readonly #worker: BenchWorker;
  readonly #servedOf: (photo: BenchPhoto) => Promise<Uint8Array<ArrayBuffer>>;
  readonly #kept = new Set<string>();
  /** CPU (ms) of a render, from the last sample of the same photo and case. */
  readonly #expectedMs = new Map<string, number>();

  /** @param servedOf the rendition that the product would start from */
  static async start(
    watermark: Uint8Array<ArrayBuffer>,
    servedOf: (photo: BenchPhoto) => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<RenderWorkerClient> {
    const worker = await startBenchWorker("bench/transforms/worker/wrangler.toml", ["nodejs_compat"]);
    await worker.ask(`/keep?name=${WATERMARK}`, watermark);
    return new RenderWorkerClient(worker, servedOf);
  }

  private constructor(worker: BenchWorker, servedOf: (photo: BenchPhoto) => Promise<Uint8Array<ArrayBuffer>>) {
    this.#worker = worker;
    this.#servedOf = servedOf;
  }

  close(): Promise<void> {
    return this.#worker.close();
  }

  /** Milliseconds of CPU a render takes; NaN where the kernel does not say. */
  async cpuMsOf(photo: BenchPhoto, benchCase: BenchCase): Promise<number> {
    const key = `${photo.name} ${benchCase.name}`;
    const expected = this.#expectedMs.get(key);
    const times = expected === undefined ? 1 : Math.max(1, Math.min(MAX_TIMES, Math.round(SAMPLE_MS / expected)));
    await this.#keep(photo);
    const before = workerdCpuMs(process.pid) ?? Number.NaN;
    await this.#worker.ask("/render", this.#request(photo, benchCase, times));
    const cpuMs = ((workerdCpuMs(process.pid) ?? Number.NaN) - before) / times;
    this.#expectedMs.set(key, Math.max(1, cpuMs));
    return cpuMs;
  }

  async show(photo: BenchPhoto, benchCase: BenchCase): Promise<Uint8Array> {
    await this.#keep(photo);
    const { base64 } = (await this.#worker.ask("/show", this.#request(photo, benchCase, 1))) as { base64: string };
    return new Uint8Array(Buffer.from(base64, "base64"));
  }

  async #keep(photo: BenchPhoto): Promise<void> {
    if (this.#kept.has(photo.name)) return;
    await this.#worker.ask(`/keep?name=${photo.name}`, photo.bytes);
    await this.#worker.ask(`/keep?name=${servedName(photo)}`, await this.#servedOf(photo));
    this.#kept.add(photo.name);
  }

  #request(photo: BenchPhoto, { transform, hasWatermark, isServed }: BenchCase, times: number): string {
    const { widthPx, heightPx } = photo;
    const watermark = hasWatermark ? WATERMARK : null;
    const request: BenchRequest = {
      name: isServed ? servedName(photo) : photo.name,
      photo: { widthPx, heightPx },
      transform,
      watermark,
      times,
    };
    return JSON.stringify(request);
  }
}

function servedName({ name }: BenchPhoto): string {
  return `${name}-served`;
}
