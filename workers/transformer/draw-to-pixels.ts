// A part of what was decoded, at a size, as pixels: for drawing the result, and for steps that look before they decide.
import type { DecodedOriginal, DecodedWithAlpha } from "../../shared/codecs/decode-original.ts";
import { drawPart } from "../../shared/codecs/engine/draw-part.ts";
import type { Engine } from "../../shared/codecs/engine/engine.ts";
import type { PicturePart, PixelSize } from "../../shared/codecs/engine/resize-planes.ts";
import { drawPixels } from "../../shared/codecs/pixels/draw-pixels.ts";
import type { PixelImage, Pixels } from "../../shared/codecs/pixels/pixels.ts";
import { pixelsFromPlanes } from "../../shared/codecs/pixels/pixels-from-planes.ts";
import type { Orientation } from "../../shared/kernels/exif-orientation.ts";
import { seenSize } from "../../shared/kernels/image-header.ts";
import { storedRect } from "../../shared/kernels/orient-rect.ts";
import type { PixelRect } from "../../shared/kernels/transform-geometry.ts";

export interface DrawTools {
  readonly engine: Engine;
  readonly pixels: Pixels;
}

export interface DrawOptions {
  /** In what was decoded, as stored. */
  readonly part: PicturePart;
  /** As seen, after turning. */
  readonly size: PixelSize;
  readonly orientation: Orientation;
}

/** @returns a picture that stays allocated until the caller releases to a mark of its own; of the engine nothing stays */
export function drawToPixels(
  { engine, pixels }: DrawTools,
  original: DecodedOriginal | DecodedWithAlpha,
  options: DrawOptions,
): PixelImage {
  if (original.kind === "decoded-pixels") return drawPixels(pixels, original.pixels, options);
  return engine.call((kernel) => {
    const start = kernel.mark();
    const drawn = drawPart(kernel, original.image, { ...options, chromaFactor: 1 });
    const image = pixelsFromPlanes(pixels, engine, drawn);
    kernel.release(start);
    return image;
  });
}

/**
 * Where a rectangle of the photo as seen lies in what was decoded: a smaller picture of it maybe, and not yet turned.
 *
 * @param photo the size that the rectangle is in
 */
export function partOf(
  photo: PixelSize,
  original: DecodedOriginal | DecodedWithAlpha,
  { leftPx, topPx, widthPx, heightPx }: PixelRect,
): PicturePart {
  const { header } = original;
  const stored = original.kind === "decoded" ? original.image : original.pixels;
  const seen = seenSize(header);
  const across = seen.widthPx / photo.widthPx;
  const down = seen.heightPx / photo.heightPx;
  const rect = storedRect(
    { left: leftPx * across, top: topPx * down, width: widthPx * across, height: heightPx * down },
    { width: stored.widthPx, height: stored.heightPx },
    header.orientation ?? 1,
  );
  return { leftPx: rect.left, topPx: rect.top, widthPx: rect.width, heightPx: rect.height };
}
