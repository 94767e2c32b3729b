// What the pipeline works with: one of each per isolate, so that instances stay warm and its memory is rationed.
import { createImageDecoder } from "../../shared/codecs/decode-image.ts";
import type { DecodeOriginalDeps } from "../../shared/codecs/decode-original.ts";
import { createPictureDitherer, type PictureDitherer } from "../../shared/codecs/dither-picture.ts";
import { createAvifEncoder, type EncodeAvif } from "../../shared/codecs/encode-avif.ts";
import { createWebpEncoder, type EncodeWebp } from "../../shared/codecs/encode-webp.ts";
import { createEngine, type Engine } from "../../shared/codecs/engine/engine.ts";
import { EnginePool } from "../../shared/codecs/engine/engine-pool.ts";
import type { CodecModules } from "../../shared/codecs/index.ts";
import { PixelsPool } from "../../shared/codecs/pixels/pixels-pool.ts";

export interface RenderCodecs extends DecodeOriginalDeps {
  readonly pixels: PixelsPool;
  readonly encodeWebp: EncodeWebp;
  readonly encodeAvif: EncodeAvif;
  /** Made when it is first asked for: most renders have no use for it. */
  readonly ditherer: () => PictureDitherer;
  /** A second engine, for a render whose first one had to go. */
  readonly newEngine: () => Engine;
}

export type RenderModules = CodecModules & {
  readonly avifEncoder: WebAssembly.Module;
  readonly pixels: WebAssembly.Module;
  readonly dither: WebAssembly.Module;
};

export function createRenderCodecs(modules: RenderModules): RenderCodecs {
  let encodeWebp = createWebpEncoder(modules.webpEncoder);
  let ditherer: PictureDitherer | null = null;
  const encodeAvif = createAvifEncoder(modules.avifEncoder);
  return {
    engines: new EnginePool(modules.engine),
    decodeImage: createImageDecoder(modules),
    pixels: new PixelsPool(modules.pixels),
    encodeWebp: (image, options) => encodeWebp(image, options),
    encodeAvif: (image, options) => {
      // The other library's warm heap goes with its encoder: both together are more than a render may take.
      encodeWebp = createWebpEncoder(modules.webpEncoder);
      return encodeAvif(image, options);
    },
    ditherer: () => {
      ditherer ??= createPictureDitherer(modules.dither);
      return ditherer;
    },
    newEngine: () => createEngine(modules.engine),
  };
}
