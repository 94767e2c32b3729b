// Pixels to JPEG with MozJPEG. Writes no metadata but the colour profile it is given.
import encoderFactory from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import { defaultOptions } from "@jsquash/jpeg/meta.js";
import { insertJpegIccProfile } from "../kernels/icc-profile.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { type EmscriptenFactory, type EmscriptenModule, WasmInstance } from "./wasm-instance.ts";

interface JpegEncoder extends EmscriptenModule {
  encode(rgba: Uint8Array, widthPx: number, heightPx: number, options: object): Uint8Array;
}

/**
 * Baseline instead of progressive halves the time (259 to 134 ms for 1280x960) for 4 % more bytes. Trellis quantisation
 * cannot be switched off in this build.
 */
const OPTIONS = { ...defaultOptions, quality: 80, progressive: false };
/** A 1280x5120 rendition needs about 60 MB; ordinary ones a tenth. */
const KEEP_HEAP_BYTES = 48 * 1024 * 1024;

export type EncodeJpeg = (image: RgbaImage, iccProfile: Uint8Array | null) => Promise<Uint8Array>;

/** Alpha is ignored: flatten first. A throw from here is a fault of ours, not of the photo. */
export function createJpegEncoder(module: WebAssembly.Module): EncodeJpeg {
  const encoder = new WasmInstance<JpegEncoder>(
    encoderFactory as unknown as EmscriptenFactory,
    module,
    KEEP_HEAP_BYTES,
  );
  return async function encodeJpeg({ data, widthPx, heightPx }, iccProfile) {
    const jpeg = await encoder.use((codec) => codec.encode(data, widthPx, heightPx, OPTIONS));
    return iccProfile === null ? jpeg : insertJpegIccProfile(jpeg, iccProfile);
  };
}
