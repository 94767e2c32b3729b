// A WebP somebody asked for -> the same one for everybody after. Runs on request, so it may be interrupted and run twice at once.
// May not: change a row, or leave an object behind for a photo that was removed meanwhile.
import {
  deleteKeys,
  type ObjectOwner,
  openStored,
  originalKey,
  putWebp,
  renditionKey,
  webpKey,
} from "../../shared/adapters/objects.ts";
import type { ImageCodecs } from "../../shared/codecs/index.ts";
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import type { WebpOutcome, WebpRequest } from "../../shared/contracts/webp.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import type { PhotoRow } from "../../shared/db/photos/photo-row.ts";

export interface MakeWebpDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly codecs: Pick<ImageCodecs, "makeWebp">;
}

/** Formats the engine reads at a smaller scale. The others cost a library more memory than there is beside a WebP encoder. */
const READ_AT_SCALE: ReadonlySet<string> = new Set(["image/jpeg", "image/png"]);
/** Shrunk this much, a JPEG hides what its own compression lost. */
const HIDES_LOSSES_AT = 2;

/** Throws what may be tried again. Repeatable: the same photo gives the same bytes. */
export async function makeWebp(deps: MakeWebpDeps, request: WebpRequest): Promise<WebpOutcome> {
  const { userId, photoId, gen, widthPx } = request;
  const photo: ObjectOwner = { userId, photoId, gen };
  const row = await findPhoto(deps.db, photoId, userId);
  if (row === null || row.gen !== gen || row.lifecycle === "deleted" || row.thumbnailState !== "done")
    return { kind: "gone" };

  const largest = renditionKey(photo, RENDITION_WIDTHS[0]);
  const key = isBetterFromOriginal(row, widthPx) ? originalKey(photo) : largest;
  let made = await deps.codecs.makeWebp(await openStored(deps.bucket, key), widthPx);
  if (made.kind !== "done" && key !== largest)
    made = await deps.codecs.makeWebp(await openStored(deps.bucket, largest), widthPx);
  if (made.kind !== "done") return { kind: "unmakeable", detail: `${made.kind} ${made.reason}: ${made.detail}` };

  await putWebp(deps.bucket, photo, widthPx, made.bytes);
  const after = await findPhoto(deps.db, photoId, userId);
  if (after !== null && after.purgedAt === null && after.gen === gen) return { kind: "stored" };
  await deleteKeys(deps.bucket, [webpKey(photo, widthPx)]);
  return { kind: "gone" };
}

/** The JPEG rendition is smaller and quicker; the original is looked at again where a second loss would show. */
function isBetterFromOriginal(row: PhotoRow, widthPx: number): boolean {
  const renditionPx = Math.min(row.width ?? 0, RENDITION_WIDTHS[0]);
  return READ_AT_SCALE.has(row.mime) && renditionPx < widthPx * HIDES_LOSSES_AT;
}
