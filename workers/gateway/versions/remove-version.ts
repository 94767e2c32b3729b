// Deletes a version: its row first, so that nobody makes it again, then its picture. A picture left by a crash in between is found
// by nobody but its own address, and goes with its photo.
import { discardVersionPicture } from "../../../shared/adapters/discard-version-picture.ts";
import { pictureOfVersion } from "../../../shared/adapters/version-picture.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { VersionId } from "../../../shared/contracts/ids.ts";
import { deleteVersion } from "../../../shared/db/photos/version-statements.ts";
import type { GatewayDeps } from "../deps.ts";

/** @throws AppError not-found, also for one that was deleted before */
export async function removeVersion(
  { db, bucket }: Pick<GatewayDeps, "db" | "bucket">,
  versionId: VersionId,
  userId: string,
): Promise<void> {
  const row = await deleteVersion(db, versionId, userId);
  if (row === null) throw new AppError("not-found", "There is no such version.");
  const picture = await pictureOfVersion(db, row);
  if (picture !== null) await discardVersionPicture({ db, bucket }, row, picture.key);
}
