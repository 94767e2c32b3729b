// Keys public links are signed with. Rotated without breaking a link; revoked to break all of a key's.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { AppError } from "../../../shared/contracts/errors.ts";
import { URL_KEYS_MAX_PER_USER } from "../../../shared/contracts/limits.ts";
import { UrlKey, UrlKeyId, UrlKeyList } from "../../../shared/contracts/links.ts";
import { listUrlKeys, revokeUrlKey, rotateUrlKeys, type UrlKeyRow } from "../../../shared/db/photos/link-statements.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { isoTime } from "../iso-time.ts";
import { problemResponses } from "../problem-responses.ts";
import { newKeyId } from "../render/make-link.ts";

export const urlKeys = new OpenAPIHono<AppEnv>();

const getUrlKeys = createRoute({
  method: "get",
  path: "/",
  operationId: "listUrlKeys",
  summary: "Keys my public links are signed with, without their secrets",
  responses: {
    200: {
      description: "Those that open something, newest first",
      content: { "application/json": { schema: UrlKeyList } },
    },
    ...problemResponses("unauthenticated", "forbidden"),
  },
});

urlKeys.openapi(getUrlKeys, async (c) => {
  const rows = await listUrlKeys(c.var.deps.db, c.var.principal.userId);
  return c.json({ items: rows.map(toUrlKey) }, 200);
});

const rotate = createRoute({
  method: "post",
  path: "/rotate",
  operationId: "rotateUrlKeys",
  summary: "Sign new links with a new key; links there are stay good",
  responses: {
    201: { description: "The new key", content: { "application/json": { schema: UrlKey } } },
    ...problemResponses("unauthenticated", "forbidden", "limit-reached"),
  },
});

urlKeys.openapi(rotate, async (c) => {
  const { deps, principal } = c.var;
  const id = newKeyId();
  const [inserted] = await deps.db.batch([
    ...rotateUrlKeys(deps.db, principal.userId, id, deps.now()),
    auditStatement(c, { action: "url-key.rotated", subjectId: principal.userId, details: { key: id } }),
  ]);
  const row = inserted?.results[0] as UrlKeyRow | undefined;
  if (row === undefined)
    throw new AppError("limit-reached", `An account has at most ${URL_KEYS_MAX_PER_USER} keys that open something.`);
  return c.json(toUrlKey(row), 201);
});

const revoke = createRoute({
  method: "delete",
  path: "/{keyId}",
  operationId: "revokeUrlKey",
  summary: "End a key and every link it signed, at once",
  request: { params: z.object({ keyId: UrlKeyId }) },
  responses: {
    204: { description: "None of its links opens any more" },
    ...problemResponses("invalid-request", "unauthenticated", "forbidden", "not-found"),
  },
});

urlKeys.openapi(revoke, async (c) => {
  const { deps, principal } = c.var;
  const { keyId } = c.req.valid("param");
  const [revoked] = await deps.db.batch([
    revokeUrlKey(deps.db, principal.userId, keyId, deps.now()),
    auditStatement(c, {
      action: "url-key.revoked",
      subjectId: principal.userId,
      details: { key: keyId },
      ifChanged: true,
    }),
  ]);
  if (revoked?.results.length !== 1) throw new AppError("not-found", "There is no such key.");
  return c.body(null, 204);
});

function toUrlKey({ id, createdAt, retiredAt }: UrlKeyRow): UrlKey {
  return { id, state: retiredAt === null ? "signing" : "kept", createdAt: isoTime(createdAt) };
}
