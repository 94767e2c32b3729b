// The compiled codecs, and the only file that names them: tests outside of workerd put their own in its place.
// Precompiled modules by static import, because the runtime refuses to compile wasm from bytes.
import avifDecoder from "@jsquash/avif/codec/dec/avif_dec.wasm";
import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import jpegEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm";
// @ts-expect-error The package declares this file's exports as if it were instantiated; the bundler hands over the module.
import pngCodecModule from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.wasm";

const pngCodec: WebAssembly.Module = pngCodecModule;

export const wasmModules = { avifDecoder, jpegDecoder, jpegEncoder, pngCodec, webpDecoder };
