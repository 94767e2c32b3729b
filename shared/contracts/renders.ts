// Asking the transformer for a picture: the RPC between it and the gateway, and the work it takes from its queue.
import { z } from "zod";
import { Generation, PhotoId, UserId } from "./ids.ts";
import { RenderFormat, Transform } from "./transforms/transform.ts";

/** A box as a share (0–1) of the photo as seen. */
export const ShareBox = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
export type ShareBox = z.infer<typeof ShareBox>;

export const RenderRequest = z.object({
  userId: UserId,
  photoId: PhotoId,
  gen: Generation,
  /** With the format decided, and gravity "face" and "person" resolved to `focus`. */
  transform: Transform.extend({ format: RenderFormat }),
  /** What gravity face or person must keep in view; empty falls back to auto. */
  focus: z.array(ShareBox),
  /** Faces to redact. */
  redact: z.array(ShareBox),
  /** Where in the bucket it is kept; null: handed back and kept nowhere. */
  key: z.string().nullable(),
});
export type RenderRequest = z.infer<typeof RenderRequest>;

const facts = { widthPx: z.int(), heightPx: z.int(), sizeBytes: z.int(), contentType: z.string() };

export const RenderOutcome = z.discriminatedUnion("kind", [
  /** It is in the bucket under the request's key. */
  z.object({ kind: z.literal("stored"), ...facts }),
  z.object({ kind: z.literal("made"), ...facts, bytes: z.instanceof(Uint8Array) }),
  /** The photo was deleted, or is of another generation: nothing was left behind. */
  z.object({ kind: z.literal("gone") }),
  /** `reason` is a client's business, `detail` is for logs only. */
  z.object({
    kind: z.literal("unmakeable"),
    reason: z.enum(["too-large", "corrupt", "unsupported"]),
    detail: z.string(),
  }),
]);
export type RenderOutcome = z.infer<typeof RenderOutcome>;

/** The slice of the transformer the gateway is bound to. Rejects for what may be tried again. */
export interface RendererRpc {
  render(request: RenderRequest): Promise<RenderOutcome>;
}

/** What an address would answer with, without making it: `?dry=1`, and the address's last part being `info.json`. */
export const RenderInfo = z
  .object({
    photoId: PhotoId,
    /** Of the original, as a person sees it; for its owner alone. */
    source: z.object({ widthPx: z.int(), heightPx: z.int(), contentType: z.string(), sizeBytes: z.int() }).optional(),
    /** `sizeBytes` is null until it has been made, and behind a signed address. */
    result: z.object({
      widthPx: z.int(),
      heightPx: z.int(),
      format: RenderFormat,
      contentType: z.string(),
      sizeBytes: z.int().nullable(),
    }),
    /** Path of the one canonical address. */
    canonical: z.string(),
    /** Whether it is made once and kept, or made each time. */
    isKept: z.boolean(),
  })
  .meta({ id: "RenderInfo" });
export type RenderInfo = z.infer<typeof RenderInfo>;
