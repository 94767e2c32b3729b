// Bytes in and out: PUT streams an original into R2, POST takes one from a form, GET gives it back untouched.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId } from "../../../shared/contracts/ids.ts";
import { MULTIPART_MAX_BYTES } from "../../../shared/contracts/limits.ts";
import { Photo } from "../../../shared/contracts/photos.ts";
import { findPhoto } from "../../../shared/db/photos/library-queries.ts";
import { toPhoto } from "../../../shared/db/photos/photo-row.ts";
import type { AppEnv } from "../app-env.ts";
import { sha256FromDigestHeader } from "../content-digest.ts";
import { FILE_FORM } from "../file-form.ts";
import { formFile } from "../form-file.ts";
import { storePicture } from "../images/store-picture.ts";
import { problemResponses } from "../problem-responses.ts";
import { receiveUpload } from "../receive-upload.ts";
import { serveOriginal } from "../serve-original.ts";

export const originals = new OpenAPIHono<AppEnv>();

const params = z.object({ photoId: PhotoId });
const photoContent = { "application/json": { schema: Photo } };
const anyImage = { "image/*": { schema: z.any().meta({ type: "string", format: "binary" }) } };

const putOriginal = createRoute({
  method: "put",
  path: "/{photoId}/original",
  operationId: "putOriginal",
  summary: "Send the bytes of an announced photo; Content-Length and a SHA-256 are required",
  request: { params },
  responses: {
    201: { description: "Stored; R2 has verified the digest", content: photoContent },
    200: { description: "Exactly these bytes were already stored", content: photoContent },
    ...problemResponses(
      "unauthenticated",
      "not-found",
      "photo-deleted",
      "idempotency-conflict",
      "already-in-library",
      "size-mismatch",
      "length-required",
      "digest-required",
      "digest-mismatch",
      "body-truncated",
      "empty-file",
      "file-too-large",
      "quota-exceeded",
      "too-many-pixels",
      "unsupported-type",
      "storage-unavailable",
    ),
  },
});

originals.openapi(putOriginal, async (c) => {
  const { deps, principal } = c.var;
  const row = await findPhoto(deps.db, c.req.valid("param").photoId, principal.userId);
  if (row === null) throw new AppError("not-found", "There is no such photo.");
  const sizeBytes = contentLength(c.req.header("content-length"));
  const sha256 = sha256FromDigestHeader(c.req.header("content-digest")) ?? row.sha256;
  if (sha256 === null)
    throw new AppError("digest-required", "Neither the manifest nor the request names the SHA-256 of the bytes.");
  const body = c.req.raw.body ?? new Uint8Array(0);
  const { row: stored, created } = await receiveUpload(deps, row, { body, sizeBytes, sha256 });
  return c.json(toPhoto(stored), created ? 201 : 200);
});

function contentLength(header: string | undefined): number {
  if (header === undefined || !/^\d{1,15}$/.test(header))
    throw new AppError("length-required", "The body came without a length.");
  return Number(header);
}

const postPhoto = createRoute({
  method: "post",
  path: "/",
  operationId: "postPhoto",
  summary: "Send one photo as a form (multipart field `file`)",
  middleware: [
    bodyLimit({
      maxSize: MULTIPART_MAX_BYTES,
      onError: () => {
        throw new AppError(
          "file-too-large",
          `A form takes at most ${MULTIPART_MAX_BYTES} bytes; send larger files with PUT after POST /batches.`,
        );
      },
    }),
  ] as const,
  request: { headers: z.object({ "idempotency-key": z.string().min(1).max(200).optional() }), body: FILE_FORM },
  responses: {
    201: { description: "Stored", content: photoContent },
    200: { description: "Exactly these bytes were already in the library", content: photoContent },
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

originals.openapi(postPhoto, async (c) => {
  const { deps, principal } = c.var;
  const file = await formFile(c.req.raw);
  const { row: stored, created } = await storePicture(deps, principal.userId, {
    bytes: new Uint8Array(await file.arrayBuffer()),
    filename: file.name,
    idempotencyKey: c.req.valid("header")["idempotency-key"],
  });
  return c.json(toPhoto(stored), created ? 201 : 200);
});

const getOriginal = createRoute({
  method: "get",
  path: "/{photoId}/original",
  operationId: "getOriginal",
  summary: "The bytes as they were uploaded; ETag, Range and 304",
  request: { params, query: z.object({ g: z.coerce.number().int().optional() }) },
  responses: {
    200: { description: "The original", content: anyImage },
    206: { description: "A part of it", content: anyImage },
    304: { description: "Not modified" },
    ...problemResponses("unauthenticated", "not-found", "range-not-satisfiable"),
  },
});

originals.openapi(getOriginal, (c) => serveOriginal(c, c.req.valid("param").photoId, c.req.valid("query").g));
