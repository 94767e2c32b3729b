// Whether recognition-grade weights are in R2. Asked by health and by the faces route; remembered for a while.

import lockfile from "../../models/lockfile.json";
import { modelKey } from "../../shared/adapters/objects.ts";
import { activeModels, ModelLockfile, modelId } from "../../shared/contracts/models.ts";

/** How long (ms) an answer is believed: installing models is rare, asking R2 is a call per request. */
const BELIEVE_MS = 30_000;

let remembered: { at: number; installed: boolean } | null = null;

/** The model faces are to be seen by, where its weights are installed; null leaves the built-in graph, which recognises nobody. */
export async function installedRecognitionModel(bucket: R2Bucket, now: number): Promise<string | null> {
  const { embedder } = activeModels(ModelLockfile.parse(lockfile));
  return (await hasRecognitionModels(bucket, now)) ? modelId(embedder) : null;
}

export async function hasRecognitionModels(bucket: R2Bucket, now: number): Promise<boolean> {
  if (remembered !== null && now - remembered.at < BELIEVE_MS) return remembered.installed;
  const models = Object.values(activeModels(ModelLockfile.parse(lockfile)));
  const heads = await Promise.all(models.map((model) => bucket.head(modelKey(model.sha256))));
  const installed = heads.every((head, i) => head?.size === models[i]?.bytes);
  remembered = { at: now, installed };
  return installed;
}
