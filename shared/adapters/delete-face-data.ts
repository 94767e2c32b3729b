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
import { deleteKeys, faceCropsPrefix, listAfter } from "./objects.ts";
import type { ProgressReporter } from "./progress.ts";
import { Subrequests } from "./subrequests.ts";

/** Calls of D1, R2 and the hub one deletion makes, unless told otherwise: well within an invocation's 1,000. What is left, the next finds. */
const CALLS_AT_MOST = 400;
/** Consent; the keys listed and deleted. */
const BEGIN_CALLS = 3;
/** Photos changed, and the hub told. */
const PHOTO_PAGE_CALLS = 2;
/** Crops listed and deleted. */
const CROP_PAGE_CALLS = 2;
/** With fewer a deletion comes nowhere near its end. */
export const DELETION_LEAST_CALLS = BEGIN_CALLS + PHOTO_PAGE_CALLS + 2 + CROP_PAGE_CALLS;

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

export async function deleteFaceData(
  deps: DeleteFaceDataDeps,
  userId: string,
  calls: Subrequests = new Subrequests(CALLS_AT_MOST),
): Promise<FaceDataDeleted> {
  if (!calls.spend(BEGIN_CALLS)) return { isDone: false, deleted: 0 };
  const withdrawn = await readWithdrawn(deps.db, deps.preset, userId);
  if (withdrawn === null) return { isDone: true, deleted: 0 };
  // From here on every vector is noise, in the database, its history and its backups.
  const keys = await destroyVaults(deps.bucket, withdrawn);
  // Photos before rows: whoever finds rows left begins here again, so no photo keeps a count of faces that are gone.
  const photos = await forgetPhotos(deps, withdrawn, calls);
  if (!photos.isDone) return { isDone: false, deleted: keys + photos.deleted };
  const rows = await deleteRows(deps, withdrawn, calls);
  // A crop made from a face that was there a moment ago is looked for by whoever made it, and by the sweep.
  const crops = await deleteCrops(deps, userId, calls);
  const deleted = keys + rows.deleted + photos.deleted + crops.deleted;
  return { isDone: rows.isDone && crops.isDone, deleted };
}

async function deleteRows(
  deps: DeleteFaceDataDeps,
  withdrawn: Withdrawn,
  calls: Subrequests,
): Promise<FaceDataDeleted> {
  let deleted = 0;
  while (calls.spend(1)) {
    const rows = await deleteFaceRows(deps.db, deps.preset, withdrawn);
    if (rows === 0) return { isDone: true, deleted };
    deleted += rows;
  }
  return { isDone: false, deleted };
}

async function deleteCrops(deps: DeleteFaceDataDeps, userId: string, calls: Subrequests): Promise<FaceDataDeleted> {
  let deleted = 0;
  while (calls.spend(CROP_PAGE_CALLS)) {
    // From the start each time: what was listed before is gone.
    const { objects, truncated } = await listAfter(deps.bucket, faceCropsPrefix(userId), null);
    const keys = objects.map(({ key }) => key);
    deleted += await deleteKeys(deps.bucket, keys);
    if (!truncated) return { isDone: true, deleted };
  }
  return { isDone: false, deleted };
}

async function forgetPhotos(
  deps: DeleteFaceDataDeps,
  withdrawn: Withdrawn,
  calls: Subrequests,
): Promise<FaceDataDeleted> {
  let deleted = 0;
  let afterId = "";
  while (calls.spend(PHOTO_PAGE_CALLS)) {
    const photos = await forgetFacesOfPhotos(deps.db, deps.preset, withdrawn, afterId, deps.now());
    await deps.progress.report({ userId: withdrawn.userId as UserId, photos: photos.map(toReport), batches: [] });
    deleted += photos.length;
    afterId = photos.at(-1)?.id ?? afterId;
    if (photos.length < DELETION_PAGE_ROWS) return { isDone: true, deleted };
  }
  return { isDone: false, deleted };
}
