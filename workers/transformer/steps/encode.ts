// The finished picture to a file of the format asked for.
import { encodePng } from "../../../shared/codecs/encode-png.ts";
import { createPlanesEncoder } from "../../../shared/codecs/engine/encode-planes.ts";
import type { Engine } from "../../../shared/codecs/engine/engine.ts";
import type { PlanarImage } from "../../../shared/codecs/engine/planes.ts";
import { planesFromRgba } from "../../../shared/codecs/engine/planes-from-rgba.ts";
import { isOpaque } from "../../../shared/codecs/pixels/flatten-pixels.ts";
import { writeIndexedPng } from "../../../shared/codecs/write-indexed-png.ts";
import { encodeGif } from "../../../shared/kernels/gif-encode.ts";
import { insertJpegExif } from "../../../shared/kernels/jpeg-exif.ts";
import type { RgbaImage } from "../../../shared/kernels/rgba-image.ts";
import { type Picture, pictureOf, type RenderState } from "../render-state.ts";

/**
 * Each on its format's own scale, chosen to look alike (SSIM within 0.01 at 512 px). JPEG: 75 shows blocks in skies, 85 costs a
 * third more bytes.
 */
const DEFAULT_QUALITY = { jpg: 80, webp: 80, avif: 60 } as const;

const CONTENT_TYPES = {
  jpg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  avif: "image/avif",
  gif: "image/gif",
} as const;

export async function encode(state: RenderState): Promise<void> {
  const { picture, transform } = state;
  if (picture === null || picture.kind === "decoded" || picture.kind === "encoded")
    throw new Error("Expected a drawn picture.");
  const { widthPx, heightPx } = picture.image;
  const bytes = await encodePicture(state, picture);
  const contentType = CONTENT_TYPES[transform.format];
  state.picture = { kind: "encoded", render: { widthPx, heightPx, contentType, bytes } };
}

async function encodePicture(
  state: RenderState,
  picture: Extract<Picture, { kind: "planes" | "indexed" | "pixels" }>,
): Promise<Uint8Array> {
  switch (picture.kind) {
    case "planes":
      return encodeJpeg(state, state.opened.engine, picture.image);
    case "indexed":
      return state.transform.format === "gif" ? encodeGif(picture.image) : await writeIndexedPng(picture.image);
    case "pixels":
      return await encodePixels(state);
  }
}

async function encodePixels(state: RenderState): Promise<Uint8Array> {
  const { transform, codecs, iccProfile, exif } = state;
  const { image } = pictureOf(state, "pixels");
  const { pixels } = state;
  const { widthPx, heightPx } = image;
  const rgba: RgbaImage = { widthPx, heightPx, data: pixels.view(image) };
  switch (transform.format) {
    case "jpg": {
      const { engine } = state.opened;
      const living = engine.isAlive ? engine : codecs.newEngine();
      return encodeJpeg(state, living, planesFromRgba(living, rgba));
    }
    case "webp":
      return await codecs.encodeWebp(rgba, { quality: transform.quality ?? DEFAULT_QUALITY.webp, iccProfile, exif });
    case "avif":
      return await codecs.encodeAvif(rgba, { quality: transform.quality ?? DEFAULT_QUALITY.avif, iccProfile });
    case "png": {
      const channels = isOpaque(pixels, image) ? (isGrey(rgba) ? 1 : 3) : 4;
      // A profile of colours does not fit a grey picture.
      return await encodePng(pixels, image, { channels, iccProfile: channels === 1 ? null : iccProfile, exif });
    }
    case "gif":
      throw new Error("Expected a GIF by palette. Got pixels.");
  }
}

function encodeJpeg({ transform, iccProfile, exif }: RenderState, engine: Engine, image: PlanarImage): Uint8Array {
  const quality = transform.quality ?? DEFAULT_QUALITY.jpg;
  const isGreyPlane = image.planes.length === 1;
  const jpeg = engine.call((kernel) =>
    createPlanesEncoder(engine, kernel, { isGrey: isGreyPlane, quality, iccProfile })(image),
  );
  return exif === null ? jpeg : insertJpegExif(jpeg, exif);
}

/** Ends at the first pixel of another colour: in photos that is nearly the first. */
function isGrey({ data }: RgbaImage): boolean {
  for (let pos = 0; pos < data.length; pos += 4)
    if (data[pos] !== data[pos + 1] || data[pos] !== data[pos + 2]) return false;
  return true;
}
