// Versions: transforms and dithers of a photo that are kept. Their pictures are had by the address each names.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId, VersionId } from "../../../shared/contracts/ids.ts";
import { CreateVersion, Version } from "../../../shared/contracts/versions.ts";
import { findPhoto } from "../../../shared/db/photos/library-queries.ts";
import { toVersion } from "../../../shared/db/photos/version-form.ts";
import { findVersion, versionsOfPhoto } from "../../../shared/db/photos/version-statements.ts";
import type { AppEnv } from "../app-env.ts";
import { jsonBody, jsonContent } from "../json-content.ts";
import { problemResponses } from "../problem-responses.ts";
import { removeVersion } from "../versions/remove-version.ts";
import { requestVersion } from "../versions/want-version.ts";

/** Mounted below /api/v1/photos. */
export const photoVersions = new OpenAPIHono<AppEnv>();
/** Mounted at /api/v1/versions. */
export const versions = new OpenAPIHono<AppEnv>();

const photoParams = z.object({ photoId: PhotoId });
const params = z.object({ versionId: VersionId });

const list = createRoute({
  method: "get",
  path: "/{photoId}/versions",
  operationId: "listVersions",
  summary: "A photo's versions, newest first: all of them",
  request: { params: photoParams },
  responses: {
    200: { description: "The versions", content: jsonContent(z.object({ items: z.array(Version) })) },
    ...problemResponses("invalid-request", "unauthenticated", "not-found"),
  },
});

photoVersions.openapi(list, async (c) => {
  const { deps, principal } = c.var;
  const { photoId } = c.req.valid("param");
  const rows = await versionsOfPhoto(deps.db, photoId, principal.userId);
  if (rows.length === 0 && (await findPhoto(deps.db, photoId, principal.userId))?.lifecycle !== "stored")
    throw new AppError("not-found", "There is no such photo.");
  return c.json({ items: rows.map(toVersion) }, 200);
});

const create = createRoute({
  method: "post",
  path: "/{photoId}/versions",
  operationId: "createVersion",
  summary: "Have a version made and kept; the same options are the same version",
  request: { params: photoParams, ...jsonBody(CreateVersion) },
  responses: {
    202: { description: "It is being made", content: jsonContent(Version) },
    200: { description: "It is there already", content: jsonContent(Version) },
    ...problemResponses(
      "invalid-request",
      "invalid-transform",
      "unauthenticated",
      "not-found",
      "too-many-versions",
      "too-many-requests",
    ),
  },
});

photoVersions.openapi(create, async (c) => {
  const { ops, format } = c.req.valid("json");
  const row = await requestVersion(c, c.req.valid("param").photoId, ops, format);
  return c.json(toVersion(row), row.state === "done" ? 200 : 202);
});

const get = createRoute({
  method: "get",
  path: "/{versionId}",
  operationId: "getVersion",
  summary: "A version, and how far it is",
  request: { params },
  responses: {
    200: { description: "The version", content: jsonContent(Version) },
    ...problemResponses("invalid-request", "unauthenticated", "not-found"),
  },
});

versions.openapi(get, async (c) => {
  const row = await findVersion(c.var.deps.db, c.req.valid("param").versionId, c.var.principal.userId);
  if (row === null) throw new AppError("not-found", "There is no such version.");
  return c.json(toVersion(row), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{versionId}",
  operationId: "deleteVersion",
  summary: "Delete a version and its picture",
  request: { params },
  responses: {
    204: { description: "Deleted" },
    ...problemResponses("invalid-request", "unauthenticated", "not-found", "storage-unavailable"),
  },
});

versions.openapi(remove, async (c) => {
  await removeVersion(c.var.deps, c.req.valid("param").versionId, c.var.principal.userId);
  return c.body(null, 204);
});
