// The audit log of the installation, for admins.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { AdminAuditQuery, AuditPage } from "../../../shared/contracts/audit.ts";
import { readAudit } from "../account/read-audit.ts";
import type { AppEnv } from "../app-env.ts";
import { problemResponses } from "../problem-responses.ts";

export const adminAudit = new OpenAPIHono<AppEnv>();

const listAll = createRoute({
  method: "get",
  path: "/",
  operationId: "listAudit",
  summary: "Security-relevant acts of everybody, newest first",
  request: { query: AdminAuditQuery },
  responses: {
    200: { description: "One page", content: { "application/json": { schema: AuditPage } } },
    ...problemResponses("invalid-request", "invalid-cursor", "unauthenticated", "forbidden"),
  },
});

adminAudit.openapi(listAll, async (c) => {
  const { user, ...question } = c.req.valid("query");
  c.header("cache-control", "private, no-store");
  return c.json(await readAudit(c.var.deps.db, { ...question, userId: user ?? null, reader: null }), 200);
});
