// The providers people may sign in with, as admins see and set them. A client secret goes in and never comes out.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { ForceQuery, Provider, ProviderId, ProviderList, PutProvider } from "../../../shared/contracts/admin.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { deleteProvider, listProviders } from "../../../shared/db/identity/provider-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "../identity/audit.ts";
import { refuseLockout } from "../identity/ways-in.ts";
import { describeProvider, saveProvider } from "../oidc/save-provider.ts";
import { problemResponses } from "../problem-responses.ts";

export const adminProviders = new OpenAPIHono<AppEnv>();

const params = z.object({ provider: ProviderId });

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listProviders",
  summary: "The providers people may sign in with",
  responses: {
    200: { description: "Providers", content: { "application/json": { schema: ProviderList } } },
    ...problemResponses("unauthenticated", "forbidden"),
  },
});

adminProviders.openapi(list, async (c) => {
  const items = (await listProviders(c.var.deps.db)).map((row) => describeProvider(c, row));
  return c.json({ items }, 200);
});

const put = createRoute({
  method: "put",
  path: "/{provider}",
  operationId: "putProvider",
  summary: "Add or change a provider; it is asked at once who it is",
  request: {
    params,
    query: ForceQuery,
    body: { required: true, content: { "application/json": { schema: PutProvider } } },
  },
  responses: {
    200: { description: "The provider", content: { "application/json": { schema: Provider } } },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "forbidden",
      "confirmation-required",
      "limit-reached",
      "last-sign-in-method",
    ),
  },
});

adminProviders.openapi(put, async (c) => {
  const { provider } = c.req.valid("param");
  const said = c.req.valid("json");
  if (!said.isEnabled) await refuseLockout(c, { withoutProvider: provider }, c.req.valid("query").force === "true");
  return c.json(await saveProvider(c, provider, said), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{provider}",
  operationId: "deleteProvider",
  summary: "Remove a provider, and what is linked to it",
  request: { params, query: ForceQuery },
  responses: {
    204: { description: "Removed" },
    ...problemResponses("unauthenticated", "forbidden", "confirmation-required", "not-found", "last-sign-in-method"),
  },
});

adminProviders.openapi(remove, async (c) => {
  const { db } = c.var.deps;
  const id = c.req.valid("param").provider;
  await refuseLockout(c, { withoutProvider: id }, c.req.valid("query").force === "true");
  const [links, provider] = await db.batch(deleteProvider(db, id));
  if (provider?.results.length !== 1) throw new AppError("not-found", "There is no such provider.");
  await recordAct(c, {
    action: "provider.removed",
    subjectId: null,
    details: { provider: id, unlinked: links?.meta.changes ?? 0 },
  });
  return c.body(null, 204);
});
