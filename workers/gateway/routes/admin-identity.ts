// How people get in, for admins: passwords or not, who may register, how much an account may store.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { ForceQuery, IdentitySettings } from "../../../shared/contracts/admin.ts";
import { readIdentitySettings, writeIdentitySettings } from "../../../shared/db/identity/settings-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { refuseLockout } from "../identity/ways-in.ts";
import { problemResponses } from "../problem-responses.ts";

export const adminIdentity = new OpenAPIHono<AppEnv>();

const content = { "application/json": { schema: IdentitySettings } };

const get = createRoute({
  method: "get",
  path: "/",
  operationId: "getIdentitySettings",
  summary: "How people get in",
  responses: { 200: { description: "The settings", content }, ...problemResponses("unauthenticated", "forbidden") },
});

adminIdentity.openapi(get, async (c) => c.json(await readIdentitySettings(c.var.deps.db), 200));

const put = createRoute({
  method: "put",
  path: "/",
  operationId: "putIdentitySettings",
  summary: "Set how people get in",
  request: { query: ForceQuery, body: { required: true, content } },
  responses: {
    200: { description: "The settings as they are now", content },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "forbidden",
      "confirmation-required",
      "last-sign-in-method",
    ),
  },
});

adminIdentity.openapi(put, async (c) => {
  const { db, now } = c.var.deps;
  const settings = c.req.valid("json");
  if (!settings.passwords) await refuseLockout(c, { password: false }, c.req.valid("query").force === "true");
  await db.batch([
    writeIdentitySettings(db, settings, now()),
    auditStatement(c, { action: "settings.changed", subjectId: null, details: { ...settings } }),
  ]);
  return c.json(settings, 200);
});
