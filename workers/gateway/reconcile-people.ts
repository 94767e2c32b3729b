// Announcements of new faces are hints and may be lost: the sweep has people indexes compare themselves with D1. A user's index
// also learns here of a change of model, and that a withdrawal is not through.
import { errorText, log } from "../../shared/adapters/log.ts";
import { peopleIndexOf } from "../../shared/adapters/people-index.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { usersChangedSince } from "../../shared/db/photos/sweep-queries.ts";
import type { GatewayDeps } from "./deps.ts";

/** How far back (ms) changes are looked for: three runs of the cron, so that one failed run loses none. */
const LOOK_BACK_MS = 15 * 60_000;
/** Indexes one run wakes at most. */
const INDEXES_PER_RUN = 500;

export async function reconcilePeople(deps: Pick<GatewayDeps, "db" | "people" | "now">): Promise<void> {
  for (const userId of await usersChangedSince(deps.db, deps.now() - LOOK_BACK_MS, INDEXES_PER_RUN)) {
    try {
      await peopleIndexOf(deps.people, userId as UserId).reconcile(userId as UserId);
    } catch (cause) {
      log("warn", "people-reconcile-failed", { user: userId, cause: errorText(cause) });
    }
  }
}
