// The door to face embeddings: weights in, an embedder out, kept per isolate. Callers import this file only.
import { AppError } from "../contracts/errors.ts";
import { type ModelLockfile, type ModelRecord, modelId } from "../contracts/models.ts";
import { createBuiltinEmbedder } from "./builtin-embedder.ts";
import type { FaceEmbedder } from "./face-observation.ts";
import { createRecognitionEmbedder } from "./recognition-embedder.ts";
import { readVerifiedWeights, type WeightsStore } from "./verified-weights.ts";

export type { RgbaImage } from "../kernels/rgba-image.ts";
export type { FaceEmbedder, FaceObservation } from "./face-observation.ts";
export type { WeightsStore } from "./verified-weights.ts";

/** How long (ms) the built-in embedder serves before the store is asked again: models installed later need no restart. */
export const WEIGHTS_RECHECK_MS = 60_000;

export interface FaceEmbedderSource {
  /** The best embedder there is now. Hold it for one message, not longer: a better one may come. */
  get(): Promise<FaceEmbedder>;
}

/**
 * Call once per isolate and keep the result. Nothing is read or started before the first `get`.
 * Failures (storage down, wrong digest, runtime start) reject `get` and are forgotten, so the next message tries again.
 * @param now milliseconds since the epoch
 */
export function createFaceEmbedder(
  weights: WeightsStore,
  lockfile: ModelLockfile,
  now: () => number = Date.now,
): FaceEmbedderSource {
  const detectorRecord = recordOf(lockfile, "face-detector");
  const embedderRecord = recordOf(lockfile, "face-embedder");
  let recognition: Promise<FaceEmbedder> | undefined;
  let builtin: Promise<FaceEmbedder> | undefined;
  let recheckAt = Number.NEGATIVE_INFINITY;

  return {
    async get() {
      if (recognition !== undefined) return recognition;
      if (builtin !== undefined && now() < recheckAt) return builtin;
      // Every caller reads for itself: in workerd, I/O dies with the request that began it. Only the CPU work is shared.
      const embedder = await readVerifiedWeights(weights, embedderRecord);
      const detector = await readVerifiedWeights(weights, detectorRecord);
      if (embedder === null || detector === null) {
        recheckAt = now() + WEIGHTS_RECHECK_MS;
        builtin ??= createBuiltinEmbedder().catch((error) => {
          builtin = undefined;
          throw error;
        });
        return builtin;
      }
      recognition ??= createRecognitionEmbedder(modelId(embedderRecord), { detector, embedder }).catch((error) => {
        recognition = undefined;
        throw error;
      });
      return recognition;
    },
  };
}

function recordOf(lockfile: ModelLockfile, role: ModelRecord["role"]): ModelRecord {
  const record = lockfile.models.find((model) => model.role === role);
  if (record === undefined) throw new AppError("misconfigured", `The model lockfile names no ${role}.`);
  return record;
}
