// Deletes everything that face recognition has made of a user who does not want it: keys first, then photos' counts, rows and
// crops. Used by the people index, the gateway and the sweep alike. Safe to repeat, to interrupt anywhere and to run twice at
// once; may not delete anything of a time after consent came back.
import type { FaceRecognitionDefault } from "../contracts/consent.ts";
import type { UserId } from "../contracts/ids.ts";
import {
  DELETION_PAGE_ROWS,
  deleteFaceRows,
  forgetFacesOfPhotos,
  readWithdrawn,
  type Withdrawn,
} from "../db/consent/deletion-statements.ts";
import { toReport } from "../db/photos/photo-row.ts";
import { destroyVaults } from "./face-vault.ts";
import { deleteKeys, faceCropsPrefix, listKeys } from "./objects.ts";
import type { ProgressReporter } from "./progress.ts";

/** Pages of one kind that one call takes on: 50,000 rows of a table. What is left, the next call finds. */
const PAGES_PER_CALL = 100;

export interface DeleteFaceDataDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly progress: ProgressReporter;
  readonly preset: FaceRecognitionDefault;
  readonly now: () => number;
}

export interface FaceDataDeleted {
  /** Nothing is left. */
  readonly isDone: boolean;
  /** Keys, rows, photos and crops changed by this call. */
  readonly deleted: number;
}

export async function deleteFaceData(deps: DeleteFaceDataDeps, userId: string): Promise<FaceDataDeleted> {
  const withdrawn = await readWithdrawn(deps.db, deps.preset, userId);
  if (withdrawn === null) return { isDone: true, deleted: 0 };
  // From here on every vector is noise, in the database, its history and its backups.
  const keys = await destroyVaults(deps.bucket, withdrawn);
  // Photos before rows: whoever finds rows left begins here again, so no photo keeps a count of faces that are gone.
  const photos = await forgetPhotos(deps, withdrawn);
  if (!photos.isDone) return { isDone: false, deleted: keys + photos.deleted };
  const rows = await deleteRows(deps, withdrawn);
  // A crop made from a face that was there a moment ago is looked for by whoever made it, and by the sweep.
  const crops = await deleteKeys(deps.bucket, await listKeys(deps.bucket, faceCropsPrefix(userId)));
  return { isDone: rows.isDone, deleted: keys + rows.deleted + photos.deleted + crops };
}

async function deleteRows(deps: DeleteFaceDataDeps, withdrawn: Withdrawn): Promise<FaceDataDeleted> {
  let deleted = 0;
  for (let page = 0; page < PAGES_PER_CALL; page++) {
    const rows = await deleteFaceRows(deps.db, deps.preset, withdrawn);
    if (rows === 0) return { isDone: true, deleted };
    deleted += rows;
  }
  return { isDone: false, deleted };
}

async function forgetPhotos(deps: DeleteFaceDataDeps, withdrawn: Withdrawn): Promise<FaceDataDeleted> {
  let deleted = 0;
  let afterId = "";
  for (let page = 0; page < PAGES_PER_CALL; page++) {
    const photos = await forgetFacesOfPhotos(deps.db, deps.preset, withdrawn, afterId, deps.now());
    await deps.progress.report({ userId: withdrawn.userId as UserId, photos: photos.map(toReport), batches: [] });
    deleted += photos.length;
    afterId = photos.at(-1)?.id ?? afterId;
    if (photos.length < DELETION_PAGE_ROWS) return { isDone: true, deleted };
  }
  return { isDone: false, deleted };
}
