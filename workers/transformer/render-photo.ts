// A photo somebody wants a picture of -> that picture, in the bucket or handed back. Runs on request, so it may be interrupted and
// run twice at once. May not: change a row, or leave an object behind for a photo that was removed meanwhile.
import { deleteKeys, openStored, originalKey, renditionKey } from "../../shared/adapters/objects.ts";
import type { RenderOutcome, RenderRequest } from "../../shared/contracts/renders.ts";
import { renderLimits } from "../../shared/contracts/transforms/render-limits.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import { planGeometry } from "../../shared/kernels/transform-geometry.ts";
import { chooseSources } from "./choose-source.ts";
import { type RenderResult, type RenderWork, runPipeline } from "./pipeline.ts";
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
  const watermark = await findWatermark(deps, request, geometry.output.widthPx);
  let made: RenderResult | null = null;
  for (const source of chooseSources({ ...photo, mime }, geometry, transform)) {
    const sourceKey = source.kind === "original" ? originalKey(request) : renditionKey(request, source.widthPx);
    made = await runPipeline(deps.codecs, await openStored(deps.bucket, sourceKey), { ...request, photo, watermark });
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

/** Null: none is asked for, or its photo is not there any more. @param widthPx of the result */
async function findWatermark(
  { db, bucket }: RenderPhotoDeps,
  { userId, transform }: RenderRequest,
  widthPx: number,
): Promise<RenderWork["watermark"]> {
  const { watermark } = transform;
  if (watermark === undefined) return null;
  const row = await findPhoto(db, watermark.photoId, userId);
  if (row === null || row.lifecycle !== "stored" || row.width === null || row.height === null) return null;
  const photo = { widthPx: row.width, heightPx: row.height, mime: row.mime };
  const geometry = planGeometry(photo, { width: Math.max(1, Math.round(widthPx * watermark.scale)), fit: "contain" });
  const [source] = chooseSources(photo, geometry, { format: "png" });
  const owner = { userId, photoId: watermark.photoId, gen: row.gen };
  const key = source?.kind === "rendition" ? renditionKey(owner, source.widthPx) : originalKey(owner);
  return () => openStored(bucket, key);
}
