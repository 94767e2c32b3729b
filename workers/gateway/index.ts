// Entry: the gateway. HTTP goes to the app, the cron to the sweep, news of pictures to the log; nothing else happens here.
import { log } from "../../shared/adapters/log.ts";
import { sweepCredentials } from "./access/sweep-credentials.ts";
import { sweepAccounts } from "./account/sweep-accounts.ts";
import { app } from "./app.ts";
import { gatewayDeps } from "./deps.ts";
import type { GatewayEnv } from "./env.ts";
import { sweepIdentity } from "./identity/sweep-identity.ts";
import { hearNews } from "./images/hear-news.ts";
import { sweepOAuth } from "./oauth/sweep-oauth.ts";
import { reconcileHubs } from "./reconcile-hubs.ts";
import { reconcilePeople } from "./reconcile-people.ts";
import { sweep } from "./sweep.ts";
import { sweepVersions } from "./versions/sweep-versions.ts";

export { AttemptCounter } from "./limits/attempt-counter.ts";
export { RenderFlight } from "./render/render-flight.ts";
export { TusUpload } from "./tus/tus-upload.ts";

/** Sent by local tooling after a restart, when every in-memory queue is known to be empty. */
const AFTER_RESTART = "@restart";

export default {
  fetch: app.fetch,
  queue: hearNews,

  async scheduled(controller, env) {
    const deps = gatewayDeps(env);
    const backlog = async () =>
      (await env.PHOTO_EVENTS.metrics()).backlogCount + (await env.PHOTO_INDEX.metrics()).backlogCount;
    const staleAfterMs = controller.cron === AFTER_RESTART ? 0 : deps.variables.sweepStaleAfterMs;
    const report = await sweep({ ...deps, backlog }, staleAfterMs);
    await sweepVersions(deps, staleAfterMs);
    await sweepCredentials(deps);
    await sweepIdentity(deps);
    await sweepOAuth(deps);
    await sweepAccounts(deps);
    await reconcileHubs(deps);
    await reconcilePeople(deps);
    log("info", "swept", { examined: report.examined, failures: report.failures });
  },
} satisfies ExportedHandler<GatewayEnv>;
