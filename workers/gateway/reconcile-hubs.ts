// Reports can be lost while nothing moves, and then no hub asks: the sweep has those compare themselves with D1.
import { errorText, log } from "../../shared/adapters/log.ts";
import { hubName } from "../../shared/adapters/progress.ts";
import type { GatewayDeps } from "./deps.ts";
import { reconcileChanged } from "./reconcile-changed.ts";

export async function reconcileHubs(deps: Pick<GatewayDeps, "db" | "hubs" | "now">): Promise<void> {
  await reconcileChanged(
    deps,
    "reconcile-hubs",
    (userId, since) => deps.hubs.getByName(hubName(userId)).reconcile(userId, since),
    (userId, cause) => log("warn", "hub-reconcile-failed", { user: userId, cause: errorText(cause) }),
  );
}
