// The person's side of our authorization server: what a program asks for, yes or no, and what acts for them now.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { type Grant, GrantList } from "../../../shared/contracts/account.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import {
  AuthorizationDecision,
  AuthorizationRedirect,
  AuthorizationRequest,
  DeviceCode,
  DeviceDecision,
  DeviceRequest,
} from "../../../shared/contracts/oauth.ts";
import { findGrant, type ListedGrant, listGrants } from "../../../shared/db/identity/oauth-grant-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { isoTime } from "../iso-time.ts";
import { jsonBody } from "../json-content.ts";
import { scopesAllowedTo } from "../oauth/access-tokens.ts";
import { builtInClient } from "../oauth/clients.ts";
import { decideAuthorization, describeAuthorization } from "../oauth/decide-authorization.ts";
import { answerDevice, lookUpDevice } from "../oauth/device-flow.ts";
import { endGrant } from "../oauth/end-grant.ts";
import { problemResponses } from "../problem-responses.ts";

export const oauth = new OpenAPIHono<AppEnv>();

const getRequest = createRoute({
  method: "get",
  path: "/request",
  operationId: "getAuthorizationRequest",
  summary: "What a program asks for: takes the query it sent the browser with",
  responses: {
    200: { description: "The request", content: { "application/json": { schema: AuthorizationRequest } } },
    ...problemResponses("invalid-request", "unauthenticated"),
  },
});

oauth.openapi(getRequest, async (c) => c.json(await describeAuthorization(c, new URL(c.req.url).search.slice(1)), 200));

const decide = createRoute({
  method: "post",
  path: "/decision",
  operationId: "decideAuthorization",
  summary: "Let the program in, or not",
  request: jsonBody(AuthorizationDecision),
  responses: {
    200: { description: "Where to go", content: { "application/json": { schema: AuthorizationRedirect } } },
    ...problemResponses("invalid-request", "unauthenticated", "confirmation-required", "cross-site-request"),
  },
});

oauth.openapi(decide, async (c) => {
  const { query, isAllowed } = c.req.valid("json");
  return c.json({ redirectTo: await decideAuthorization(c, query, isAllowed) }, 200);
});

const lookUp = createRoute({
  method: "post",
  path: "/device/lookup",
  operationId: "lookUpDevice",
  summary: "Which device waits with this code",
  request: jsonBody(DeviceCode),
  responses: {
    200: { description: "The device's request", content: { "application/json": { schema: DeviceRequest } } },
    ...problemResponses("invalid-request", "unauthenticated", "not-found", "too-many-requests"),
  },
});

oauth.openapi(lookUp, async (c) => c.json(await lookUpDevice(c, c.req.valid("json").userCode), 200));

const decideDevice = createRoute({
  method: "post",
  path: "/device/decision",
  operationId: "decideDevice",
  summary: "Let the device in, or not",
  request: jsonBody(DeviceDecision),
  responses: {
    204: { description: "Decided; the device hears of it with its next poll" },
    ...problemResponses("invalid-request", "unauthenticated", "not-found", "too-many-requests"),
  },
});

oauth.openapi(decideDevice, async (c) => {
  const { userCode, isAllowed } = c.req.valid("json");
  await answerDevice(c, userCode, isAllowed);
  return c.body(null, 204);
});

const list = createRoute({
  method: "get",
  path: "/grants",
  operationId: "listGrants",
  summary: "The programs that act for me",
  responses: {
    200: { description: "Grants, newest first", content: { "application/json": { schema: GrantList } } },
    ...problemResponses("unauthenticated"),
  },
});

oauth.openapi(list, async (c) => {
  const { deps, principal } = c.var;
  const grants = await listGrants(deps.db, principal.userId, deps.now());
  return c.json({ items: grants.map((grant) => shownGrant(grant)) }, 200);
});

function shownGrant(grant: ListedGrant): Grant {
  const builtIn = builtInClient(grant.clientId);
  return {
    id: grant.id,
    client: {
      id: grant.clientId,
      name: builtIn?.name ?? grant.clientName ?? grant.clientId,
      kind: builtIn?.kind ?? grant.clientKind ?? "app",
    },
    scopes: scopesAllowedTo("owner", grant.scopes),
    createdAt: isoTime(grant.createdAt),
    lastUsedAt: isoTime(grant.rotatedAt),
    expiresAt: isoTime(grant.expiresAt),
  };
}

const end = createRoute({
  method: "delete",
  path: "/grants/{grantId}",
  operationId: "endGrant",
  summary: "Let a program in no longer",
  request: { params: z.object({ grantId: z.string().max(100) }) },
  responses: { 204: { description: "Ended" }, ...problemResponses("unauthenticated", "not-found") },
});

oauth.openapi(end, async (c) => {
  const { deps, principal } = c.var;
  const grant = await findGrant(deps.db, c.req.valid("param").grantId);
  if (grant === null || grant.userId !== principal.userId || grant.revokedAt !== null)
    throw new AppError("not-found", "No program acts for you by this grant.");
  await endGrant(c, grant, "user");
  return c.body(null, 204);
});
