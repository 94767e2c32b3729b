// Announcements of new faces are hints and may be lost: the sweep has people indexes compare themselves with D1. A user's index
// also learns here of a change of model, and that a withdrawal is not through.
import { errorText, log } from "../../shared/adapters/log.ts";
import { peopleIndexOf } from "../../shared/adapters/people-index.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import type { GatewayDeps } from "./deps.ts";
import { reconcileChanged } from "./reconcile-changed.ts";

export async function reconcilePeople(deps: Pick<GatewayDeps, "db" | "people" | "now">): Promise<void> {
  await reconcileChanged(
    deps,
    "reconcile-people",
    (userId) => peopleIndexOf(deps.people, userId as UserId).reconcile(userId as UserId),
    (userId, cause) => log("warn", "people-reconcile-failed", { user: userId, cause: errorText(cause) }),
  );
}
