// What every contender of the thumbnail bench can do, and what it is asked for: pictures of given sizes, upright, JPEG q80.
import { RENDITION_MAX_ASPECT } from "../../shared/contracts/limits.ts";
import { fitRendition } from "../../shared/kernels/fit-rendition.ts";
import type { BenchPhoto } from "./bench-photos.ts";

export interface RenditionSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Quality of every JPEG written here, ours and theirs. */
export const JPEG_QUALITY = 80;

export const OURS = "ours";
export const OURS_IN_WORKERD = "ours in workerd";
export const LIBRARY = "@jsquash/jpeg";

export interface Contender {
  readonly name: string;
  /** Renditions in the order of `sizes`, largest first. */
  render(photo: BenchPhoto, sizes: readonly RenditionSize[]): Promise<readonly Uint8Array[]>;
  /** CPU milliseconds of one `render`, where it does not happen in this process. */
  cpuMsOf?(photo: BenchPhoto, sizes: readonly RenditionSize[]): Promise<number>;
}

/** Sizes as seen, by the rule of the product, so that every contender makes the same picture. */
export function sizesOf(photo: BenchPhoto, widths: readonly number[]): RenditionSize[] {
  const isTurned = photo.orientation >= 5;
  const seen = {
    widthPx: isTurned ? photo.heightPx : photo.widthPx,
    heightPx: isTurned ? photo.widthPx : photo.heightPx,
  };
  return widths.map((widthPx) => fitRendition(seen, widthPx, RENDITION_MAX_ASPECT));
}
