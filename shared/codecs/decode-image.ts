// Bytes of the formats that libraries (and our GIF reader) decode, to pixels as stored. The pixel gate stands in front of it, orientation and crop come after it.
import avifFactory from "@jsquash/avif/codec/dec/avif_dec.js";
import webpFactory from "@jsquash/webp/codec/dec/webp_dec.js";
import { decodeGifFirstFrame } from "../kernels/gif-decode.ts";
import type { ImageHeader } from "../kernels/image-header.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { cutWebpFirstFrame } from "../kernels/webp-first-frame.ts";
import { CodecError, type EmscriptenFactory, type EmscriptenModule, WasmInstance } from "./wasm-instance.ts";

/** What the decoders hand back: an ImageData, or null for "no". */
type DecodedPixels = { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number } | null;

interface WebpDecoder extends EmscriptenModule {
  decode(bytes: Uint8Array): DecodedPixels;
}
interface AvifDecoder extends EmscriptenModule {
  decode(bytes: Uint8Array, bitDepth: 8): DecodedPixels;
}

/** The rarer formats must not pin what the common ones need. */
const KEEP_HEAP_BYTES = 24 * 1024 * 1024;

export interface DecoderModules {
  readonly avifDecoder: WebAssembly.Module;
  readonly webpDecoder: WebAssembly.Module;
}

/** Throws CodecError for what cannot be decoded, with a size other than the header's included. */
export type DecodeImage = (header: ImageHeader, bytes: Uint8Array) => Promise<RgbaImage>;

export function createImageDecoder(modules: DecoderModules): DecodeImage {
  const webp = new WasmInstance<WebpDecoder>(
    webpFactory as unknown as EmscriptenFactory,
    modules.webpDecoder,
    KEEP_HEAP_BYTES,
  );
  const avif = new WasmInstance<AvifDecoder>(
    avifFactory as unknown as EmscriptenFactory,
    modules.avifDecoder,
    KEEP_HEAP_BYTES,
  );

  async function decodeWebp(header: ImageHeader, bytes: Uint8Array): Promise<RgbaImage> {
    const first = header.frames === undefined ? null : cutWebpFirstFrame(bytes);
    if (first === null) return await webp.use((codec) => toImage(codec.decode(bytes)));
    const frame = await webp.use((codec) => toImage(codec.decode(first.still)));
    if (frame.widthPx !== first.widthPx || frame.heightPx !== first.heightPx) throw new CodecError("WebP: frame size");
    return placeOnCanvas(frame, first, header);
  }

  async function decode(header: ImageHeader, bytes: Uint8Array): Promise<RgbaImage> {
    switch (header.format) {
      case "webp":
        return await decodeWebp(header, bytes);
      case "avif":
        // libavif reports irot, imir and clap but does not apply them to the pixels.
        return await avif.use((codec) => toImage(codec.decode(bytes, 8)));
      case "gif": {
        const frame = decodeGifFirstFrame(bytes);
        if (frame === null) throw new CodecError("GIF: no first frame");
        return frame;
      }
      default:
        throw new CodecError(`${header.format}: no library here`);
    }
  }

  return async function decodeImage(header, bytes) {
    const image = await decode(header, bytes);
    if (image.widthPx !== header.widthPx || image.heightPx !== header.heightPx) {
      const claimed = `${header.widthPx}x${header.heightPx}`;
      throw new CodecError(`decoded to ${image.widthPx}x${image.heightPx}, the header says ${claimed}`);
    }
    return image;
  };
}

function toImage(pixels: DecodedPixels): RgbaImage {
  if (pixels === null || pixels.width < 1 || pixels.height < 1) throw new Error("no pixels");
  const { data, width, height } = pixels;
  return { widthPx: width, heightPx: height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function placeOnCanvas(
  frame: RgbaImage,
  at: { readonly leftPx: number; readonly topPx: number },
  canvas: { readonly widthPx: number; readonly heightPx: number },
): RgbaImage {
  if (frame.widthPx === canvas.widthPx && frame.heightPx === canvas.heightPx) return frame;
  const data = new Uint8Array(canvas.widthPx * canvas.heightPx * 4);
  const frameRowBytes = frame.widthPx * 4;
  for (let y = 0; y < frame.heightPx; y++) {
    const row = frame.data.subarray(y * frameRowBytes, (y + 1) * frameRowBytes);
    data.set(row, ((at.topPx + y) * canvas.widthPx + at.leftPx) * 4);
  }
  return { widthPx: canvas.widthPx, heightPx: canvas.heightPx, data };
}
