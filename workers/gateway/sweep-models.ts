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
import { count, PASS_CALLS, type Sweeping, type SweepReport, userFailed } from "./sweeping.ts";
import { walkUsers } from "./visit-users.ts";
import { indexAgain, indexAgainCalls } from "./wake-waiting.ts";

/** Users one run looks after; the next run finds the others. */
const USERS_PER_RUN = 50;
/** Photos one page sets back: a few calls of sendBatch. */
const PAGE_PHOTOS = 500;
/** Photos one run sets back in all. More would only wait in the queue, before people's new photos. */
const PHOTOS_PER_RUN = 2000;
/** Vectors one statement deletes. */
const PAGE_VECTORS = 1000;
/** Calls of D1, R2, hub and queue one user may take of a run: all the photos of a run, and ten pages of vectors. */
const USER_CALLS = 40;
const REINDEX_PAGE_CALLS = 1 + indexAgainCalls(PAGE_PHOTOS);
/** A page of photos, the switch, a page of vectors. */
const LEAST_CALLS = REINDEX_PAGE_CALLS + 2;
/** R2 is asked for each file of the models. */
const INSTALLED_CALLS = 4;

/** @param backlog messages that wait in the queues already; null when nobody knows */
export async function sweepModels(deps: Sweeping, backlog: number | null, report: SweepReport): Promise<void> {
  const calls = deps.calls.share(PASS_CALLS.models);
  if (!calls.spend(INSTALLED_CALLS)) return;
  const modelId = await deps.recognitionModel();
  if (modelId === null) return;
  const preset = deps.variables.facePreset;
  let room = PHOTOS_PER_RUN - (backlog ?? 0);
  await walkUsers(deps, {
    name: "models",
    usersAfter: (afterId, limit) => usersBehindModel(deps.db, preset, modelId, afterId, limit),
    usersPerRun: USERS_PER_RUN,
    calls,
    leastCalls: LEAST_CALLS,
    async visit({ userId }) {
      const own = calls.share(USER_CALLS);
      while (room > 0 && own.left >= REINDEX_PAGE_CALLS) {
        const limit = Math.min(room, PAGE_PHOTOS);
        own.spend(1);
        const rows = await reindexOutdated(deps.db, preset, userId, modelId, limit, deps.now());
        own.spend(indexAgainCalls(rows.length));
        await indexAgain(deps, userId as UserId, rows);
        room -= rows.length;
        if (rows.length > 0) count(report, "reindex");
        if (rows.length < limit) break;
      }
      if (own.spend(1) && (await switchModel(deps.db, preset, userId, modelId))) count(report, "switch-model");
      while (own.spend(1)) if ((await deleteIdleVectors(deps.db, userId, modelId, PAGE_VECTORS)) < PAGE_VECTORS) break;
    },
    failed: userFailed(report, "models"),
  });
}
