// Asking the thumbnailer for a WebP that nobody asked for before: the RPC between it and the gateway.
import { z } from "zod";
import { Generation, PhotoId, UserId } from "./ids.ts";
import { RENDITION_MAX_ASPECT, WEBP_MAX_PIXELS, WEBP_WIDTHS, type WebpWidth } from "./limits.ts";

export const WebpRequest = z.object({
  userId: UserId,
  photoId: PhotoId,
  gen: Generation,
  widthPx: z.literal(WEBP_WIDTHS),
});
export type WebpRequest = z.infer<typeof WebpRequest>;

export const WebpOutcome = z.discriminatedUnion("kind", [
  /** It is in the bucket. */
  z.object({ kind: z.literal("stored") }),
  /** The photo was deleted, or is of another generation: nothing was left behind. */
  z.object({ kind: z.literal("gone") }),
  /** Neither the original nor its JPEG rendition gives one. `detail` is for logs, never for clients. */
  z.object({ kind: z.literal("unmakeable"), detail: z.string() }),
]);
export type WebpOutcome = z.infer<typeof WebpOutcome>;

/** The slice of the thumbnailer the gateway is bound to. Rejects for what may be tried again. */
export interface WebpMakerRpc {
  makeWebp(request: WebpRequest): Promise<WebpOutcome>;
}

/** Widths in which a photo of this size, as seen, can be had as WebP. */
export function webpWidthsOf(widthPx: number, heightPx: number): readonly WebpWidth[] {
  return WEBP_WIDTHS.filter((nominalPx) => {
    const scale = Math.min(1, nominalPx / widthPx, (nominalPx * RENDITION_MAX_ASPECT) / heightPx);
    return widthPx * scale * (heightPx * scale) <= WEBP_MAX_PIXELS;
  });
}
