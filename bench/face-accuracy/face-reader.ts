// Faces of originals, found by the product inside workerd. One lockfile, and with it one pair of models, at a time.
import { readFile } from "node:fs/promises";
import type { ModelLockfile } from "../../shared/contracts/models.ts";
import { startBenchWorker } from "../start-bench-worker.ts";
import type { FaceAnswer } from "./worker/face-answer.ts";

export interface FaceReader {
  /** From now on with these models. `weights` by digest; none at all: the built-in default. */
  use(lockfile: ModelLockfile, weights: ReadonlyMap<string, string>): Promise<void>;
  /** The product's way: decode, rendition, detect, align, embed. */
  read(original: Uint8Array<ArrayBuffer>): Promise<FaceAnswer>;
  /** Pixels somebody else has decoded, as they are: what the product's decoding is compared with. */
  readPixels(image: { widthPx: number; heightPx: number; data: Uint8Array<ArrayBuffer> }): Promise<FaceAnswer>;
  close(): Promise<void>;
}

export async function startFaceReader(): Promise<FaceReader> {
  const worker = await startBenchWorker("bench/face-accuracy/worker/wrangler.toml", ["nodejs_compat"]);
  return {
    async use(lockfile, weights) {
      await worker.ask("/lockfile", JSON.stringify(lockfile));
      for (const [sha256, path] of weights)
        await worker.ask(`/weights/${sha256}`, new Uint8Array(await readFile(path)));
    },
    read: async (original) => (await worker.ask("/faces", original)) as FaceAnswer,
    readPixels: async ({ widthPx, heightPx, data }) =>
      (await worker.ask(`/pixels?width=${widthPx}&height=${heightPx}`, data)) as FaceAnswer,
    close: () => worker.close(),
  };
}
