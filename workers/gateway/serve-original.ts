// A photo as it was uploaded: never shown in place, always handed out as a file.
import type { Context } from "hono";
import { originalKey } from "../../shared/adapters/objects.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import type { PhotoId } from "../../shared/contracts/ids.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import type { AppEnv } from "./app-env.ts";
import { serveObject } from "./serve-object.ts";

/** @param gen the generation the address names, or undefined where it names none */
export async function serveOriginal(c: Context<AppEnv>, photoId: PhotoId, gen: number | undefined): Promise<Response> {
  const { deps, principal } = c.var;
  const row = await findPhoto(deps.db, photoId, principal.userId);
  if (row === null || row.lifecycle !== "stored") throw new AppError("not-found", "There is no such photo.");
  return await serveObject(c, deps.bucket, {
    key: originalKey({ userId: row.userId, photoId: row.id, gen: row.gen }),
    contentType: row.mime,
    downloadName: row.filename,
    kept: gen === row.gen ? "forever" : "ask-again",
  });
}
