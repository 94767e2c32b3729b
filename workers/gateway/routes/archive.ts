// A selection as a ZIP: by POST for programs, by GET for links a browser follows.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { ArchiveQuery, ArchiveRequest } from "../../../shared/contracts/archives.ts";
import type { AppEnv } from "../app-env.ts";
import { archivePhotos } from "../archive-photos.ts";
import { problemResponses } from "../problem-responses.ts";

export const archive = new OpenAPIHono<AppEnv>();

const responses = {
  200: {
    description: "The ZIP, stored without compression, with its exact length",
    content: { "application/zip": { schema: z.any().meta({ type: "string", format: "binary" }) } },
  },
  ...problemResponses(
    "invalid-request",
    "invalid-transform",
    "unauthenticated",
    "forbidden",
    "not-found",
    "not-ready",
    "unrenderable",
    "render-too-large",
    "too-many-requests",
    "storage-unavailable",
  ),
};

const getArchive = createRoute({
  method: "get",
  path: "/",
  operationId: "getArchive",
  summary: "A selection of photos as one ZIP, by a link",
  request: { query: ArchiveQuery },
  responses,
});

archive.openapi(getArchive, (c) => {
  const { ids, ...rest } = c.req.valid("query");
  return archivePhotos(c, { photoIds: ids, ...rest });
});

const postArchive = createRoute({
  method: "post",
  path: "/",
  operationId: "createArchive",
  summary: "A selection of photos as one ZIP: the originals, or pictures made of them",
  request: { body: { required: true, content: { "application/json": { schema: ArchiveRequest } } } },
  responses,
});

archive.openapi(postArchive, (c) => archivePhotos(c, c.req.valid("json")));
