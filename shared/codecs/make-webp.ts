// A picture to one WebP of a given width, upright and on white: decode at scale, shrink, encode. Chooses no source and stores nothing.
import { type RenditionWidth, WEBP_MAX_PIXELS, type WebpWidth } from "../contracts/limits.ts";
import { orientedSize } from "../kernels/orient.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import {
  type DecodedOriginal,
  type DecodeOriginalDeps,
  type DecodeSkip,
  decodeOriginal,
  storedSize,
} from "./decode-original.ts";
import type { DecodeFailure } from "./decode-to-planes.ts";
import type { EncodeWebp } from "./encode-webp.ts";
import type { Engine } from "./engine/engine.ts";
import { toRgba } from "./engine/render-planes.ts";
import { allocateImage, type PixelSize, resizeImage } from "./engine/resize-planes.ts";
import type { ImageSource } from "./source-bytes.ts";

export interface WebpMade {
  readonly kind: "done";
  readonly pixelWidth: number;
  readonly pixelHeight: number;
  readonly bytes: Uint8Array;
}

export type WebpResult = WebpMade | DecodeSkip | DecodeFailure;

export interface MakeWebpDeps extends DecodeOriginalDeps {
  readonly encodeWebp: EncodeWebp;
}

/** As close to the photo as the JPEG of that width, by mean SSIM over the corpus, and a fifth smaller (docs/adr/0010). */
const QUALITY: Readonly<Record<WebpWidth, number>> = { 320: 80, 1280: 82 };

/** Decoded larger than it is wanted, so that the resizing filter sees what it weighs. */
const DECODED_WIDTH: Readonly<Record<WebpWidth, RenditionWidth>> = { 320: 1280, 1280: 1280 };

/** The library's heap never begins smaller. */
const ENCODER_MIN_BYTES = 16 * 1024 * 1024;
/** Its heap per pixel (measured from 1 to 6.5 MP: 11.6). */
const ENCODER_BYTES_PER_PIXEL = 12;
/** The pixels outside of it: RGBA here and in the engine, and the engine's planes with full chroma. */
const RGBA_BYTES_PER_PIXEL = 4 + 4 + 3;

/**
 * Like makeRenditions: what the file is to blame for is a value, the rest is thrown. Never enlarges.
 *
 * @param source an original, or a larger rendition of it
 */
export async function makeWebp(deps: MakeWebpDeps, source: ImageSource, widthPx: WebpWidth): Promise<WebpResult> {
  const beside = (header: DecodedOriginal["header"]): number => {
    const { widthPx: width, heightPx: height } = storedSize(header, widthPx);
    const pixels = width * height;
    return Math.max(ENCODER_MIN_BYTES, pixels * ENCODER_BYTES_PER_PIXEL) + pixels * RGBA_BYTES_PER_PIXEL;
  };
  return await decodeOriginal(
    deps,
    source,
    { widthPx: DECODED_WIDTH[widthPx], beside },
    async (engine, original): Promise<WebpResult> => {
      const stored = storedSize(original.header, widthPx);
      if (stored.widthPx * stored.heightPx > WEBP_MAX_PIXELS)
        return { kind: "failed", reason: "too-large", detail: `a WebP of ${stored.widthPx}x${stored.heightPx} pixels` };
      const image = shrinkToRgba(engine, original, stored);
      const bytes = await deps.encodeWebp(image, { quality: QUALITY[widthPx], iccProfile: original.iccProfile });
      return { kind: "done", pixelWidth: image.widthPx, pixelHeight: image.heightPx, bytes };
    },
  );
}

function shrinkToRgba(engine: Engine, { image, header }: DecodedOriginal, stored: PixelSize): RgbaImage {
  const orientation = header.orientation ?? 1;
  const seen = orientedSize(stored.widthPx, stored.heightPx, orientation);
  return engine.call((kernel) => {
    const start = kernel.mark();
    try {
      const upright = allocateImage(kernel, seen, image.planes.length === 1, 2);
      resizeImage(kernel, image, upright, orientation);
      return toRgba(engine, upright, Math.max(seen.widthPx, seen.heightPx));
    } finally {
      kernel.release(start);
    }
  });
}
