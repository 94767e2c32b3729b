// Sends photos that waited for consent to the index stage, in pages. What a page does not reach, the sweep goes on with.
import { photoThumbnailed } from "../../shared/adapters/photo-messages.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { QUEUE_BATCH_MAX_MESSAGES } from "../../shared/contracts/limits.ts";
import { wakeWaiting } from "../../shared/db/consent/waiting-statements.ts";
import { type PhotoRow, toReport } from "../../shared/db/photos/photo-row.ts";
import type { GatewayDeps } from "./deps.ts";

export type WakeDeps = Pick<GatewayDeps, "db" | "progress" | "sendAllThumbnailed" | "newId" | "now"> & {
  readonly variables: Pick<GatewayDeps["variables"], "facePreset">;
};

/** Photos of one page: a few calls of sendBatch, and one report to the hub. */
const PAGE_PHOTOS = 500;

/** Calls of D1, the hub and the queue one page takes at most. */
export const WAKE_PAGE_CALLS = 1 + indexAgainCalls(PAGE_PHOTOS);

/** @returns photos woken; fewer pages than asked for when none is left */
export async function wakePhotos(deps: WakeDeps, userId: UserId, maxPages: number): Promise<number> {
  let woken = 0;
  for (let page = 0; page < maxPages; page++) {
    const rows = await wakeWaiting(deps.db, deps.variables.facePreset, userId, PAGE_PHOTOS, deps.now());
    await indexAgain(deps, userId, rows);
    woken += rows.length;
    if (rows.length < PAGE_PHOTOS) break;
  }
  return woken;
}

/** Calls of the hub and the queue that `photos` take. */
export function indexAgainCalls(photos: number): number {
  return photos === 0 ? 0 : 1 + Math.ceil(photos / QUEUE_BATCH_MAX_MESSAGES);
}

/** Photos that have just been set to wait for the index stage: the hub is told, and those that can be indexed get their message. */
export async function indexAgain(
  deps: Pick<WakeDeps, "progress" | "sendAllThumbnailed" | "newId" | "now">,
  userId: UserId,
  rows: readonly PhotoRow[],
): Promise<void> {
  await deps.progress.report({ userId, photos: rows.map(toReport), batches: [] });
  const ready = rows.filter(
    ({ lifecycle, thumbnailState, indexState }) =>
      lifecycle === "stored" && thumbnailState === "done" && indexState === "pending",
  );
  await deps.sendAllThumbnailed(
    ready.map(({ id, gen }) => photoThumbnailed({ photoId: id, userId, gen }, deps.newId(), deps.now())),
  );
}
