// Bytes that are in storage although no room is held for them any more: their upload was abandoned, or trashed, while they were
// on their way. They count if there is room, and go if there is none: nothing is in storage that is not accounted for.
import { deletePhotoObjects } from "../../shared/adapters/objects.ts";
import { reportPhoto } from "../../shared/adapters/progress.ts";
import type { PhotoRow } from "../../shared/db/photos/photo-row.ts";
import { refuseArrival, storeTrashed } from "../../shared/db/photos/upload-statements.ts";
import type { GatewayDeps } from "./deps.ts";

export type SettleDeps = Pick<GatewayDeps, "db" | "bucket" | "progress" | "now">;

/** @returns false when there was nothing left to settle */
export async function settleLateBytes(deps: SettleDeps, { id, userId }: PhotoRow, bytes: number): Promise<boolean> {
  const counted = await storeTrashed(deps.db, id, userId, bytes, deps.now());
  const settled = counted ?? (await refuseArrival(deps.db, id, userId, bytes, deps.now()));
  if (settled === null) return false;
  await reportPhoto(deps.progress, settled);
  if (counted === null) await deletePhotoObjects(deps.bucket, userId, id);
  return true;
}
