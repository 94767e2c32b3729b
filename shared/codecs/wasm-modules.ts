// The compiled library codecs, and the only file that names them: tests outside of workerd put their own in its place.
// Precompiled modules by static import, because the runtime refuses to compile wasm from bytes.
import avifDecoder from "@jsquash/avif/codec/dec/avif_dec.wasm";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.wasm";
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";

export const wasmModules = { avifDecoder, webpDecoder, webpEncoder };
