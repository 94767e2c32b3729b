// Square pictures of faces, cut when they are first looked at. Kept by no browser: none can be told of a withdrawal.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { FaceId } from "../../../shared/contracts/ids.ts";
import type { AppEnv } from "../app-env.ts";
import { problemResponses } from "../problem-responses.ts";
import { serveFaceCrop } from "../serve-face-crop.ts";

export const faceCrops = new OpenAPIHono<AppEnv>();

const getFaceCrop = createRoute({
  method: "get",
  path: "/{faceId}/crop.jpg",
  operationId: "getFaceCrop",
  summary: "A square picture of a face, at most 256 px a side",
  request: { params: z.object({ faceId: FaceId }) },
  responses: {
    200: {
      description: "The face",
      content: { "image/jpeg": { schema: z.any().meta({ type: "string", format: "binary" }) } },
    },
    206: { description: "A part of it" },
    304: { description: "Not modified" },
    ...problemResponses("unauthenticated", "not-found", "range-not-satisfiable", "storage-unavailable"),
  },
});

faceCrops.openapi(getFaceCrop, (c) => serveFaceCrop(c, c.req.valid("param").faceId));
