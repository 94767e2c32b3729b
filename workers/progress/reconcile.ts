// Heals the register from the truth, page by page. The register decides by `rev`, so pages may mix with live reports.
import { batchReports } from "../../shared/db/photos/batch-statements.ts";
import { photoReports } from "../../shared/db/photos/progress-queries.ts";
import type { ProgressRegister } from "./progress-register.ts";

/** Rows of one page. */
const PAGE_ROWS = 1000;

/**
 * Reads from D1 everything of the user's that changed since `since` (ms). 0 reads all, and a hub that has been filled before
 * then also forgets what D1 no longer has. True when anything was news.
 */
export async function reconcile(
  deps: { readonly db: D1Database; readonly register: ProgressRegister; readonly now: () => number },
  userId: string,
  since: number,
): Promise<boolean> {
  // A hub that is being filled knows only what was reported a moment ago; there is nothing old in it to forget.
  const isComparison = since === 0 && deps.register.meta("hydrated") !== null;
  let changed = false;
  for (let afterId = ""; ; ) {
    const askedAtSeq = deps.register.seq;
    const photos = await photoReports(deps.db, userId, since, afterId, PAGE_ROWS);
    changed = deps.register.apply({ photos, batches: [] }, deps.now(), "known") || changed;
    const last = photos.at(-1);
    const isEnd = last === undefined || photos.length < PAGE_ROWS;
    if (isComparison) {
      const range = { afterId, upToId: isEnd ? null : last.id };
      const seenIds = photos.map(({ id }) => id);
      changed = deps.register.forgetUnseen(range, seenIds, askedAtSeq) || changed;
    }
    if (isEnd) break;
    afterId = last.id;
  }
  for (let afterId = ""; ; ) {
    const batches = await batchReports(deps.db, userId, afterId, PAGE_ROWS);
    changed = deps.register.apply({ photos: [], batches }, deps.now()) || changed;
    const last = batches.at(-1);
    if (last === undefined || batches.length < PAGE_ROWS) break;
    afterId = last.id;
  }
  return changed;
}
