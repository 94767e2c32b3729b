// The port to every image codec: callers know bytes, pixels and outcomes, never a library. What stands behind it may be replaced.
import { parseImageHeader } from "../kernels/image-header.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { createImageDecoder, type DecoderModules } from "./decode-image.ts";
import { createJpegEncoder } from "./encode-jpeg.ts";
import { isTooLarge, makeRenditions, type RenditionResult } from "./make-renditions.ts";
import type { ImageSource } from "./source-bytes.ts";
import { wasmModules } from "./wasm-modules.ts";

export type { RenditionResult } from "./make-renditions.ts";
export type { ImageSource } from "./source-bytes.ts";

export interface ImageCodecs {
  /**
   * Reads an original once and makes every rendition of it, upright and on white. A file that is to blame is "skipped" or
   * "failed"; a throw means that the source could not be read or a codec not be started, and may be tried again.
   *
   * Colours are not converted: a small RGB profile is copied into the renditions, a CMYK one is not.
   */
  makeRenditions(source: ImageSource): Promise<RenditionResult>;
  /** Pixels of a JPEG as stored, for instance one of our renditions. Throws for anything else, and beyond the pixel gate. */
  decodeJpeg(bytes: Uint8Array): Promise<RgbaImage>;
}

export type CodecModules = DecoderModules & { readonly jpegEncoder: WebAssembly.Module };

/** One per isolate: it keeps warm instances. `modules` are the bundled ones except where a test brings its own. */
export function createImageCodecs(modules: CodecModules = wasmModules): ImageCodecs {
  const decodeImage = createImageDecoder(modules);
  const encodeJpeg = createJpegEncoder(modules.jpegEncoder);
  return {
    makeRenditions: (source) => makeRenditions({ decodeImage, encodeJpeg }, source),
    async decodeJpeg(bytes) {
      const header = parseImageHeader(bytes);
      if (typeof header === "string" || header.format !== "jpeg")
        throw new Error("Expected a JPEG with a sound header.");
      if (isTooLarge(header))
        throw new Error(`Expected a JPEG within the pixel gate. Got ${header.widthPx}x${header.heightPx}.`);
      return await decodeImage(header, bytes);
    },
  };
}
