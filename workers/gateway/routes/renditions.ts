// Thumbnails: four widths, immutable per generation.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { renditionKey } from "../../../shared/adapters/objects.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId } from "../../../shared/contracts/ids.ts";
import { findPhoto } from "../../../shared/db/photos/library-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { requireUser } from "../authenticate.ts";
import { problemResponses } from "../problem-responses.ts";
import { serveObject } from "../serve-object.ts";

export const renditions = new OpenAPIHono<AppEnv>();
renditions.use("/:photoId/renditions/*", requireUser());

const getRendition = createRoute({
  method: "get",
  path: "/{photoId}/renditions/{name}",
  operationId: "getRendition",
  summary: "A thumbnail: w160, w320, w640 or w1280",
  request: {
    params: z.object({ photoId: PhotoId, name: z.string().meta({ example: "w320.jpg" }) }),
    query: z.object({ g: z.coerce.number().int().optional() }),
  },
  responses: {
    200: {
      description: "The thumbnail",
      content: { "image/jpeg": { schema: z.any().meta({ type: "string", format: "binary" }) } },
    },
    206: { description: "A part of it" },
    304: { description: "Not modified" },
    ...problemResponses("unauthenticated", "not-found", "not-ready", "range-not-satisfiable"),
  },
});

renditions.openapi(getRendition, async (c) => {
  const { deps, principal } = c.var;
  const { photoId, name } = c.req.valid("param");
  const width = /^w(160|320|640|1280)\.jpg$/.exec(name)?.[1];
  if (width === undefined)
    throw new AppError("not-found", "Renditions are w160.jpg, w320.jpg, w640.jpg and w1280.jpg.");
  const row = await findPhoto(deps.db, photoId, principal.userId);
  if (row === null || row.lifecycle === "deleted") throw new AppError("not-found", "There is no such photo.");
  if (row.thumbnailState === "skipped" || row.thumbnailState === "failed")
    throw new AppError("not-found", `There is no thumbnail: ${row.thumbnailState} (${row.thumbnailReason}).`);
  if (row.thumbnailState !== "done")
    throw new AppError("not-ready", "The thumbnails of this photo are still being made.", {
      headers: { "retry-after": "1" },
    });
  return await serveObject(c, deps.bucket, {
    key: renditionKey({ userId: row.userId, photoId: row.id, gen: row.gen }, Number(width)),
    contentType: "image/jpeg",
    downloadName: null,
    immutable: c.req.valid("query").g === row.gen,
  });
});
