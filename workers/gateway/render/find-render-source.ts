// The photo a render is made of: the one a signature vouches for, or the caller's own.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { PhotoId } from "../../../shared/contracts/ids.ts";
import { findRenderSource, type RenderSource } from "../../../shared/db/photos/render-queries.ts";
import type { AppEnv } from "../app-env.ts";

export interface FoundSource {
  readonly row: RenderSource;
  /** Behind a signed address: anybody may be looking. */
  readonly isPublic: boolean;
}

/** @throws AppError not-found */
export async function findSource(c: Context<AppEnv>, photoId: PhotoId): Promise<FoundSource> {
  const signed = c.get("signedPhoto");
  const row = signed ?? (await findRenderSource(c.var.deps.db, photoId, c.var.principal.userId));
  if (row === null || row.id !== photoId) throw new AppError("not-found", "There is no such photo.");
  return { row, isPublic: signed !== undefined };
}
