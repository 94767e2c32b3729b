// Programs that may ask: services of one's own, and for admins the installation's apps and devices.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { type Client, ClientList, CreateClient, CreatedClient } from "../../../shared/contracts/admin.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import {
  insertOAuthClient,
  listOAuthClients,
  type OAuthClientRow,
} from "../../../shared/db/identity/oauth-client-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "../identity/audit.ts";
import { newSecret, sha256Hex } from "../identity/secrets.ts";
import { isoTime } from "../iso-time.ts";
import { scopesAllowedTo } from "../oauth/access-tokens.ts";
import { endClient } from "../oauth/end-client.ts";
import { faultOfRedirectUri } from "../oauth/redirect-uris.ts";
import { problemResponses } from "../problem-responses.ts";

export const oauthClients = new OpenAPIHono<AppEnv>();

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listClients",
  summary: "My services; for admins also the installation's apps and devices",
  responses: {
    200: { description: "Clients, newest first", content: { "application/json": { schema: ClientList } } },
    ...problemResponses("unauthenticated"),
  },
});

oauthClients.openapi(list, async (c) => {
  const { deps, principal } = c.var;
  const rows = await listOAuthClients(deps.db, principal.userId, principal.role);
  return c.json({ items: rows.map(shownClient) }, 200);
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createClient",
  summary: "A program that may ask for access; its secret is shown once",
  request: { body: { required: true, content: { "application/json": { schema: CreateClient } } } },
  responses: {
    201: { description: "The client", content: { "application/json": { schema: CreatedClient } } },
    ...problemResponses("invalid-request", "unauthenticated", "forbidden", "confirmation-required", "limit-reached"),
  },
});

oauthClients.openapi(create, async (c) => {
  const { deps, principal } = c.var;
  const asked = c.req.valid("json");
  if (asked.kind !== "service" && principal.role === "member")
    throw new AppError("forbidden", "Apps and devices are an admin's to allow; services are anybody's.");
  refuseUnfit(asked);
  const isPublic = asked.kind !== "service" && asked.isPublic;
  const clientSecret = isPublic ? null : `hgc_${newSecret()}`;
  const row: OAuthClientRow = {
    id: deps.newId(),
    userId: principal.userId,
    name: asked.name,
    kind: asked.kind,
    secretHash: clientSecret === null ? null : await sha256Hex(clientSecret),
    redirectUris: asked.redirectUris,
    // An app's scopes bound what its users may be asked for; a service's are its own.
    scopes: scopesAllowedTo(asked.kind === "service" ? principal.role : "owner", asked.scopes),
    createdAt: deps.now(),
  };
  if (row.scopes.length === 0) throw new AppError("invalid-request", "Admin scopes are for admins.");
  const inserted = await insertOAuthClient(deps.db, row).first();
  if (inserted === null) throw new AppError("limit-reached", "You have as many programs as one account may have.");
  await recordAct(c, {
    action: "oauth.client-created",
    subjectId: principal.userId,
    details: { client: row.id, name: row.name, kind: row.kind, scopes: row.scopes.join(" ") },
  });
  return c.json({ ...shownClient(row), clientSecret }, 201);
});

const remove = createRoute({
  method: "delete",
  path: "/{clientId}",
  operationId: "removeClient",
  summary: "Remove a program: everything it was granted ends",
  request: { params: z.object({ clientId: z.string().max(100) }) },
  responses: { 204: { description: "Removed" }, ...problemResponses("unauthenticated", "not-found") },
});

oauthClients.openapi(remove, async (c) => {
  await endClient(c, c.req.valid("param").clientId);
  return c.body(null, 204);
});

function refuseUnfit({ kind, redirectUris }: CreateClient): void {
  if (kind === "app" && redirectUris.length === 0)
    throw new AppError("invalid-request", "An app needs a redirect URI.", {
      errors: [{ pointer: "/redirectUris", message: "name at least one" }],
    });
  if (kind !== "app" && redirectUris.length > 0)
    throw new AppError("invalid-request", "Only apps have redirect URIs.", {
      errors: [{ pointer: "/redirectUris", message: "leave empty" }],
    });
  const errors = redirectUris.flatMap((uri, position) => {
    const fault = faultOfRedirectUri(uri);
    return fault === null ? [] : [{ pointer: `/redirectUris/${position}`, message: fault }];
  });
  if (errors.length > 0) throw new AppError("invalid-request", "A redirect URI cannot be used.", { errors });
}

function shownClient(row: OAuthClientRow): Client {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    redirectUris: row.redirectUris,
    scopes: scopesAllowedTo("owner", row.scopes),
    isPublic: row.secretHash === null,
    createdAt: isoTime(row.createdAt),
  };
}
