// Public links to pictures of a photo: made one by one, and ended all at once.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId } from "../../../shared/contracts/ids.ts";
import { CreateLink, Link } from "../../../shared/contracts/links.ts";
import { endPhotoLinks } from "../../../shared/db/photos/link-statements.ts";
import { findRenderSource } from "../../../shared/db/photos/render-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement, recordAct } from "../identity/audit.ts";
import { problemResponses } from "../problem-responses.ts";
import { makeLink } from "../render/make-link.ts";

export const photoLinks = new OpenAPIHono<AppEnv>();

const params = z.object({ photoId: PhotoId });

const postLink = createRoute({
  method: "post",
  path: "/{photoId}/links",
  operationId: "createPhotoLink",
  summary: "Sign an address of a picture, for anybody to open until it ends",
  request: { params, body: { required: true, content: { "application/json": { schema: CreateLink } } } },
  responses: {
    201: { description: "The address", content: { "application/json": { schema: Link } } },
    ...problemResponses("invalid-request", "invalid-transform", "unauthenticated", "forbidden", "not-found"),
  },
});

photoLinks.openapi(postLink, async (c) => {
  const { deps, principal } = c.var;
  const row = await findRenderSource(deps.db, c.req.valid("param").photoId, principal.userId);
  if (row === null) throw new AppError("not-found", "There is no such photo.");
  const link = await makeLink(c, row, c.req.valid("json"));
  await recordAct(c, {
    action: "link.created",
    subjectId: principal.userId,
    details: { photo: row.id, key: link.keyId, expires: link.expiresAt },
  });
  c.header("cache-control", "private, no-store");
  return c.json(link, 201);
});

const deleteLinks = createRoute({
  method: "delete",
  path: "/{photoId}/links",
  operationId: "endPhotoLinks",
  summary: "End every public link to the photo, at once",
  request: { params },
  responses: {
    204: { description: "None opens any more" },
    ...problemResponses("unauthenticated", "forbidden", "not-found"),
  },
});

photoLinks.openapi(deleteLinks, async (c) => {
  const { deps, principal } = c.var;
  const { photoId } = c.req.valid("param");
  const [ended] = await deps.db.batch([
    endPhotoLinks(deps.db, photoId, principal.userId),
    auditStatement(c, {
      action: "link.ended",
      subjectId: principal.userId,
      details: { photo: photoId },
      ifChanged: true,
    }),
  ]);
  if (ended?.results.length !== 1) throw new AppError("not-found", "There is no such photo.");
  return c.body(null, 204);
});
