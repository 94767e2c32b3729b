// A bench's Worker in workerd: bundled by wrangler as the product is, started by miniflare, asked over fetch.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { bundleWorker } from "../local/bundle-worker.ts";

const ORIGIN = "http://bench.local";

export interface BenchWorker {
  /** POSTs; answers the body. Throws with the Worker's own words unless the answer is 2xx. */
  ask(path: string, body: Uint8Array<ArrayBuffer> | string | null): Promise<unknown>;
  close(): Promise<void>;
}

/** @param config its wrangler.toml, from the repository's root; its answers are JSON or empty */
export async function startBenchWorker(
  config: string,
  compatibilityFlags: readonly string[] = [],
): Promise<BenchWorker> {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-bench-worker-"));
  try {
    await bundleWorker(config, folder);
    const files = readdirSync(folder).filter((file) => /\.(js|wasm)$/.test(file));
    const modules = files
      .sort((a) => (a === "index.js" ? -1 : 1))
      .map((file) => ({
        type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
        path: join(folder, file),
        contents: readFileSync(join(folder, file)),
      }));
    const worker = { name: "bench", modulesRoot: folder, modules, compatibilityDate: "2026-11-17", compatibilityFlags };
    const miniflare = new Miniflare(convertV4MiniflareOptions({ cf: false, workers: [worker] } as never));
    await miniflare.ready;
    return {
      async ask(path, body) {
        const response = await miniflare.dispatchFetch(`${ORIGIN}${path}`, { method: "POST", body });
        const text = await response.text();
        if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
        return text === "" ? null : JSON.parse(text);
      },
      close: () => miniflare.dispose(),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
