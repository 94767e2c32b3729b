// Asking the thumbnailer for pictures of faces: the RPC between it and the gateway.
import { z } from "zod";
import { FaceId, Generation, PhotoId, UserId } from "./ids.ts";
import { FACE_SEARCH_MAX_BYTES } from "./limits.ts";

export const FaceCropRequest = z.object({ userId: UserId, photoId: PhotoId, gen: Generation, faceId: FaceId });
export type FaceCropRequest = z.infer<typeof FaceCropRequest>;

export const FaceCropOutcome = z.discriminatedUnion("kind", [
  /** It is in the bucket. */
  z.object({ kind: z.literal("stored") }),
  /** The face or its photo was deleted, or recognition was withdrawn: nothing was left behind. */
  z.object({ kind: z.literal("gone") }),
  /** The photo's rendition gives no picture. `detail` is for logs, never for clients. */
  z.object({ kind: z.literal("unmakeable"), detail: z.string() }),
]);
export type FaceCropOutcome = z.infer<typeof FaceCropOutcome>;

/** A picture somebody searches with, in any format that is accepted as a photo. It is stored nowhere. */
export const FaceSourceRequest = z.object({
  image: z.instanceof(Uint8Array).refine((it) => it.length <= FACE_SEARCH_MAX_BYTES),
});
export type FaceSourceRequest = z.infer<typeof FaceSourceRequest>;

export const FaceSourceOutcome = z.discriminatedUnion("kind", [
  /** What the embedder reads: upright, at most 1280 px wide. */
  z.object({ kind: z.literal("done"), jpeg: z.instanceof(Uint8Array) }),
  z.object({ kind: z.literal("unmakeable"), reason: z.string(), detail: z.string() }),
]);
export type FaceSourceOutcome = z.infer<typeof FaceSourceOutcome>;

/** The slice of the thumbnailer the gateway is bound to. Rejects for what may be tried again. */
export interface FaceCutterRpc {
  cutFace(request: FaceCropRequest): Promise<FaceCropOutcome>;
  makeFaceSource(request: FaceSourceRequest): Promise<FaceSourceOutcome>;
}
