// Source to pixels in memory, no larger than the result needs. Turns, cuts and resizes nothing.
import type { PixelSize } from "../../../shared/codecs/engine/resize-planes.ts";
import { isPlainJpeg } from "../../../shared/contracts/transforms/render-limits.ts";
import { RenderRefusal, type RenderState, type RenderTransform } from "../render-state.ts";
import { TRIM_LOOK_PIXELS } from "./trim.ts";

/** Bytes of a drawn pixel while what was decoded is still there: 4:2:0 planes, and planes of full chroma with the RGBA made of them. */
const PLANES_BYTES_PER_PX = 1.5;
const PIXELS_BYTES_PER_PX = 3 + 4;
/** Bytes of JPEG file a pixel, up to the quality where fine steps begin, and beyond. */
const FILE_BYTES_PER_PX = { coarse: 0.3, fine: 0.7, fineFrom: 86 };
/** Tables, rows in work, and the rest of an instance. */
const SPARE_BYTES = 2 * 1024 * 1024;

export async function decode(state: RenderState): Promise<void> {
  const { opened, photo, geometry, transform } = state;
  const { crop, resized } = geometry;
  const scale = {
    across: Math.max(resized.widthPx / crop.widthPx, scaleToTrim(transform, crop)),
    down: Math.max(resized.heightPx / crop.heightPx, scaleToTrim(transform, crop)),
  };
  const decoded = await opened.decode(
    (seen) => ({
      widthPx: Math.min(seen.widthPx, Math.ceil(photo.widthPx * scale.across)),
      heightPx: Math.min(seen.heightPx, Math.ceil(photo.heightPx * scale.down)),
    }),
    {
      reserveBytes: bytesAfterwards(transform, resized.widthPx * resized.heightPx),
      keepsAlpha: keepsAlpha(transform),
      keepsExif: transform.meta !== undefined,
    },
  );
  switch (decoded.kind) {
    case "decoded":
    case "decoded-pixels":
      state.picture = { kind: "decoded", original: decoded };
      state.iccProfile = decoded.iccProfile;
      return;
    case "skipped":
      throw new RenderRefusal("unsupported", decoded.detail);
    case "failed":
      throw new RenderRefusal(decoded.reason === "too-large" ? "too-large" : "corrupt", decoded.detail);
  }
}

/** Trimming enlarges what is left: nobody knows by how much before having looked as closely as that takes. */
function scaleToTrim({ trim }: RenderTransform, { widthPx, heightPx }: PixelSize): number {
  return trim === undefined ? 0 : Math.min(1, Math.sqrt(TRIM_LOOK_PIXELS / (widthPx * heightPx)));
}

function bytesAfterwards(transform: RenderTransform, resultPx: number): number {
  if (!isPlainJpeg(transform)) return resultPx * PIXELS_BYTES_PER_PX + SPARE_BYTES;
  const { coarse, fine, fineFrom } = FILE_BYTES_PER_PX;
  return resultPx * (PLANES_BYTES_PER_PX + ((transform.quality ?? 0) < fineFrom ? coarse : fine)) + SPARE_BYTES;
}

/** Whether what shines through matters: the result can hold it, or something is to be seen behind it. */
export function keepsAlpha({ format, background }: RenderTransform): boolean {
  return format !== "jpg" || background !== undefined;
}
