// Heals the register from the truth, page by page. The register decides by `rev`, so pages may mix with live reports.
import { batchReports } from "../../shared/db/photos/batch-statements.ts";
import { type ChangePoint, changedPhotoReports, photoReports } from "../../shared/db/photos/progress-queries.ts";
import type { ProgressRegister } from "./progress-register.ts";

/** Rows of one page. */
const PAGE_ROWS = 1000;

interface ReconcileDeps {
  readonly db: D1Database;
  readonly register: ProgressRegister;
  readonly now: () => number;
}

/**
 * Reads from D1 everything of the user's that changed since `since` (ms). 0 reads all, and a hub that has been filled before
 * then also forgets what D1 no longer has. True when anything was news.
 */
export async function reconcile(deps: ReconcileDeps, userId: string, since: number): Promise<boolean> {
  const photosChanged = since === 0 ? await readEveryPhoto(deps, userId) : await readChanges(deps, userId, since);
  return (await readBatches(deps, userId)) || photosChanged;
}

async function readEveryPhoto(deps: ReconcileDeps, userId: string): Promise<boolean> {
  // A hub that is being filled knows only what was reported a moment ago; there is nothing old in it to forget.
  const isComparison = deps.register.meta("hydrated") !== null;
  let changed = false;
  for (let afterId = ""; ; ) {
    const askedAtSeq = deps.register.seq;
    const photos = await photoReports(deps.db, userId, afterId, PAGE_ROWS);
    changed = deps.register.apply({ photos, batches: [] }, deps.now(), "known") || changed;
    const last = photos.at(-1);
    const isEnd = last === undefined || photos.length < PAGE_ROWS;
    if (isComparison) {
      const range = { afterId, upToId: isEnd ? null : last.id };
      const seenIds = photos.map(({ id }) => id);
      changed = deps.register.forgetUnseen(range, seenIds, askedAtSeq) || changed;
    }
    if (isEnd) return changed;
    afterId = last.id;
  }
}

async function readChanges(deps: ReconcileDeps, userId: string, since: number): Promise<boolean> {
  let changed = false;
  let after: ChangePoint | null = { changedAt: since, id: "" };
  while (after !== null) {
    const page: Awaited<ReturnType<typeof changedPhotoReports>> = await changedPhotoReports(
      deps.db,
      userId,
      after,
      PAGE_ROWS,
    );
    changed = deps.register.apply({ photos: page.reports, batches: [] }, deps.now(), "known") || changed;
    after = page.last;
  }
  return changed;
}

async function readBatches(deps: ReconcileDeps, userId: string): Promise<boolean> {
  let changed = false;
  for (let afterId = ""; ; ) {
    const batches = await batchReports(deps.db, userId, afterId, PAGE_ROWS);
    changed = deps.register.apply({ photos: [], batches }, deps.now()) || changed;
    const last = batches.at(-1);
    if (last === undefined || batches.length < PAGE_ROWS) return changed;
    afterId = last.id;
  }
}
