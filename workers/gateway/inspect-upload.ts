// The gate at the door: an upload's first 64 KB say whether it is an image we read and whether it is a bomb.
// A damaged image is let in: the original is the person's, and the thumbnail stage says what is wrong with it.
import type { ErrorCode } from "../../shared/contracts/errors.ts";
import { ADMIT_MAX_PIXELS } from "../../shared/contracts/limits.ts";
import { parseImageHeader, seenSize } from "../../shared/kernels/image-header.ts";
import { sniffImage } from "../../shared/kernels/sniff.ts";

export type UploadInspection =
  | {
      readonly kind: "image";
      readonly mime: string;
      /** As a person sees it, as far as the header tells; the thumbnail stage has the last word. */
      readonly seen: { readonly widthPx: number; readonly heightPx: number } | null;
    }
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly detail: string };

/** @param prefix the first HEADER_PREFIX_BYTES of the file, or all of it */
export function inspectUpload(prefix: Uint8Array): UploadInspection {
  const sniffed = sniffImage(prefix);
  if (sniffed === null)
    return {
      kind: "refused",
      code: "unsupported-type",
      detail: "The first bytes are not those of a JPEG, PNG, WebP, GIF, AVIF or HEIC image.",
    };
  const header = parseImageHeader(prefix);
  if (typeof header !== "string") {
    const pixels = header.widthPx * header.heightPx;
    if (pixels > ADMIT_MAX_PIXELS) {
      return {
        kind: "refused",
        code: "too-many-pixels",
        detail: `The image is ${header.widthPx} × ${header.heightPx} pixels; the limit is ${ADMIT_MAX_PIXELS / 1e6} megapixels.`,
      };
    }
  }
  return { kind: "image", mime: sniffed.mime, seen: typeof header === "string" ? null : seenSize(header) };
}
