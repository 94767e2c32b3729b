// The renditions that the embedder would open, made in workerd by the product's codecs, and how many faces are in each.
import { readFileSync } from "node:fs";
import type { BenchWorker } from "../start-bench-worker.ts";
import type { RenditionAnswer } from "./worker/face-work.ts";

export interface Rendition {
  readonly name: string;
  /** A JPEG, at most 1280 px wide. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly faces: number;
}

/** In order; what is no photo is left out. */
export async function makeRenditions(
  worker: BenchWorker,
  photos: readonly { readonly name: string; readonly path: string }[],
  say: (line: string) => void,
): Promise<Rendition[]> {
  const renditions: Rendition[] = [];
  for (const [index, { name, path }] of photos.entries()) {
    const original = new Uint8Array(readFileSync(path));
    const made = (await worker.ask("/rendition?runtime=kernels", original)) as RenditionAnswer | null;
    if (made === null) say(`${name} is no photo.`);
    else renditions.push({ ...made, name, bytes: new Uint8Array(Buffer.from(made.base64, "base64")) });
    if ((index + 1) % 50 === 0) say(`${index + 1} of ${photos.length} photos`);
  }
  return renditions;
}
