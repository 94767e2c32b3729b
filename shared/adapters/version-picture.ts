// A version's picture: what it is made by, and where in the bucket it is kept. The same place its address is looked up in.
import type { RenderRequest } from "../contracts/renders.ts";
import { parseOps } from "../contracts/transforms/parse-ops.ts";
import { findPhoto } from "../db/photos/library-queries.ts";
import type { VersionRow } from "../db/photos/version-statements.ts";
import { renderKey } from "./objects.ts";
import { renderDigest } from "./render-name.ts";

export interface VersionPicture {
  readonly transform: RenderRequest["transform"];
  readonly key: string;
}

/** @returns null when the version cannot be made any more: its options are of another time, or its watermark's photo is gone */
export async function pictureOfVersion(db: D1Database, row: VersionRow): Promise<VersionPicture | null> {
  const { transform } = parseOps(row.ops, `version.${row.format}`) as { transform?: RenderRequest["transform"] };
  if (transform === undefined) return null;
  const mark = transform.watermark;
  const marked = mark === undefined ? null : await findPhoto(db, mark.photoId, row.userId);
  if (mark !== undefined && marked?.lifecycle !== "stored") return null;
  const watermark = marked === null ? null : `${marked.id}/${marked.gen}`;
  const digest = await renderDigest({ transform, focus: [], redact: [], watermark });
  return { transform, key: renderKey(row, digest, row.format) };
}
