// Live progress: one object for the socket and for polling, deltas between two of them, and what workers report.
import { z } from "zod";
import { BatchId, PhotoId, UserId } from "./ids.ts";
import { DELTA_MAX_PHOTOS } from "./limits.ts";
import { Lifecycle, PhotoStatus, StageState } from "./photos.ts";

export const StageCounters = z.object({
  total: z.int().min(0),
  done: z.int().min(0),
  skipped: z.int().min(0),
  failed: z.int().min(0),
});
export type StageCounters = z.infer<typeof StageCounters>;

export const Phase = z.enum(["processing", "indexing", "done"]);
export type Phase = z.infer<typeof Phase>;

export const PHASE_LABELS = {
  processing: "Processing your photos",
  indexing: "Indexing with AI",
  done: "All done",
} as const satisfies Record<Phase, string>;

const counters = {
  phase: Phase,
  label: z.string(),
  /** Photos declared; never grows silently. */
  expected: z.int().min(0),
  /** Photos whose bytes are safe. */
  received: z.int().min(0),
  thumbnail: StageCounters,
  index: StageCounters,
  /** Photos finished per second over the last half minute. */
  rate: z.object({ thumbnail: z.number(), index: z.number() }),
  /** Seconds to the end, rounded up; null before eight samples. */
  eta_s: z.int().nullable(),
};

export const ProgressCounters = z.object(counters).meta({ id: "ProgressCounters" });
export type ProgressCounters = z.infer<typeof ProgressCounters>;

export const ProgressSnapshot = z
  .object({
    v: z.literal(1),
    kind: z.literal("snapshot"),
    seq: z.int().min(0),
    /** The batch this view is of; null for everything of the user's. */
    batch: BatchId.nullable(),
    ...counters,
    server_time: z.string(),
    /** How long (ms) a polling client should wait. */
    poll_after_ms: z.int(),
  })
  .meta({ id: "ProgressSnapshot" });
export type ProgressSnapshot = z.infer<typeof ProgressSnapshot>;

export const ProgressDelta = z
  .object({
    v: z.literal(1),
    kind: z.literal("delta"),
    /** `prev` is the seq this delta follows: a client that holds another one has a gap and asks for a snapshot. */
    prev: z.int().min(0),
    seq: z.int().min(0),
    photos: z.array(z.object({ id: PhotoId, status: PhotoStatus, rev: z.int() })).max(DELTA_MAX_PHOTOS),
    counters: ProgressCounters,
  })
  .meta({ id: "ProgressDelta" });
export type ProgressDelta = z.infer<typeof ProgressDelta>;

export const ProgressFrame = z.discriminatedUnion("kind", [ProgressSnapshot, ProgressDelta]);
export type ProgressFrame = z.infer<typeof ProgressFrame>;

/** What a client may say on the socket. "ping" (plain text) is answered "pong" without waking the hub. */
export const ClientFrame = z.object({ kind: z.literal("snapshot") });
export type ClientFrame = z.infer<typeof ClientFrame>;

/** One photo's register in the hub: the highest `rev` wins, whatever order reports arrive in. */
export const PhotoReport = z.object({
  id: PhotoId,
  batchIds: z.array(BatchId),
  rev: z.int().min(1),
  lifecycle: Lifecycle,
  thumbnail: StageState,
  index: StageState,
});
export type PhotoReport = z.infer<typeof PhotoReport>;

/** A batch's declared size. `expected` is what was declared less what was rejected; `rev` orders reports. */
export const BatchReport = z.object({
  id: BatchId,
  rev: z.int().min(1),
  expected: z.int().min(0),
  closed: z.boolean(),
});
export type BatchReport = z.infer<typeof BatchReport>;

export const HubReport = z.object({ userId: UserId, photos: z.array(PhotoReport), batches: z.array(BatchReport) });
export type HubReport = z.infer<typeof HubReport>;
