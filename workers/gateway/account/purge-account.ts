// Deletes an account for good: rows, objects, what its Durable Objects keep. Safe to repeat and to interrupt anywhere: nothing is
// remembered but the account's own row, which goes last, and only when a later look has found nothing of it.

import {
  DERIVED_PREFIX,
  deleteKeys,
  FACE_CROPS_PREFIX,
  FACE_KEYS_PREFIX,
  listAfter,
  ORIGINALS_PREFIX,
} from "../../../shared/adapters/objects.ts";
import { peopleIndexOf } from "../../../shared/adapters/people-index.ts";
import { hubName } from "../../../shared/adapters/progress.ts";
import type { Subrequests } from "../../../shared/adapters/subrequests.ts";
import type { UserId } from "../../../shared/contracts/ids.ts";
import {
  type DueAccount,
  deleteContentPage,
  forgetAccount,
  markEmptied,
} from "../../../shared/db/account/closing-statements.ts";
import type { GatewayDeps } from "../deps.ts";

export type PurgeDeps = Pick<GatewayDeps, "db" | "bucket" | "hubs" | "people" | "newId" | "now">;

/** unfinished: there were no calls left · emptied: to be looked at once more, later · gone: nothing of it is left. */
export type PurgeOutcome = "unfinished" | "emptied" | "gone";

const PREFIXES = [ORIGINALS_PREFIX, DERIVED_PREFIX, FACE_CROPS_PREFIX, FACE_KEYS_PREFIX];
/** A page listed, and deleted. */
const OBJECT_PAGE_CALLS = 2;
/** With fewer a purge does not come through an account with nothing in it: rows, objects, two Durable Objects, the mark. */
export const PURGE_LEAST_CALLS = 1 + PREFIXES.length * OBJECT_PAGE_CALLS + 2 + 1;

export async function purgeAccount(
  deps: PurgeDeps,
  { userId, purgedAt }: DueAccount,
  calls: Subrequests,
): Promise<PurgeOutcome> {
  // Rows before objects: whoever compares the two finds bytes without a row, and a closing account takes no row back.
  const rows = await deleteRows(deps, userId, calls);
  if (rows === null) return "unfinished";
  const objects = await deleteObjects(deps, userId, calls);
  if (objects === null || !calls.spend(3)) return "unfinished";
  await deps.hubs.getByName(hubName(userId)).erase();
  await peopleIndexOf(deps.people, userId as UserId).erase();
  const now = deps.now();
  // What was begun before may still have been writing: only a look that finds nothing, a while after the last, is the end.
  if (purgedAt === null || rows + objects > 0) {
    await markEmptied(deps.db, userId, now);
    return "emptied";
  }
  await forgetAccount(deps.db, userId, {
    id: deps.newId(),
    at: now,
    action: "account.purged",
    subjectId: userId,
    actorId: null,
    via: "system",
    network: null,
    userAgent: null,
    details: {},
  });
  return "gone";
}

/** @returns how many; null when there were not calls enough */
async function deleteRows(deps: PurgeDeps, userId: string, calls: Subrequests): Promise<number | null> {
  let deleted = 0;
  while (calls.spend(1)) {
    const rows = await deleteContentPage(deps.db, userId, deps.now());
    if (rows === 0) return deleted;
    deleted += rows;
  }
  return null;
}

/** @returns how many; null when there were not calls enough */
async function deleteObjects(deps: PurgeDeps, userId: string, calls: Subrequests): Promise<number | null> {
  let deleted = 0;
  for (const prefix of PREFIXES)
    for (let isMore = true; isMore; ) {
      if (!calls.spend(OBJECT_PAGE_CALLS)) return null;
      // From the start each time: what was listed before is gone.
      const { objects, truncated } = await listAfter(deps.bucket, `${prefix}${userId}/`, null);
      deleted += await deleteKeys(
        deps.bucket,
        objects.map(({ key }) => key),
      );
      isMore = truncated;
    }
  return deleted;
}
