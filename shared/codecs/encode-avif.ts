// Pixels to AVIF, by libavif. Shrinks nothing and stores nothing.
import avifFactory from "@jsquash/avif/codec/enc/avif_enc.js";
import { defaultOptions } from "@jsquash/avif/meta.js";
import { insertAvifIccProfile } from "../kernels/avif-icc-profile.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { type EmscriptenFactory, type EmscriptenModule, WasmInstance } from "./wasm-instance.ts";

interface AvifEncoder extends EmscriptenModule {
  encode(rgba: Uint8Array, widthPx: number, heightPx: number, options: typeof defaultOptions): Uint8Array | null;
}

/** libaom's speed (0 to 10): 7 takes a third longer for 1 % fewer bytes, 9 a quarter of the time for 6 % more and blurs. */
const SPEED = 8;
/** Its heap is 17 MB at least and 40 bytes a pixel: too much to keep beside other work. */
const KEEP_HEAP_BYTES = 0;

export interface AvifOptions {
  /** 0 to 100, as libavif scales it: not comparable with a JPEG's. */
  readonly quality: number;
  readonly iccProfile: Uint8Array | null;
}

/** Alpha is kept. Throws CodecError for what the library refuses. */
export type EncodeAvif = (image: RgbaImage, options: AvifOptions) => Promise<Uint8Array>;

export function createAvifEncoder(module: WebAssembly.Module): EncodeAvif {
  const encoder = new WasmInstance<AvifEncoder>(avifFactory as unknown as EmscriptenFactory, module, KEEP_HEAP_BYTES);

  return async function encodeAvif(image, { quality, iccProfile }) {
    const options = { ...defaultOptions, quality, speed: SPEED };
    const avif = await encoder.use((codec) => {
      const bytes = codec.encode(image.data, image.widthPx, image.heightPx, options);
      if (bytes === null) throw new Error("libavif refused the picture");
      return bytes;
    });
    return iccProfile === null ? avif : insertAvifIccProfile(avif, iccProfile);
  };
}
