// Whether recognition-grade weights are in R2. Asked by health and by routes about faces; remembered for a while.
import lockfile from "../../models/lockfile.json";
import { modelKey } from "../../shared/adapters/objects.ts";
import { activeModels, ModelLockfile, modelId } from "../../shared/contracts/models.ts";

/** How long (ms) an answer is believed: installing models is rare, asking R2 is a call per request. */
const BELIEVE_MS = 30_000;

let remembered: { readonly at: number; readonly modelId: string | null } | null = null;

/** The model faces are to be seen by, where its weights are installed; null leaves the built-in default, which recognises nobody. */
export async function installedRecognitionModel(bucket: R2Bucket, now: number): Promise<string | null> {
  if (remembered !== null && now - remembered.at < BELIEVE_MS) return remembered.modelId;
  const { detector, embedder } = activeModels(ModelLockfile.parse(lockfile));
  const models = [detector, embedder];
  const heads = await Promise.all(models.map((model) => bucket.head(modelKey(model.sha256))));
  const isInstalled = heads.every((head, i) => head?.size === models[i]?.bytes);
  remembered = { at: now, modelId: isInstalled ? modelId(embedder) : null };
  return remembered.modelId;
}
