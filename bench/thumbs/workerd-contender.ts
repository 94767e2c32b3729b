// The engine inside workerd, its CPU time read from the kernel's account of that process. Linux only.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { bundleWorker } from "../../local/bundle-worker.ts";
import { workerdCpuMs } from "../workerd-cpu.ts";
import type { BenchPhoto } from "./bench-photos.ts";
import { type Contender, OURS_IN_WORKERD, type RenditionSize } from "./contender.ts";
import type { RenderRequest } from "./worker/render-request.ts";

/** CPU (ms) one sample should take, so that ticks of 10 ms are noise. */
const SAMPLE_MS = 400;
const MAX_TIMES = 40;
const ORIGIN = "http://bench.local";

export class WorkerdContender implements Contender {
  readonly name = OURS_IN_WORKERD;
  readonly #miniflare: Miniflare;
  #photo: BenchPhoto | null = null;
  /** CPU (ms) of a run, from the last sample of the same photo and sizes. */
  #expectedMs = new Map<string, number>();

  /** @returns null where the kernel does not say what workerd used */
  static async start(): Promise<WorkerdContender | null> {
    const folder = mkdtempSync(join(tmpdir(), "heliograph-bench-worker-"));
    try {
      await bundleWorker("bench/thumbs/worker/wrangler.toml", folder);
      const files = readdirSync(folder).filter((file) => /\.(js|wasm)$/.test(file));
      const modules = files
        .sort((a) => (a === "index.js" ? -1 : 1))
        .map((file) => ({
          type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
          path: join(folder, file),
          contents: readFileSync(join(folder, file)),
        }));
      const worker = { name: "bench", modulesRoot: folder, modules, compatibilityDate: "2026-11-17" };
      const miniflare = new Miniflare(convertV4MiniflareOptions({ cf: false, workers: [worker] } as never));
      await miniflare.ready;
      if (workerdCpuMs(process.pid) !== null) return new WorkerdContender(miniflare);
      await miniflare.dispose();
      return null;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  private constructor(miniflare: Miniflare) {
    this.#miniflare = miniflare;
  }

  async close(): Promise<void> {
    await this.#miniflare.dispose();
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
    await this.#fetch("/fresh", null);
    return (await this.#ask({ sizes, times: 1 })).memoryBytes;
  }

  async #give(photo: BenchPhoto): Promise<void> {
    if (this.#photo === photo) return;
    await this.#fetch(`/photo?coding=${photo.coding}&orientation=${photo.orientation}`, photo.bytes);
    this.#photo = photo;
  }

  async #ask(request: RenderRequest): Promise<{ readonly memoryBytes: number }> {
    return (await this.#fetch("/render", JSON.stringify(request))) as { readonly memoryBytes: number };
  }

  async #fetch(path: string, body: Uint8Array<ArrayBuffer> | string | null): Promise<unknown> {
    const response = await this.#miniflare.dispatchFetch(`${ORIGIN}${path}`, { method: "POST", body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
    return text === "" ? null : JSON.parse(text);
  }
}
