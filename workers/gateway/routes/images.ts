// The upload service and the dithering service, in the words of those who called them first.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId, type VersionId } from "../../../shared/contracts/ids.ts";
import {
  DitherChannels,
  type DitheredImage,
  DitheredPhoto,
  DitherJob,
  DitherQuery,
  Image,
  ImagePage,
  ListImagesQuery,
} from "../../../shared/contracts/images.ts";
import { MULTIPART_MAX_BYTES } from "../../../shared/contracts/limits.ts";
import { ListPhotosQuery } from "../../../shared/contracts/photos.ts";
import { findPhoto, listPhotos } from "../../../shared/db/photos/library-queries.ts";
import type { PhotoRow } from "../../../shared/db/photos/photo-row.ts";
import { versionPath } from "../../../shared/db/photos/version-form.ts";
import { finishedVersions, type VersionRow, versionsOfPhoto } from "../../../shared/db/photos/version-statements.ts";
import type { AppEnv } from "../app-env.ts";
import { toTrash } from "../change-photo.ts";
import { FILE_FORM } from "../file-form.ts";
import { formFile } from "../form-file.ts";
import { ditherOps } from "../images/dither-ops.ts";
import { sendNews } from "../images/send-news.ts";
import { storePicture } from "../images/store-picture.ts";
import { jsonContent } from "../json-content.ts";
import { decodeCursor, encodeCursor } from "../photo-cursor.ts";
import { problemResponses } from "../problem-responses.ts";
import { publicOrigin } from "../public-origin.ts";
import { requestVersion } from "../versions/want-version.ts";

export const images = new OpenAPIHono<AppEnv>();

const params = z.object({ photoId: PhotoId });
const picturePath = (row: PhotoRow) => `/api/v1/photos/${row.id}/original`;

function toImage(c: Context<AppEnv>, row: PhotoRow): Image {
  return { uuid: row.id as PhotoId, url: publicOrigin(c) + picturePath(row), filename: row.filename };
}

function toDithered(c: Context<AppEnv>, row: VersionRow, filename: string): DitheredImage {
  return {
    uuid: row.photoId as PhotoId,
    url_dither: publicOrigin(c) + versionPath(row),
    job: row.id as VersionId,
    filename,
  };
}

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listImages",
  summary: "My pictures, newest first; ?kind=dither: the dithered ones",
  request: { query: ListImagesQuery },
  responses: {
    200: { description: "A page", content: jsonContent(ImagePage) },
    ...problemResponses("invalid-request", "invalid-cursor", "unauthenticated"),
  },
});

images.openapi(list, async (c) => {
  const { deps, principal } = c.var;
  const { kind, cursor, limit } = c.req.valid("query");
  const after = cursor === undefined ? null : decodeCursor(cursor);
  if (kind === "dither") {
    const rows = await finishedVersions(deps.db, principal.userId, "dither", after, limit);
    return c.json(
      { items: rows.map((row) => toDithered(c, row, row.filename)), cursor: cursorAfter(rows, limit) },
      200,
    );
  }
  const rows = await listPhotos(deps.db, principal.userId, ListPhotosQuery.parse({ limit }), after);
  return c.json({ items: rows.map((row) => toImage(c, row)), cursor: cursorAfter(rows, limit) }, 200);
});

function cursorAfter(rows: readonly { createdAt: number; id: string }[], limit: number): string | null {
  const last = rows.at(-1);
  return last !== undefined && rows.length === limit ? encodeCursor(last) : null;
}

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createImage",
  summary: "Send a picture as a form (multipart)",
  middleware: [
    bodyLimit({
      maxSize: MULTIPART_MAX_BYTES,
      onError: () => {
        throw new AppError(
          "file-too-large",
          `A form takes at most ${MULTIPART_MAX_BYTES} bytes; send larger files with PUT after POST /api/v1/batches.`,
        );
      },
    }),
  ] as const,
  request: { headers: z.object({ "idempotency-key": z.string().min(1).max(200).optional() }), body: FILE_FORM },
  responses: {
    201: { description: "It is in the library", content: jsonContent(Image) },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "idempotency-conflict",
      "empty-file",
      "file-too-large",
      "quota-exceeded",
      "too-many-pixels",
      "unsupported-type",
      "storage-unavailable",
    ),
  },
});

images.openapi(create, async (c) => {
  const { deps, principal } = c.var;
  const file = await formFile(c.req.raw, true);
  const { row } = await storePicture(deps, principal.userId, {
    bytes: new Uint8Array(await file.arrayBuffer()),
    filename: file.name,
    idempotencyKey: c.req.valid("header")["idempotency-key"],
  });
  await sendNews(deps, "IMAGE_UPLOADED", {
    uuid: row.id,
    ownerId: row.userId,
    url: picturePath(row),
    filename: row.filename,
  });
  return c.json(toImage(c, row), 201, { location: `/images/${row.id}` });
});

const get = createRoute({
  method: "get",
  path: "/{photoId}",
  operationId: "getImage",
  summary: "A picture; ?kind=dither: its dithered ones",
  request: { params, query: ListImagesQuery.pick({ kind: true }) },
  responses: {
    200: { description: "It", content: jsonContent(z.union([DitheredPhoto, Image])) },
    ...problemResponses("invalid-request", "unauthenticated", "not-found"),
  },
});

images.openapi(get, async (c) => {
  const { deps, principal } = c.var;
  const { photoId } = c.req.valid("param");
  const row = await findPhoto(deps.db, photoId, principal.userId);
  if (row === null || row.lifecycle !== "stored") throw new AppError("not-found", "There is no such picture.");
  if (c.req.valid("query").kind === undefined) return c.json(toImage(c, row), 200);
  const versions = await versionsOfPhoto(deps.db, photoId, principal.userId);
  const items = versions
    .filter(({ kind, state }) => kind === "dither" && state === "done")
    .map((version) => toDithered(c, version, row.filename));
  const [newest] = items;
  if (newest === undefined) throw new AppError("not-found", "There is no dithered picture of it.");
  return c.json({ ...newest, items }, 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{photoId}",
  operationId: "deleteImage",
  summary: "To the trash for 30 days; repeating is safe",
  request: { params },
  responses: {
    204: { description: "Deleted" },
    ...problemResponses("invalid-request", "unauthenticated", "not-found", "storage-unavailable"),
  },
});

images.openapi(remove, async (c) => {
  const { deps, principal } = c.var;
  const { photoId } = c.req.valid("param");
  await toTrash(deps, photoId, principal.userId);
  await sendNews(deps, "IMAGE_DELETED", { uuid: photoId, ownerId: principal.userId });
  return c.body(null, 204);
});

const dither = createRoute({
  method: "post",
  path: "/{photoId}/{channels}",
  operationId: "ditherImage",
  summary: "Dither a picture in 1, 3 or 4 channels; the answer says where to ask how far it is",
  request: { params: params.extend({ channels: DitherChannels }), query: DitherQuery },
  responses: {
    202: { description: "It is being made", content: jsonContent(DitherJob) },
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

images.openapi(dither, async (c) => {
  const { photoId, channels } = c.req.valid("param");
  const row = await requestVersion(c, photoId, ditherOps(channels, c.req.valid("query")), "png");
  const path = `/api/v1/versions/${row.id}`;
  return c.json({ job: row.id as VersionId, status_url: publicOrigin(c) + path }, 202, { location: path });
});
