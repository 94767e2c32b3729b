// The door to face embeddings: weights in, an embedder out, kept per isolate. Callers import this file only.
import { activeModels, type ModelLockfile, type ModelRecord, modelId } from "../contracts/models.ts";
import { createBuiltinEmbedder } from "./builtin-embedder.ts";
import type { FaceEmbedder } from "./face-observation.ts";
import { createInferenceSession } from "./inference-session.ts";
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
 * @param onFallback is told, once for each model, why our kernels cannot run it and onnxruntime-web does
 */
export function createFaceEmbedder(
  weights: WeightsStore,
  lockfile: ModelLockfile,
  now: () => number = Date.now,
  onFallback: (model: string, reason: string) => void = () => {},
): FaceEmbedderSource {
  const records = activeModels(lockfile);
  let recognition: Promise<FaceEmbedder> | undefined;
  let builtin: FaceEmbedder | undefined;
  let recheckAt = Number.NEGATIVE_INFINITY;

  return {
    async get() {
      if (recognition !== undefined) return recognition;
      if (builtin !== undefined && now() < recheckAt) return builtin;
      // Every caller reads for itself: in workerd, I/O dies with the request that began it. Only the CPU work is shared.
      const embedder = await readVerifiedWeights(weights, records.embedder);
      const detector = await readVerifiedWeights(weights, records.detector);
      if (embedder === null || detector === null) {
        recheckAt = now() + WEIGHTS_RECHECK_MS;
        builtin ??= createBuiltinEmbedder();
        return builtin;
      }
      recognition ??= startRecognition(records, { detector, embedder }, onFallback).catch((error) => {
        recognition = undefined;
        throw error;
      });
      return recognition;
    },
  };
}

async function startRecognition(
  { detector, embedder }: ReturnType<typeof activeModels>,
  weights: { readonly detector: Uint8Array; readonly embedder: Uint8Array },
  onFallback: (model: string, reason: string) => void,
): Promise<FaceEmbedder> {
  const open = (record: ModelRecord, bytes: Uint8Array) =>
    createInferenceSession(bytes, (reason) => onFallback(record.name, reason));
  return createRecognitionEmbedder({
    modelId: modelId(embedder),
    detector: { session: await open(detector, weights.detector), settings: detector.detector },
    embedder: { session: await open(embedder, weights.embedder), settings: embedder.embedder },
  });
}
