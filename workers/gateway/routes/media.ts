// Pictures by a grant in their address: what an <img> asks for, without a cookie. The answers are those of the API's own routes.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { FaceId, PhotoId } from "../../../shared/contracts/ids.ts";
import type { AppEnv } from "../app-env.ts";
import { problemResponses } from "../problem-responses.ts";
import { serveFaceCrop } from "../serve-face-crop.ts";
import { serveOriginal } from "../serve-original.ts";
import { serveRendition } from "../serve-rendition.ts";

export const media = new OpenAPIHono<AppEnv>();

const grant = z.string().max(100).meta({ description: "The last part of the user's mediaBase" });
const query = z.object({ g: z.coerce.number().int().optional() });
const responses = {
  200: { description: "The picture" },
  206: { description: "A part of it" },
  304: { description: "Not modified" },
  ...problemResponses("unauthenticated", "forbidden", "not-found", "range-not-satisfiable", "storage-unavailable"),
};

const getMediaOriginal = createRoute({
  method: "get",
  path: "/photos/{photoId}/original",
  operationId: "getMediaOriginal",
  summary: "As getOriginal",
  request: { params: z.object({ grant, photoId: PhotoId }), query },
  responses,
});

media.openapi(getMediaOriginal, (c) => serveOriginal(c, c.req.valid("param").photoId, c.req.valid("query").g));

const getMediaRendition = createRoute({
  method: "get",
  path: "/photos/{photoId}/renditions/{name}",
  operationId: "getMediaRendition",
  summary: "As getRendition",
  request: { params: z.object({ grant, photoId: PhotoId, name: z.string() }), query },
  responses: { ...responses, ...problemResponses("not-ready") },
});

media.openapi(getMediaRendition, (c) => serveRendition(c, c.req.valid("param"), c.req.valid("query").g));

const getMediaFaceCrop = createRoute({
  method: "get",
  path: "/faces/{faceId}/crop.jpg",
  operationId: "getMediaFaceCrop",
  summary: "As getFaceCrop",
  request: { params: z.object({ grant, faceId: FaceId }) },
  responses,
});

media.openapi(getMediaFaceCrop, (c) => serveFaceCrop(c, c.req.valid("param").faceId));
