// A photo somebody wants a picture of -> that picture, in the bucket or handed back. Runs on request, so it may be interrupted and
// run twice at once. May not: change a row, or leave an object behind for a photo that was removed meanwhile.
import { deleteKeys, openStored, originalKey, renditionKey } from "../../shared/adapters/objects.ts";
import type { RenderOutcome, RenderRequest } from "../../shared/contracts/renders.ts";
import { renderLimits } from "../../shared/contracts/transforms/render-limits.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import { planGeometry } from "../../shared/kernels/transform-geometry.ts";
import { chooseSources } from "./choose-source.ts";
import { type RenderResult, runPipeline } from "./pipeline.ts";
import type { RenderCodecs } from "./render-codecs.ts";

export interface RenderPhotoDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly codecs: RenderCodecs;
}

/** Throws what may be tried again. Repeatable: the same request gives the same bytes. */
export async function renderPhoto(deps: RenderPhotoDeps, request: RenderRequest): Promise<RenderOutcome> {
  const { userId, photoId, gen, transform, key } = request;
  const row = await findPhoto(deps.db, photoId, userId);
  if (row === null || row.gen !== gen || row.lifecycle === "deleted") return { kind: "gone" };
  const { width, height, mime } = row;
  if (width === null || height === null || row.thumbnailState !== "done")
    return { kind: "unmakeable", reason: "unsupported", detail: `thumbnails are ${row.thumbnailState}` };

  const photo = { widthPx: width, heightPx: height };
  const geometry = planGeometry(photo, transform, request.focus, renderLimits(transform));
  let made: RenderResult | null = null;
  for (const source of chooseSources({ ...photo, mime }, geometry, transform)) {
    const sourceKey = source.kind === "original" ? originalKey(request) : renditionKey(request, source.widthPx);
    made = await runPipeline(deps.codecs, await openStored(deps.bucket, sourceKey), { ...request, photo });
    if (made.kind === "done" || made.reason === "too-large") break;
  }
  if (made === null) throw new Error("Expected a source to render from. Got none.");
  if (made.kind === "unmakeable") return made;

  const { widthPx, heightPx, contentType, bytes } = made;
  const facts = { widthPx, heightPx, sizeBytes: bytes.length, contentType };
  if (key === null) return { kind: "made", ...facts, bytes: bytes as Uint8Array<ArrayBuffer> };
  await deps.bucket.put(key, bytes, { httpMetadata: { contentType } });
  const after = await findPhoto(deps.db, photoId, userId);
  if (after !== null && after.purgedAt === null && after.gen === gen) return { kind: "stored", ...facts };
  await deleteKeys(deps.bucket, [key]);
  return { kind: "gone" };
}
