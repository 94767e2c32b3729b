// Reports can be lost while nothing moves, and then no hub asks: the sweep has those compare themselves with D1.
import { errorText, log } from "../../shared/adapters/log.ts";
import { hubName } from "../../shared/adapters/progress.ts";
import { usersChangedSince } from "../../shared/db/photos/sweep-queries.ts";
import type { GatewayDeps } from "./deps.ts";

/** How far back (ms) changes are looked for: three runs of the cron, so that one failed run loses none. */
const LOOK_BACK_MS = 15 * 60_000;
/** Hubs one run wakes at most. */
const HUBS_PER_RUN = 500;

export async function reconcileHubs(deps: Pick<GatewayDeps, "db" | "hubs" | "now">): Promise<void> {
  const since = deps.now() - LOOK_BACK_MS;
  for (const userId of await usersChangedSince(deps.db, since, HUBS_PER_RUN)) {
    try {
      await deps.hubs.getByName(hubName(userId)).reconcile(userId, since);
    } catch (cause) {
      log("warn", "hub-reconcile-failed", { cause: errorText(cause) });
    }
  }
}
