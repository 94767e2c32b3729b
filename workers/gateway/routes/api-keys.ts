// Keys for programs of the user's own. A key is shown in the one answer that makes it, and is kept as a hash.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { ApiKeyList, CreateApiKey, CreatedApiKey } from "../../../shared/contracts/account.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { API_KEYS_MAX_PER_USER } from "../../../shared/contracts/limits.ts";
import {
  type ApiKeyRow,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
} from "../../../shared/db/identity/api-key-queries.ts";
import { closeSockets } from "../access/end-credentials.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { newSecret, sha256Hex } from "../identity/secrets.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import { scopesAllowedTo } from "../oauth/access-tokens.ts";
import { problemResponses } from "../problem-responses.ts";

export const apiKeys = new OpenAPIHono<AppEnv>();

/** `hg_` and four characters of 43: enough to tell keys apart, and too few to guess the rest by. */
const PREFIX_CHARS = 7;
const DAY_MS = 24 * 60 * 60_000;

const getApiKeys = createRoute({
  method: "get",
  path: "/",
  operationId: "listApiKeys",
  summary: "My API keys, without the keys",
  responses: {
    200: { description: "The keys, newest first", content: { "application/json": { schema: ApiKeyList } } },
    ...problemResponses("unauthenticated"),
  },
});

apiKeys.openapi(getApiKeys, async (c) => {
  const rows = await listApiKeys(c.var.deps.db, c.var.principal.userId);
  return c.json({ items: rows.map(toApiKey) }, 200);
});

const postApiKey = createRoute({
  method: "post",
  path: "/",
  operationId: "createApiKey",
  summary: "Make an API key; this answer is the only one that holds it",
  request: { body: { required: true, content: { "application/json": { schema: CreateApiKey } } } },
  responses: {
    201: { description: "The key", content: { "application/json": { schema: CreatedApiKey } } },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "forbidden",
      "cross-site-request",
      "confirmation-required",
      "limit-reached",
    ),
  },
});

apiKeys.openapi(postApiKey, async (c) => {
  const { deps, principal } = c.var;
  const { name, scopes, expiresInDays } = c.req.valid("json");
  const wanted = [...new Set(scopes)];
  if (scopesAllowedTo(principal.role, wanted).length < wanted.length)
    throw new AppError("forbidden", "Only admins of this installation may make keys with admin scopes.");
  const key = `hg_${newSecret()}`;
  const now = deps.now();
  const row = {
    id: deps.newId(),
    name,
    prefix: key.slice(0, PREFIX_CHARS),
    scopes: wanted,
    createdAt: now,
    expiresAt: expiresInDays === null ? null : now + expiresInDays * DAY_MS,
    lastUsedAt: null,
  };
  const [inserted] = await deps.db.batch([
    insertApiKey(deps.db, principal.userId, { ...row, hash: await sha256Hex(key) }),
    auditStatement(c, {
      action: "api-key.created",
      subjectId: principal.userId,
      details: { key: row.id, name, scopes: wanted.join(" ") },
      ifChanged: true,
    }),
  ]);
  if (inserted?.results.length !== 1)
    throw new AppError("limit-reached", `An account has at most ${API_KEYS_MAX_PER_USER} API keys.`);
  return c.json({ ...toApiKey(row), key }, 201);
});

const deleteApiKey = createRoute({
  method: "delete",
  path: "/{keyId}",
  operationId: "revokeApiKey",
  summary: "Revoke one of my API keys, at once",
  request: { params: z.object({ keyId: z.uuid() }) },
  responses: {
    204: { description: "Revoked" },
    ...problemResponses("unauthenticated", "forbidden", "cross-site-request", "not-found"),
  },
});

apiKeys.openapi(deleteApiKey, async (c) => {
  const { deps, principal } = c.var;
  const { keyId } = c.req.valid("param");
  const [revoked] = await deps.db.batch([
    revokeApiKey(deps.db, principal.userId, keyId, deps.now()),
    auditStatement(c, {
      action: "api-key.revoked",
      subjectId: principal.userId,
      details: { key: keyId },
      ifChanged: true,
    }),
  ]);
  if (revoked?.results.length !== 1) throw new AppError("not-found", "There is no such API key.");
  await closeSockets(deps, principal.userId, [keyId]);
  return c.body(null, 204);
});

function toApiKey({ createdAt, expiresAt, lastUsedAt, ...row }: ApiKeyRow) {
  return {
    ...row,
    createdAt: isoTime(createdAt),
    expiresAt: isoTimeOrNull(expiresAt),
    lastUsedAt: isoTimeOrNull(lastUsedAt),
  };
}
