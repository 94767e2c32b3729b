// The upload manifest: what a client is about to send, and what to do with each file.
import { z } from "zod";
import { InlineProblem } from "./errors.ts";
import { BatchId, PhotoId, Sha256Hex } from "./ids.ts";
import { BATCH_MAX_EXPECTED, FILENAME_MAX_CHARS, MANIFEST_MAX_FILES } from "./limits.ts";

export const ManifestFile = z
  .object({
    /** File name, with its folder path where there is one. */
    name: z.string().min(1).max(FILENAME_MAX_CHARS),
    /** Bytes. */
    size: z.int().min(0),
    /** Media type as the client believes it; the bytes decide. */
    type: z.string().max(128).default(""),
    /** Last change, milliseconds since 1970. */
    mtime: z.int().min(0).default(0),
    sha256: Sha256Hex.optional(),
  })
  .meta({ id: "ManifestFile" });
export type ManifestFile = z.infer<typeof ManifestFile>;

export const CreateBatch = z
  .object({
    clientBatchId: z.string().min(1).max(128),
    /** Files the whole batch will have; the denominator of its progress. Never shrinks by a later call. */
    expected: z.int().min(1).max(BATCH_MAX_EXPECTED),
    files: z.array(ManifestFile).max(MANIFEST_MAX_FILES),
  })
  .meta({ id: "CreateBatch" });
export type CreateBatch = z.infer<typeof CreateBatch>;

export const ManifestAnswer = z
  .discriminatedUnion("action", [
    z.object({ action: z.literal("exists"), photoId: PhotoId }),
    z.object({ action: z.literal("put"), photoId: PhotoId, url: z.string() }),
    z.object({ action: z.literal("tus"), photoId: PhotoId, url: z.string() }),
    z.object({ action: z.literal("rejected"), problem: InlineProblem }),
  ])
  .meta({ id: "ManifestAnswer" });
export type ManifestAnswer = z.infer<typeof ManifestAnswer>;

/** `files[i]` answers the i-th file of the request. */
export const BatchCreated = z.object({ batchId: BatchId, files: z.array(ManifestAnswer) }).meta({ id: "BatchCreated" });
export type BatchCreated = z.infer<typeof BatchCreated>;
