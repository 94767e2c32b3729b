// Square pictures of faces, cut when they are first looked at. Kept by no browser: none can be told of a withdrawal.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { faceCropKey } from "../../../shared/adapters/objects.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { FaceId, PhotoId } from "../../../shared/contracts/ids.ts";
import { findFacePhoto } from "../../../shared/db/photos/face-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { problemResponses } from "../problem-responses.ts";
import { requestFaceCrop } from "../request-face-crop.ts";
import { serveObject } from "../serve-object.ts";

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

faceCrops.openapi(getFaceCrop, async (c) => {
  const { deps, principal } = c.var;
  const { faceId } = c.req.valid("param");
  const { userId } = principal;
  const photo = await findFacePhoto(deps.db, deps.variables.facePreset, faceId, userId);
  if (photo === null) throw new AppError("not-found", "There is no such face.");
  const request = { userId, photoId: PhotoId.parse(photo.photoId), gen: photo.gen, faceId };
  return await serveObject(c, deps.bucket, {
    key: faceCropKey(request, faceId),
    contentType: "image/jpeg",
    downloadName: null,
    kept: "never",
    make: () => requestFaceCrop(deps, request),
  });
});
