// The endpoints that programs call: token, refresh, revoke, device; and authorize, where a browser arrives. No cookie is read.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import {
  DeviceAuthorization,
  DeviceAuthorizationRequest,
  OAuthError,
  RevocationRequest,
  TokenRequest,
  TokenResponse,
} from "../../../shared/contracts/oauth.ts";
import { findGrant } from "../../../shared/db/identity/oauth-grant-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { readAccessToken } from "../oauth/access-tokens.ts";
import { authenticateClient, DEVICE_GRANT, type GrantType, type OAuthClient } from "../oauth/clients.ts";
import { pollForDevice, startDevice } from "../oauth/device-flow.ts";
import { endGrant } from "../oauth/end-grant.ts";
import { exchangeCode } from "../oauth/exchange-code.ts";
import { issueToService } from "../oauth/issue-to-service.ts";
import { OAuthFailure, onOAuthError } from "../oauth/oauth-failure.ts";
import { otherSitesMayRead, preflight } from "../oauth/other-sites.ts";
import { readAuthorizationRequest } from "../oauth/read-authorization-request.ts";
import { readForm, readJson } from "../oauth/read-form.ts";
import { refreshGrant } from "../oauth/refresh-grant.ts";
import { readRefreshToken } from "../oauth/refresh-tokens.ts";
import { problemResponses } from "../problem-responses.ts";
import { publicOrigin } from "../public-origin.ts";

export const token = new OpenAPIHono<AppEnv>();
token.onError(onOAuthError);

const json = <Schema>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});
const failures = {
  400: json("RFC 6749 §5.2", OAuthError),
  401: json("invalid_client: the client is unknown, or did not prove who it is", OAuthError),
};
const tokens = { 200: json("Tokens", TokenResponse), ...failures };
/** A form is read by hand: its errors are OAuth's own, and a parameter sent twice is one. Every parameter is text. */
const form = ({ shape }: { readonly shape: object }) => ({
  requestBody: {
    required: true,
    content: {
      "application/x-www-form-urlencoded": {
        schema: {
          type: "object" as const,
          properties: Object.fromEntries(Object.keys(shape).map((name) => [name, { type: "string" as const }])),
        },
      },
    },
  },
});

for (const path of ["/token", "/refresh", "/revoke", "/device"]) {
  token.use(path, otherSitesMayRead());
  token.options(path, () => preflight("POST"));
}

const getTokens = createRoute({
  method: "post",
  path: "/token",
  operationId: "getTokens",
  summary: "Tokens for a code, a device code, a refresh token, or a service's secret",
  ...form(TokenRequest),
  responses: tokens,
});

token.openapi(getTokens, async (c) => {
  const request = await readForm(c, TokenRequest);
  const client = await authenticateClient(c, request);
  c.header("pragma", "no-cache");
  switch (request.grant_type) {
    case "authorization_code":
      return c.json(await exchangeCode(c, allowed(client, "authorization_code"), request), 200);
    case "refresh_token":
      return c.json(await refreshGrant(c, allowed(client, "refresh_token"), request), 200);
    case DEVICE_GRANT:
      return c.json(await pollForDevice(c, allowed(client, DEVICE_GRANT), request), 200);
    case "client_credentials":
      return c.json(await issueToService(c, allowed(client, "client_credentials"), request.scope), 200);
    default:
      throw new OAuthFailure("unsupported_grant_type", "There is no such grant type here.");
  }
});

function allowed(client: OAuthClient, grantType: GrantType): OAuthClient {
  if (client.grantTypes.includes(grantType)) return client;
  throw new OAuthFailure("unauthorized_client", "This client is not made for this grant type.");
}

const refresh = createRoute({
  method: "post",
  path: "/refresh",
  operationId: "refreshTokens",
  summary: "The next refresh token and an access token, for a JSON body",
  responses: tokens,
});

token.openapi(refresh, async (c) => {
  const request = await readJson(c, TokenRequest.omit({ grant_type: true }));
  const client = await authenticateClient(c, request);
  c.header("pragma", "no-cache");
  return c.json(await refreshGrant(c, allowed(client, "refresh_token"), request), 200);
});

const revoke = createRoute({
  method: "post",
  path: "/revoke",
  operationId: "revokeToken",
  summary: "End the grant a token belongs to (RFC 7009); access tokens already given end within five minutes",
  ...form(RevocationRequest),
  responses: { 200: { description: "Ended, or there was nothing to end" }, ...failures },
});

token.openapi(revoke, async (c) => {
  const request = await readForm(c, RevocationRequest);
  const client = await authenticateClient(c, request);
  const { deps } = c.var;
  const grantId =
    (await readRefreshToken(deps.vault, request.token))?.grantId ?? (await readAccessToken(c, request.token))?.grant_id;
  const grant = grantId === undefined ? null : await findGrant(deps.db, grantId);
  // Somebody else's token is none of this client's business, and says nothing by it (§2.1).
  if (grant !== null && grant.clientId === client.id) await endGrant(c, grant, "client");
  return c.body(null, 200);
});

const device = createRoute({
  method: "post",
  path: "/device",
  operationId: "startDevice",
  summary: "Begin to sign in on a device without a browser (RFC 8628)",
  ...form(DeviceAuthorizationRequest),
  responses: { 200: json("What to show, and how often to ask", DeviceAuthorization), ...failures },
});

token.openapi(device, async (c) => {
  const request = await readForm(c, DeviceAuthorizationRequest);
  const client = allowed(await authenticateClient(c, request), DEVICE_GRANT);
  return c.json(await startDevice(c, client, request.scope), 200);
});

const authorize = createRoute({
  method: "get",
  path: "/authorize",
  operationId: "authorize",
  summary: "Where a client sends the browser; goes on to the consent page, or back with an error",
  responses: {
    302: { description: "To the consent page, or to the client's redirect_uri with an error" },
    ...problemResponses("invalid-request"),
  },
});

token.openapi(authorize, async (c) => {
  const query = new URL(c.req.url).search.slice(1);
  const outcome = await readAuthorizationRequest(c.var.deps.db, publicOrigin(c), query);
  return c.redirect(outcome.isGood ? `/authorize?${query}` : outcome.redirectTo, 302);
});
