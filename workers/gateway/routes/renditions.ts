// Thumbnails: four widths as JPEG, two as WebP that is made when it is first asked for. Immutable per generation.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { PhotoId } from "../../../shared/contracts/ids.ts";
import type { AppEnv } from "../app-env.ts";
import { problemResponses } from "../problem-responses.ts";
import { serveRendition } from "../serve-rendition.ts";

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

renditions.openapi(getRendition, (c) => serveRendition(c, c.req.valid("param"), c.req.valid("query").g));
