// What the npm libraries cost: @jsquash/jpeg decodes every pixel, @jsquash/resize shrinks them by Lanczos3, MozJPEG encodes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import decoderFactory from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import encoderFactory from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import { defaultOptions } from "@jsquash/jpeg/meta.js";
import { initSync, resize } from "@jsquash/resize/lib/resize/pkg/squoosh_resize.js";
import type { BenchPhoto } from "./bench-photos.ts";
import { type Contender, JPEG_QUALITY, LIBRARY, type RenditionSize } from "./contender.ts";

interface JpegDecoder {
  decode(
    bytes: Uint8Array,
    keepsOrientation: boolean,
  ): { readonly data: Uint8Array; readonly width: number; readonly height: number };
}
interface JpegEncoder {
  encode(rgba: Uint8Array, widthPx: number, heightPx: number, options: object): Uint8Array;
}
/** The package's number for Lanczos3. */
const LANCZOS3 = 3;

type Factory<Codec> = (options: object) => Promise<Codec>;

export class LibraryContender implements Contender {
  readonly name = LIBRARY;

  async render({ bytes }: BenchPhoto, sizes: readonly RenditionSize[]): Promise<Uint8Array[]> {
    const decoder = await start<JpegDecoder>(decoderFactory, "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
    const encoder = await start<JpegEncoder>(encoderFactory, "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm");
    const { data, width, height } = decoder.decode(bytes, false);
    initSync(
      readFileSync(createRequire(import.meta.url).resolve("@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm")),
    );
    let image = { widthPx: width, heightPx: height, data: new Uint8Array(data.buffer) };
    const rendered: Uint8Array[] = [];
    for (const size of sizes) {
      const { widthPx, heightPx } = size;
      // Neither premultiplied nor in linear light: several times faster than the package's defaults.
      const shrunk = resize(image.data, image.widthPx, image.heightPx, widthPx, heightPx, LANCZOS3, false, false);
      image = { ...size, data: new Uint8Array(shrunk.buffer) };
      const options = { ...defaultOptions, quality: JPEG_QUALITY, progressive: false };
      rendered.push(encoder.encode(image.data, widthPx, heightPx, options).slice());
    }
    return rendered;
  }
}

/** A heap that once held a photo never shrinks, so each photo has its own instance, as in the Worker that came before. */
async function start<Codec>(factory: unknown, wasm: string): Promise<Codec> {
  const bytes = readFileSync(createRequire(import.meta.url).resolve(wasm));
  return await (factory as Factory<Codec>)({ wasmBinary: bytes, noInitialRun: true });
}
