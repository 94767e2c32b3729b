// The engine doing what the product does with a photo, in Node and in workerd alike: decode, shrink, turn, encode.
import { byteSourceOfBytes } from "../../shared/codecs/engine/byte-source.ts";
import { decodeJpeg } from "../../shared/codecs/engine/decode-jpeg.ts";
import { decodePng } from "../../shared/codecs/engine/decode-png.ts";
import { createEngine, type Engine } from "../../shared/codecs/engine/engine.ts";
import type { PlanarImage } from "../../shared/codecs/engine/planes.ts";
import { renderPlanes } from "../../shared/codecs/engine/render-planes.ts";
import type { Orientation } from "../../shared/kernels/exif-orientation.ts";
import { orientedSize } from "../../shared/kernels/orient.ts";
import type { RenditionSize } from "./contender.ts";

export interface RenderablePhoto {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly coding: "baseline" | "progressive" | "png";
  readonly orientation: number;
}

export class EngineRenderer {
  readonly #engine: Engine;

  constructor(module: WebAssembly.Module) {
    this.#engine = createEngine(module);
  }

  get memoryBytes(): number {
    return this.#engine.memoryBytes;
  }

  /** @param sizes as seen, largest first */
  async render(
    { bytes, coding, orientation }: RenderablePhoto,
    sizes: readonly RenditionSize[],
  ): Promise<Uint8Array[]> {
    const turn = orientation as Orientation;
    const stored = sizes.map(({ widthPx, heightPx }) => orientedSize(widthPx, heightPx, turn));
    const start = this.#engine.call((kernel) => kernel.mark());
    const image = await this.#decode(bytes, coding, stored[0] ?? { widthPx: 1, heightPx: 1 });
    const rendered = renderPlanes(this.#engine, image, { sizes: stored, orientation: turn, iccProfile: null });
    this.#engine.call((kernel) => kernel.release(start));
    return rendered.map((rendition) => rendition.bytes);
  }

  async #decode(
    bytes: Uint8Array,
    coding: RenderablePhoto["coding"],
    { widthPx, heightPx }: RenditionSize,
  ): Promise<PlanarImage> {
    const source = byteSourceOfBytes(bytes);
    if (coding === "png") {
      const outcome = await decodePng(this.#engine, source, { wanted: { widthPx, heightPx } });
      if (outcome.kind === "failed") throw new Error(`${outcome.reason}: ${outcome.detail}`);
      return outcome.image;
    }
    const outcome = await decodeJpeg(this.#engine, source, { scale: { minWidthPx: widthPx, minHeightPx: heightPx } });
    if (outcome.kind === "refused") throw new Error(`refused: ${outcome.reason}`);
    return outcome.image;
  }
}
