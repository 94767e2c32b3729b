// Ours, in Node.
import type { BenchPhoto } from "./bench-photos.ts";
import { type Contender, OURS, type RenditionSize } from "./contender.ts";
import { EngineRenderer } from "./engine-renderer.ts";

export class EngineContender implements Contender {
  readonly name = OURS;
  readonly #renderer: EngineRenderer;

  constructor(module: WebAssembly.Module) {
    this.#renderer = new EngineRenderer(module);
  }

  get memoryBytes(): number {
    return this.#renderer.memoryBytes;
  }

  async render(photo: BenchPhoto, sizes: readonly RenditionSize[]): Promise<readonly Uint8Array[]> {
    return await this.#renderer.render(photo, sizes);
  }
}
