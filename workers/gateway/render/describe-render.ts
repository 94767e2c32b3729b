// What an address would answer with, said without making it.
import type { Context } from "hono";
import type { RenderInfo } from "../../../shared/contracts/renders.ts";
import type { AppEnv } from "../app-env.ts";
import { CONTENT_TYPES } from "./choose-format.ts";
import { type RenderWanted, resolveRender } from "./resolve-render.ts";

/**
 * A signed address is of one picture: what it was made of, and whether it was, is its owner's to know.
 * @param canonical path of the one address this is said of
 * @throws AppError, see resolveRender
 */
export async function describeRender(c: Context<AppEnv>, wanted: RenderWanted, canonical: string): Promise<RenderInfo> {
  const { request, kept, sourcePx, outputPx } = await resolveRender(c, wanted);
  const { row, isPublic } = wanted;
  const stored = request.key === null || isPublic ? null : await c.var.deps.bucket.head(request.key);
  const { format } = request.transform;
  return {
    photoId: request.photoId,
    ...(isPublic ? {} : { source: { ...sourcePx, contentType: row.mime, sizeBytes: row.bytes } }),
    result: {
      widthPx: outputPx.widthPx,
      heightPx: outputPx.heightPx,
      format,
      contentType: CONTENT_TYPES[format],
      sizeBytes: stored?.size ?? null,
    },
    canonical,
    isKept: kept === "storage",
  };
}
