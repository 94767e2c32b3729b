// Puts a photo back into the queue of the stage it waits for, in the only form that stage's consumer knows.
import { originalKey } from "../../shared/adapters/objects.ts";
import { photoThumbnailed } from "../../shared/adapters/photo-messages.ts";
import { putObjectEvent } from "../../shared/adapters/r2-events.ts";
import type { PhotoThumbnailed } from "../../shared/contracts/messages.ts";
import { isTerminal } from "../../shared/contracts/photos.ts";
import type { PhotoRow } from "../../shared/db/photos/photo-row.ts";
import type { GatewayDeps } from "./deps.ts";

export type EnqueueDeps = Pick<GatewayDeps, "db" | "bucket" | "sendUploaded" | "sendThumbnailed" | "newId" | "now"> & {
  readonly variables: { readonly bucketName: string };
};

/** True when a message was sent; false when nothing waits or the original is not there. */
export async function enqueueStage(deps: EnqueueDeps, row: PhotoRow): Promise<boolean> {
  if (row.lifecycle !== "stored") return false;
  const photo = { photoId: row.id, userId: row.userId, gen: row.gen };
  if (!isTerminal(row.thumbnailState)) {
    const original = await deps.bucket.head(originalKey(photo));
    if (original === null) return false;
    await deps.sendUploaded(putObjectEvent(deps.variables.bucketName, original, deps.now(), "heliograph"));
    return true;
  }
  if (row.thumbnailState !== "done" || isTerminal(row.indexState)) return false;
  await deps.sendThumbnailed(photoThumbnailed(photo, deps.newId(), deps.now()) satisfies PhotoThumbnailed);
  return true;
}
