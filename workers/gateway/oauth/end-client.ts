// Removing a client: nothing it was granted, by whomever, is worth anything from now on.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { revokeOAuthClient } from "../../../shared/db/identity/oauth-client-queries.ts";
import { closeSockets } from "../access/end-credentials.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "../identity/audit.ts";

/** Users whose hubs are told at once; the sweep tells the others. */
const HUBS_AT_ONCE = 20;

/** @throws AppError not-found for a client that is not the caller's to remove */
export async function endClient(c: Context<AppEnv>, clientId: string): Promise<void> {
  const { deps, principal } = c.var;
  const [revoked, grants] = await deps.db.batch<{ id: string; userId: string }>(
    revokeOAuthClient(deps.db, principal, clientId, deps.now()),
  );
  const [owner] = revoked?.results ?? [];
  if (owner === undefined) throw new AppError("not-found", "You have no program with this id.");
  await recordAct(c, {
    action: "oauth.client-revoked",
    subjectId: owner.userId,
    details: { client: clientId, grants: grants?.results.length ?? 0 },
  });
  const byUser = Map.groupBy(grants?.results ?? [], ({ userId }) => userId);
  // A service has no grants: its sockets go by its own id.
  await closeSockets(deps, owner.userId, [clientId]);
  for (const [userId, ended] of [...byUser].slice(0, HUBS_AT_ONCE))
    await closeSockets(
      deps,
      userId,
      ended.map(({ id }) => id),
    );
}
