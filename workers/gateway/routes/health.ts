// Is it up, is it ready, what is degraded. Public: says states, never secrets.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { type CheckState, Health } from "../../../shared/contracts/health.ts";
import type { AppEnv } from "../app-env.ts";
import { checkHealth } from "../check-health.ts";

export const health = new OpenAPIHono<AppEnv>();

const answers = {
  200: { description: "Usable (ok or degraded)", content: { "application/json": { schema: Health } } },
  503: { description: "Down", content: { "application/json": { schema: Health } } },
};

for (const path of ["/health", "/health/ready", "/api/v1/health"] as const) {
  const route = createRoute({
    method: "get",
    path,
    operationId: `health${path.replaceAll("/", "-")}`,
    summary: "Health of every dependency; degraded is not down",
    responses: answers,
  });
  health.openapi(route, async (c) => {
    const found = await checkHealth(c.var.deps, c.env);
    return c.json(found, found.status === "down" ? 503 : 200);
  });
}

const live = createRoute({
  method: "get",
  path: "/health/live",
  operationId: "healthLive",
  summary: "The process answers",
  responses: { 200: { description: "Alive" } },
});
health.openapi(live, (c) => c.json({ status: "ok" satisfies CheckState }, 200));
