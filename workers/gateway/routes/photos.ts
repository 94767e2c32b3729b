// The library: list, look, change, trash, restore, retry.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { reportPhoto } from "../../../shared/adapters/progress.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { type PersonId, PhotoId, type UserId } from "../../../shared/contracts/ids.ts";
import { ListPhotosQuery, PatchPhoto, Photo, PhotoPage } from "../../../shared/contracts/photos.ts";
import { survivorsOf } from "../../../shared/db/people/people-queries.ts";
import { findPhoto, listPhotos, packLayout, patchPhoto } from "../../../shared/db/photos/library-queries.ts";
import { toPhoto } from "../../../shared/db/photos/photo-row.ts";
import type { AppEnv } from "../app-env.ts";
import { purgeForGood, restoreFromTrash, retryPhoto, toTrash } from "../change-photo.ts";
import type { GatewayDeps } from "../deps.ts";
import { decodeCursor, encodeCursor } from "../photo-cursor.ts";
import { problemResponses } from "../problem-responses.ts";
import { demandRecognition } from "../require-recognition.ts";

export const photos = new OpenAPIHono<AppEnv>();

const params = z.object({ photoId: PhotoId });
const photoAnswer = (description: string) => ({ description, content: { "application/json": { schema: Photo } } });

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listPhotos",
  summary: "My photos, newest first; of a batch, of a status, of people",
  request: { query: ListPhotosQuery },
  responses: {
    200: { description: "A page", content: { "application/json": { schema: PhotoPage } } },
    ...problemResponses(
      "invalid-request",
      "invalid-cursor",
      "unauthenticated",
      "not-found",
      "recognition-off",
      "recognition-unavailable",
    ),
  },
});

photos.openapi(list, async (c) => {
  const { person, ...others } = c.req.valid("query");
  const people = person === undefined ? undefined : await peopleMeant(c.var.deps, c.var.principal.userId, person);
  const query = { ...others, person: people };
  const rows = await listPhotos(
    c.var.deps.db,
    c.var.principal.userId,
    query,
    query.cursor === undefined ? null : decodeCursor(query.cursor),
  );
  const last = rows.at(-1);
  return c.json(
    { items: rows.map(toPhoto), cursor: last !== undefined && rows.length === query.limit ? encodeCursor(last) : null },
    200,
  );
});

/** @throws AppError not-found for anybody unknown, recognition-off where nobody is known */
async function peopleMeant(deps: GatewayDeps, userId: UserId, asked: readonly PersonId[]): Promise<PersonId[]> {
  await demandRecognition(deps, userId);
  const survivors = await survivorsOf(deps.db, userId, asked);
  if (asked.some((id) => !survivors.has(id))) throw new AppError("not-found", "There is no such person.");
  return [...new Set(survivors.values())] as PersonId[];
}

const layout = createRoute({
  method: "get",
  path: "/layout",
  operationId: "getLayout",
  summary: "Aspect ratios of all my photos, newest first: little-endian Uint16 thousandths",
  responses: {
    200: {
      description: "2 bytes a photo",
      content: { "application/octet-stream": { schema: z.any().meta({ type: "string", format: "binary" }) } },
    },
    ...problemResponses("unauthenticated"),
  },
});

photos.openapi(layout, async (c) => {
  const packed = await packLayout(c.var.deps.db, c.var.principal.userId);
  return new Response(packed, {
    headers: { "content-type": "application/octet-stream", "cache-control": "private, no-cache" },
  });
});

const getPhoto = createRoute({
  method: "get",
  path: "/{photoId}",
  operationId: "getPhoto",
  summary: "One photo",
  request: { params },
  responses: { 200: photoAnswer("The photo"), ...problemResponses("invalid-request", "unauthenticated", "not-found") },
});

photos.openapi(getPhoto, async (c) => {
  const row = await findPhoto(c.var.deps.db, c.req.valid("param").photoId, c.var.principal.userId);
  if (row === null || row.purgedAt !== null) throw new AppError("not-found", "There is no such photo.");
  return c.json(toPhoto(row), 200);
});

const changePhoto = createRoute({
  method: "patch",
  path: "/{photoId}",
  operationId: "patchPhoto",
  summary: "Rename, redate or favour a photo",
  request: { params, body: { required: true, content: { "application/json": { schema: PatchPhoto } } } },
  responses: {
    200: photoAnswer("The photo as it is now"),
    ...problemResponses("invalid-request", "unauthenticated", "not-found"),
  },
});

photos.openapi(changePhoto, async (c) => {
  const { deps, principal } = c.var;
  const row = await patchPhoto(
    deps.db,
    c.req.valid("param").photoId,
    principal.userId,
    c.req.valid("json"),
    deps.now(),
  );
  if (row === null) throw new AppError("not-found", "There is no such photo.");
  await reportPhoto(deps.progress, row);
  return c.json(toPhoto(row), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{photoId}",
  operationId: "deletePhoto",
  summary: "To the trash for 30 days; ?permanent=true removes bytes, thumbnails and faces at once",
  request: { params, query: z.object({ permanent: z.enum(["true", "false"]).default("false") }) },
  responses: {
    204: { description: "Deleted; repeating is safe" },
    ...problemResponses("invalid-request", "unauthenticated", "not-found"),
  },
});

photos.openapi(remove, async (c) => {
  const verb = c.req.valid("query").permanent === "true" ? purgeForGood : toTrash;
  await verb(c.var.deps, c.req.valid("param").photoId, c.var.principal.userId);
  return c.body(null, 204);
});

const restore = createRoute({
  method: "post",
  path: "/{photoId}/restore",
  operationId: "restorePhoto",
  summary: "Out of the trash",
  request: { params },
  responses: {
    200: photoAnswer("The photo, back in the library"),
    ...problemResponses(
      "unauthenticated",
      "not-found",
      "photo-deleted",
      "already-in-library",
      "quota-exceeded",
      "storage-unavailable",
    ),
  },
});

photos.openapi(restore, async (c) =>
  c.json(toPhoto(await restoreFromTrash(c.var.deps, c.req.valid("param").photoId, c.var.principal.userId)), 200),
);

const retry = createRoute({
  method: "post",
  path: "/{photoId}/retry",
  operationId: "retryPhoto",
  summary: "Try the failed stages again",
  request: { params },
  responses: {
    202: photoAnswer("Queued again"),
    ...problemResponses("unauthenticated", "not-found", "not-retryable-state"),
  },
});

photos.openapi(retry, async (c) =>
  c.json(toPhoto(await retryPhoto(c.var.deps, c.req.valid("param").photoId, c.var.principal.userId)), 202),
);
