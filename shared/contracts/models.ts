// A model as the lockfile pins it. Weights are never in the repository: they are resolved, verified and stored in R2.
import { z } from "zod";
import { Sha256Hex } from "./ids.ts";

export const ModelRecord = z.object({
  /** Short name, e.g. "yunet-n". */
  name: z.string(),
  role: z.enum(["face-detector", "face-embedder"]),
  file: z.string(),
  bytes: z.int().min(1),
  sha256: Sha256Hex,
  /** Pinned to a commit, so the same lockfile always means the same bytes. */
  url: z.url(),
  licence: z.string(),
  source: z.string(),
  trainingData: z.string(),
});
export type ModelRecord = z.infer<typeof ModelRecord>;

export const ModelLockfile = z.object({ version: z.literal(1), models: z.array(ModelRecord) });
export type ModelLockfile = z.infer<typeof ModelLockfile>;

/** Vectors of different model ids are never compared. */
export function modelId(record: ModelRecord): string {
  return `${record.name}-${record.sha256.slice(0, 12)}`;
}
