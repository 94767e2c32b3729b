// The picture of one face, cut when it is first asked for. Kept by no browser: none can be told of a withdrawal.
import type { Context } from "hono";
import { faceCropKey } from "../../shared/adapters/objects.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import { type FaceId, PhotoId } from "../../shared/contracts/ids.ts";
import { findFacePhoto } from "../../shared/db/photos/face-queries.ts";
import type { AppEnv } from "./app-env.ts";
import { requestFaceCrop } from "./request-face-crop.ts";
import { serveObject } from "./serve-object.ts";

export async function serveFaceCrop(c: Context<AppEnv>, faceId: FaceId): Promise<Response> {
  const { deps, principal } = c.var;
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
}
