// The picture of a version that was deleted goes too; unless the same was asked for again meanwhile, which has the same picture.
import { isVersionThere, type VersionRow } from "../db/photos/version-statements.ts";
import { deleteKeys } from "./objects.ts";

/** @param row the version that was deleted @param key of its picture */
export async function discardVersionPicture(
  { db, bucket }: { readonly db: D1Database; readonly bucket: R2Bucket },
  row: VersionRow,
  key: string,
): Promise<void> {
  if (!(await isVersionThere(db, row))) await deleteKeys(bucket, [key]);
}
