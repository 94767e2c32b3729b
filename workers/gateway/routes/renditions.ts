// Thumbnails: four widths as JPEG, two as WebP that is made when it is first asked for. Immutable per generation.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { renditionKey, webpKey } from "../../../shared/adapters/objects.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId, UserId } from "../../../shared/contracts/ids.ts";
import type { WebpWidth } from "../../../shared/contracts/limits.ts";
import { webpWidthsOf } from "../../../shared/contracts/webp.ts";
import { findPhoto } from "../../../shared/db/photos/library-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { problemResponses } from "../problem-responses.ts";
import { requestWebp } from "../request-webp.ts";
import { serveObject } from "../serve-object.ts";

export const renditions = new OpenAPIHono<AppEnv>();

const getRendition = createRoute({
  method: "get",
  path: "/{photoId}/renditions/{name}",
  operationId: "getRendition",
  summary: "A thumbnail: w160, w320, w640 or w1280 as JPEG, w320 or w1280 as WebP",
  request: {
    params: z.object({ photoId: PhotoId, name: z.string().meta({ example: "w320.jpg" }) }),
    query: z.object({ g: z.coerce.number().int().optional() }),
  },
  responses: {
    200: {
      description: "The thumbnail",
      content: {
        "image/jpeg": { schema: z.any().meta({ type: "string", format: "binary" }) },
        "image/webp": { schema: z.any().meta({ type: "string", format: "binary" }) },
      },
    },
    206: { description: "A part of it" },
    304: { description: "Not modified" },
    ...problemResponses("unauthenticated", "not-found", "not-ready", "range-not-satisfiable", "storage-unavailable"),
  },
});

renditions.openapi(getRendition, async (c) => {
  const { deps, principal } = c.var;
  const { photoId, name } = c.req.valid("param");
  const asked = /^w(?:(?<jpg>160|320|640|1280)\.jpg|(?<webp>320|1280)\.webp)$/.exec(name)?.groups;
  if (asked === undefined)
    throw new AppError(
      "not-found",
      "Renditions are w160.jpg, w320.jpg, w640.jpg and w1280.jpg, and w320.webp and w1280.webp.",
    );
  const row = await findPhoto(deps.db, photoId, principal.userId);
  if (row === null || row.lifecycle === "deleted") throw new AppError("not-found", "There is no such photo.");
  if (row.thumbnailState === "skipped" || row.thumbnailState === "failed")
    throw new AppError("not-found", `There is no thumbnail: ${row.thumbnailState} (${row.thumbnailReason}).`);
  if (row.thumbnailState !== "done")
    throw new AppError("not-ready", "The thumbnails of this photo are still being made.", {
      headers: { "retry-after": "1" },
    });
  const photo = { userId: UserId.parse(row.userId), photoId, gen: row.gen };
  const served = { downloadName: null, kept: c.req.valid("query").g === row.gen ? "forever" : "ask-again" } as const;
  if (asked.jpg !== undefined) {
    const key = renditionKey(photo, Number(asked.jpg));
    return await serveObject(c, deps.bucket, { ...served, key, contentType: "image/jpeg" });
  }
  const widthPx = Number(asked.webp) as WebpWidth;
  if (!webpWidthsOf(row.width ?? 1, row.height ?? 1).includes(widthPx))
    throw new AppError("not-found", `This photo is too tall for ${name}; w${widthPx}.jpg is there.`);
  return await serveObject(c, deps.bucket, {
    ...served,
    key: webpKey(photo, widthPx),
    contentType: "image/webp",
    make: () => requestWebp(deps, { ...photo, widthPx }),
  });
});
