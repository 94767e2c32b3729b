// One small real operation per dependency, all at once, each with a deadline.
import { errorText, log } from "../../shared/adapters/log.ts";
import { hubName } from "../../shared/adapters/progress.ts";
import type { CheckState, Health, HealthCheck } from "../../shared/contracts/health.ts";
import type { GatewayDeps } from "./deps.ts";
import type { GatewayEnv } from "./env.ts";

/** A dependency slower than this (ms) counts as down for this check. */
const CHECK_DEADLINE_MS = 3000;
/** A hub of its own, so that asking about health wakes nobody's. */
const HEALTH_HUB_USER = "00000000-0000-7000-8000-000000000000";

/** How long (ms) an answer serves everybody: the route is public, and its checks are real operations. */
const REMEMBER_MS = 5000;

let remembered: { readonly at: number; readonly health: Health } | null = null;

export async function checkHealth(deps: GatewayDeps, env: GatewayEnv): Promise<Health> {
  const now = deps.now();
  if (remembered === null || now - remembered.at >= REMEMBER_MS) {
    // In workerd a promise dies with the request it began in: only a finished answer may be shared.
    const health = await runChecks(deps, env);
    remembered = { at: now, health };
  }
  return remembered.health;
}

async function runChecks(deps: GatewayDeps, env: GatewayEnv): Promise<Health> {
  const [d1, r2, queue, hub, models] = await Promise.all([
    check(() => deps.db.prepare("SELECT 1").first()),
    check(() => deps.bucket.head("health")),
    check(() => env.PHOTO_EVENTS.metrics()),
    check(() =>
      deps.hubs
        .getByName(hubName(HEALTH_HUB_USER))
        .snapshot(HEALTH_HUB_USER, { batchId: null, since: null, waitSeconds: 0 }),
    ),
    check(() => deps.recognitionModel()),
  ]);
  const recognition = models.value !== null && models.value !== undefined;
  const checks = {
    d1: d1.check,
    r2: r2.check,
    queue: degradedIfDown(queue.check),
    hub: degradedIfDown(hub.check),
    models: recognition
      ? models.check
      : {
          state: "degraded" as const,
          detail:
            "Recognition-grade models are not installed; faces are only roughly comparable. Run `npm run models`.",
        },
  };
  return { status: overall(checks), checks, recognition, version: deps.variables.version };
}

async function check(operation: () => Promise<unknown>): Promise<{ check: HealthCheck; value: unknown }> {
  const startedAt = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_DEADLINE_MS} ms`)), CHECK_DEADLINE_MS);
  });
  try {
    const value = await Promise.race([operation(), deadline]);
    return { check: { state: "ok", ms: Date.now() - startedAt }, value };
  } catch (cause) {
    log("warn", "health-check-failed", { cause: errorText(cause) });
    return { check: { state: "down", detail: "did not answer", ms: Date.now() - startedAt }, value: undefined };
  } finally {
    clearTimeout(timer);
  }
}

/** Without the hub the live view is late; without queue metrics nothing is: photos are still stored and processed. */
function degradedIfDown(found: HealthCheck): HealthCheck {
  return found.state === "down" ? { ...found, state: "degraded" } : found;
}

function overall(checks: Health["checks"]): CheckState {
  const states = Object.values(checks).map(({ state }) => state);
  return states.includes("down") ? "down" : states.includes("degraded") ? "degraded" : "ok";
}
