// ThumbHash of a picture: 5 to 25 bytes that a browser paints while it waits, kept as text.
import { rgbaToThumbHash } from "thumbhash";
import type { RgbaImage } from "../kernels/rgba-image.ts";

/** ThumbHash keeps at most 7x7 frequencies: more pixels than this are slow without benefit. */
export const THUMBHASH_MAX_PX = 100;

/** @param image Upright, at most THUMBHASH_MAX_PX a side. @returns Base64. */
export function hashImage({ widthPx, heightPx, data }: RgbaImage): string {
  return btoa(String.fromCharCode(...rgbaToThumbHash(widthPx, heightPx, data)));
}
