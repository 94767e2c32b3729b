// The sweep's part in consent: the proof that a withdrawal was carried out, and the backstop of both words. What a withdrawal
// should have deleted by itself and did not is deleted here, counted, and reported as an error.
import { DELETION_LEAST_CALLS, deleteFaceData } from "../../shared/adapters/delete-face-data.ts";
import { log } from "../../shared/adapters/log.ts";
import { FACE_CROPS_PREFIX, FACE_KEYS_PREFIX, faceOfCropKey, vaultOfKey } from "../../shared/adapters/objects.ts";
import type { FaceRecognitionDefault } from "../../shared/contracts/consent.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { WITHDRAWAL_MAX_MS } from "../../shared/contracts/limits.ts";
import { deadCrops, deadKeys, usersWithLeftovers } from "../../shared/db/consent/deletion-statements.ts";
import { usersWithWaiting } from "../../shared/db/consent/waiting-statements.ts";
import { deletionDeps } from "./change-consent.ts";
import {
  count,
  deleteListed,
  eachListedPage,
  PASS_CALLS,
  type Sweeping,
  type SweepReport,
  userFailed,
} from "./sweeping.ts";
import { walkUsers } from "./visit-users.ts";
import { indexAgainCalls, WAKE_PAGE_CALLS, wakePhotos } from "./wake-waiting.ts";

/** Users one run looks after; the next run finds the others. */
const USERS_PER_RUN = 50;
/** Calls one user's deletion may take of a run, so that one large library is not the only one: some 5,000 photos. */
const DELETION_CALLS = 32;
/** Pages of waiting photos one run wakes for a user. */
const WAKE_PAGES = 4;

/** Rows of users who want nothing kept, and photos of users who want them indexed. */
export async function sweepConsent(deps: Sweeping, report: SweepReport): Promise<void> {
  await sweepLeftovers(deps, report);
  await sweepWaiting(deps, report);
}

async function sweepLeftovers(deps: Sweeping, report: SweepReport): Promise<void> {
  const preset = deps.variables.facePreset;
  const calls = deps.calls.share(PASS_CALLS.leftovers);
  await walkUsers(deps, {
    name: "leftovers",
    usersAfter: (afterId, limit) => usersWithLeftovers(deps.db, preset, afterId, limit),
    usersPerRun: USERS_PER_RUN,
    calls,
    leastCalls: DELETION_LEAST_CALLS,
    async visit({ userId, withdrawnAt }) {
      const { isDone, deleted } = await deleteFaceData(deletionDeps(deps), userId, calls.share(DELETION_CALLS));
      if (deleted > 0) count(report, "delete-face-data");
      const ageMs = deps.now() - (withdrawnAt ?? 0);
      if (withdrawnAt !== null && ageMs > WITHDRAWAL_MAX_MS)
        log("error", "face-data-outlived-withdrawal", { user: userId, ageMs, deleted, isDone });
    },
    failed: userFailed(report, "leftovers"),
  });
}

async function sweepWaiting(deps: Sweeping, report: SweepReport): Promise<void> {
  const preset = deps.variables.facePreset;
  const calls = deps.calls.share(PASS_CALLS.waiting);
  await walkUsers(deps, {
    name: "waiting",
    usersAfter: (afterId, limit) => usersWithWaiting(deps.db, preset, afterId, limit),
    usersPerRun: USERS_PER_RUN,
    calls,
    leastCalls: WAKE_PAGE_CALLS,
    async visit({ userId }) {
      for (let page = 0; page < WAKE_PAGES && calls.left >= WAKE_PAGE_CALLS; page++) {
        const woken = await wakePhotos(deps, userId as UserId, 1);
        calls.spend(1 + indexAgainCalls(woken));
        if (woken === 0) return;
        if (page === 0) count(report, "wake-waiting");
      }
    },
    failed: userFailed(report, "waiting"),
  });
}

/** Keys that seal nothing any more: an attempt that outlived a withdrawal may have made one. */
export async function sweepKeys(deps: Sweeping, report: SweepReport): Promise<void> {
  await sweepDead(deps, report, { name: "keys", prefix: FACE_KEYS_PREFIX, nameOf: vaultOfKey, deadOf: deadKeys });
}

/** Pictures of faces that are gone, or that nobody may keep. */
export async function sweepCrops(deps: Sweeping, report: SweepReport): Promise<void> {
  await sweepDead(deps, report, { name: "crops", prefix: FACE_CROPS_PREFIX, nameOf: faceOfCropKey, deadOf: deadCrops });
}

/** Deletes what lies under a prefix and stands for nothing any more, by the database's word. */
async function sweepDead<Named extends object>(
  deps: Sweeping,
  report: SweepReport,
  kind: {
    readonly name: "keys" | "crops";
    readonly prefix: string;
    /** Whose a key is; null for keys that are not of this kind. */
    readonly nameOf: (key: string) => Named | null;
    readonly deadOf: (
      db: D1Database,
      preset: FaceRecognitionDefault,
      named: readonly (Named & { readonly key: string })[],
    ) => Promise<string[]>;
  },
): Promise<void> {
  await eachListedPage(deps, kind.name, kind.prefix, async (objects) => {
    const named = objects.flatMap(({ key }) => {
      const owner = kind.nameOf(key);
      return owner === null ? [] : [{ ...owner, key }];
    });
    const dead = named.length === 0 ? [] : await kind.deadOf(deps.db, deps.variables.facePreset, named);
    if (dead.length > 0) await deleteListed(deps, report, dead, `delete-dead-${kind.name}`);
    return null;
  });
}
