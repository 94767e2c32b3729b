// The port to every image codec: callers know bytes and outcomes, never a library. What stands behind it may be replaced.
import type { WebpWidth } from "../contracts/limits.ts";
import type { FaceBox } from "../contracts/people.ts";
import { cutFace, type FaceCutResult } from "./cut-face.ts";
import { createImageDecoder, type DecoderModules } from "./decode-image.ts";
import { createWebpEncoder } from "./encode-webp.ts";
import { engineModule } from "./engine/engine-module.ts";
import { EnginePool } from "./engine/engine-pool.ts";
import { makeRenditions, type RenditionResult } from "./make-renditions.ts";
import { makeWebp, type WebpResult } from "./make-webp.ts";
import type { ImageSource } from "./source-bytes.ts";
import { wasmModules } from "./wasm-modules.ts";

export type { RenditionResult } from "./make-renditions.ts";
export type { ImageSource } from "./source-bytes.ts";

export interface ImageCodecs {
  /**
   * Reads an original once and makes every rendition of it, upright and on white. A file that is to blame is "skipped" or
   * "failed"; a throw means that the source could not be read or a codec not be started, and may be tried again.
   * Calls may overlap: they wait for one another where memory demands it.
   *
   * Colours are not converted: a small RGB profile is copied into the renditions, another one is not.
   */
  makeRenditions(source: ImageSource): Promise<RenditionResult>;

  /** One WebP of an original, or of a larger rendition of it, on the same terms. */
  makeWebp(source: ImageSource, widthPx: WebpWidth): Promise<WebpResult>;

  /** The square around a face of an original, or of a rendition of it, as a small JPEG, on the same terms. */
  cutFace(source: ImageSource, box: FaceBox): Promise<FaceCutResult>;
}

export type CodecModules = DecoderModules & {
  readonly engine: WebAssembly.Module;
  readonly webpEncoder: WebAssembly.Module;
};

/** One per isolate: it keeps warm instances. `modules` are the bundled ones except where a test brings its own. */
export function createImageCodecs(modules: CodecModules = { ...wasmModules, engine: engineModule }): ImageCodecs {
  const engines = new EnginePool(modules.engine);
  const decodeImage = createImageDecoder(modules);
  const encodeWebp = createWebpEncoder(modules.webpEncoder);
  return {
    makeRenditions: (source) => makeRenditions({ engines, decodeImage }, source),
    makeWebp: (source, widthPx) => makeWebp({ engines, decodeImage, encodeWebp }, source, widthPx),
    cutFace: (source, box) => cutFace({ engines, decodeImage }, source, box),
  };
}
