// The sweep's part in a change of model: indexes again what another model has indexed, in pages, and switches a user over when
// their last photo is through. Only ever towards a model that recognises people: weights that are gone for a while take nobody's
// faces away.
import type { UserId } from "../../shared/contracts/ids.ts";
import {
  deleteIdleVectors,
  reindexOutdated,
  switchModel,
  usersBehindModel,
} from "../../shared/db/consent/model-statements.ts";
import { count, type Sweeping, type SweepReport } from "./sweeping.ts";
import { indexAgain } from "./wake-waiting.ts";

/** Users one run looks after; the next run finds the others. */
const USERS_PER_RUN = 50;
/** Photos one page sets back: a few calls of sendBatch. */
const PAGE_PHOTOS = 500;
/** Photos one run sets back in all. More would only wait in the queue, before people's new photos. */
const PHOTOS_PER_RUN = 2000;
/** Vectors one statement deletes, and statements of one run for a user. */
const PAGE_VECTORS = 1000;
const VECTOR_PAGES_PER_RUN = 20;

/** @param backlog messages that wait in the queues already; null when nobody knows */
export async function sweepModels(deps: Sweeping, backlog: number | null, report: SweepReport): Promise<void> {
  const modelId = await deps.recognitionModel();
  if (modelId === null) return;
  const preset = deps.variables.facePreset;
  let room = PHOTOS_PER_RUN - (backlog ?? 0);
  for (const userId of await usersBehindModel(deps.db, preset, modelId, USERS_PER_RUN)) {
    while (room > 0) {
      const limit = Math.min(room, PAGE_PHOTOS);
      const rows = await reindexOutdated(deps.db, preset, userId, modelId, limit, deps.now());
      await indexAgain(deps, userId as UserId, rows);
      room -= rows.length;
      if (rows.length > 0) count(report, "reindex");
      if (rows.length < limit) break;
    }
    if (await switchModel(deps.db, preset, userId, modelId)) count(report, "switch-model");
    for (let page = 0; page < VECTOR_PAGES_PER_RUN; page++)
      if ((await deleteIdleVectors(deps.db, userId, modelId, PAGE_VECTORS)) < PAGE_VECTORS) break;
  }
}
