// A photo that has been looked at. Callers of the first image API send a picture and ask for it in the next breath, and know no
// "not yet": they are kept waiting for as long as its thumbnails usually take.
import type { Context } from "hono";
import type { PhotoId } from "../../../shared/contracts/ids.ts";
import { SEED_PATIENCE_MS } from "../../../shared/contracts/limits.ts";
import { isTerminal } from "../../../shared/contracts/photos.ts";
import type { AppEnv } from "../app-env.ts";
import { type FoundSource, findSource } from "../render/find-render-source.ts";

/** Time (ms) between two looks. */
const LOOK_EVERY_MS = 200;

/** @returns the photo, seen by then or not. @throws AppError not-found */
export async function findSeenPhoto(c: Context<AppEnv>, photoId: PhotoId): Promise<FoundSource> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const found = await findSource(c, photoId);
    if (isTerminal(found.row.thumbnailState) || waitedMs >= SEED_PATIENCE_MS) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
