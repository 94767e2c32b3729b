// My accounts at providers: which open this one, linking another, unlinking.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { LinkedIdentityList } from "../../../shared/contracts/account.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { StartedVisit } from "../../../shared/contracts/sign-in.ts";
import { deleteIdentity, listIdentities } from "../../../shared/db/identity/identity-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "../identity/audit.ts";
import { offeredWays } from "../identity/ways-in.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import { beginVisit, usableProvider } from "../oidc/begin-visit.ts";
import { UnusableProvider } from "../oidc/discover-provider.ts";
import { ProviderUnreachable } from "../oidc/fetch-from-provider.ts";
import { problemResponses } from "../problem-responses.ts";

export const identities = new OpenAPIHono<AppEnv>();

/** Where linking leads back to. */
const SETTINGS_PAGE = "/settings/sign-in";
const params = z.object({ provider: z.string() });

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listIdentities",
  summary: "My accounts at providers that open this one",
  responses: {
    200: { description: "Linked accounts", content: { "application/json": { schema: LinkedIdentityList } } },
    ...problemResponses("unauthenticated", "forbidden"),
  },
});

identities.openapi(list, async (c) => {
  const rows = await listIdentities(c.var.deps.db, c.var.principal.userId);
  const items = rows.map(({ createdAt, lastUsedAt, ...row }) => ({
    ...row,
    createdAt: isoTime(createdAt),
    lastUsedAt: isoTimeOrNull(lastUsedAt),
  }));
  return c.json({ items }, 200);
});

const link = createRoute({
  method: "post",
  path: "/{provider}/link",
  operationId: "linkIdentity",
  summary: "Begin to link an account at a provider; send the browser to startUrl",
  request: { params },
  responses: {
    200: { description: "Where to go", content: { "application/json": { schema: StartedVisit } } },
    ...problemResponses("unauthenticated", "confirmation-required", "method-disabled", "provider-unavailable"),
  },
});

identities.openapi(link, async (c) => {
  const { userId, credentialId: sessionId } = c.var.principal;
  const provider = await usableProvider(c, c.req.valid("param").provider);
  try {
    return c.json(
      { startUrl: await beginVisit(c, provider, { kind: "link", userId, sessionId, to: SETTINGS_PAGE }) },
      200,
    );
  } catch (cause) {
    if (!(cause instanceof ProviderUnreachable || cause instanceof UnusableProvider)) throw cause;
    throw new AppError("provider-unavailable", "The provider does not answer.", { cause });
  }
});

const unlink = createRoute({
  method: "delete",
  path: "/{provider}",
  operationId: "unlinkIdentity",
  summary: "Unlink an account at a provider, unless nothing else would open this one",
  request: { params },
  responses: {
    204: { description: "Unlinked" },
    ...problemResponses("unauthenticated", "confirmation-required", "not-found", "last-sign-in-method"),
  },
});

identities.openapi(unlink, async (c) => {
  const { deps, principal } = c.var;
  const { provider } = c.req.valid("param");
  if (!(await deleteIdentity(deps.db, principal.userId, provider, await offeredWays(deps)))) {
    const linked = await listIdentities(deps.db, principal.userId);
    if (linked.some((identity) => identity.provider === provider))
      throw new AppError("last-sign-in-method", "Nothing else would open your account.");
    throw new AppError("not-found", "No account of this provider is linked.");
  }
  await recordAct(c, { action: "identity.unlinked", subjectId: principal.userId, details: { provider } });
  return c.body(null, 204);
});
