// The first image API: a picture in by base64, address or id; out by id and format, with any number of filters.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { PhotoId } from "../../../shared/contracts/ids.ts";
import { CreatedImg, CreateImg } from "../../../shared/contracts/images.ts";
import { BASE64_BODY_MAX_BYTES } from "../../../shared/contracts/limits.ts";
import { parseSeed } from "../../../shared/contracts/transforms/seed.ts";
import type { AppEnv } from "../app-env.ts";
import { copyPhoto } from "../images/copy-photo.ts";
import { decodeBase64 } from "../images/decode-base64.ts";
import { findSeenPhoto } from "../images/find-seen-photo.ts";
import { importPicture } from "../images/import-picture.ts";
import { readImgBody } from "../images/read-img-body.ts";
import { storePicture } from "../images/store-picture.ts";
import { jsonContent } from "../json-content.ts";
import { problemResponses } from "../problem-responses.ts";
import { renderResponses } from "../render/render-responses.ts";
import { serveRender } from "../render/serve-render.ts";

export const img = new OpenAPIHono<AppEnv>();

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createImg",
  summary: "A picture by base64 or by its address, or a copy of one by its id",
  middleware: [
    bodyLimit({
      maxSize: BASE64_BODY_MAX_BYTES,
      onError: () => {
        throw new AppError("file-too-large", `The body may have ${BASE64_BODY_MAX_BYTES} bytes.`);
      },
    }),
  ] as const,
  request: {
    headers: z.object({ "idempotency-key": z.string().min(1).max(200).optional() }),
    // Read by hand, and so not `required` here: `curl -d` calls JSON a form.
    body: { content: { ...jsonContent(CreateImg), "*/*": { schema: { description: "The same, by any name" } } } },
  },
  responses: {
    201: { description: "It is in the library", content: jsonContent(CreatedImg) },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "not-found",
      "idempotency-conflict",
      "empty-file",
      "file-too-large",
      "quota-exceeded",
      "too-many-pixels",
      "too-many-requests",
      "unsupported-type",
      "import-refused",
      "import-failed",
      "storage-unavailable",
    ),
  },
});

img.openapi(create, async (c) => {
  const { deps, principal } = c.var;
  const { type, data } = readImgBody(await c.req.text());
  const idempotencyKey = c.req.valid("header")["idempotency-key"];
  if (type === "uuid") {
    const copy = await copyPhoto(deps, principal.userId, data as PhotoId, idempotencyKey);
    return c.json({ id: copy.id as PhotoId }, 201);
  }
  // 201 also for bytes that were here before: this API's callers know no other answer, and go by the id.
  const row =
    type === "url"
      ? await importPicture(c, data, idempotencyKey)
      : (
          await storePicture(deps, principal.userId, {
            bytes: decodeBase64(data),
            filename: "picture",
            idempotencyKey,
          })
        ).row;
  return c.json({ id: row.id as PhotoId }, 201);
});

const get = createRoute({
  method: "get",
  path: "/{file}",
  operationId: "getImg",
  summary: "A photo in a format, with any number of filters: ?thumbnail=200&rotate=180",
  request: { params: z.object({ file: z.string().max(100).meta({ example: "0192….jpg" }) }) },
  responses: renderResponses("The picture"),
});

img.openapi(get, async (c) => {
  const parsed = parseSeed(c.req.valid("param").file, new URL(c.req.url).searchParams);
  if (parsed.problems !== undefined)
    throw new AppError("invalid-transform", "The address asks for what there is not.", {
      errors: [...parsed.problems],
    });
  const { photoId, transform } = parsed;
  return await serveRender(c, { ...(await findSeenPhoto(c, photoId)), transform });
});
