// Reads every photo of a batch, page by page; one reading per batch at a time.
import { PAGE_MAX_ITEMS } from "../../../../shared/contracts/limits.ts";
import type { Photo } from "../../../../shared/contracts/photos.ts";
import { photos } from "../../api.ts";

const reading = new Map<string, Promise<void>>();

export function readBatchPhotos(batchId: string, onPage: (page: readonly Photo[]) => void): Promise<void> {
  const running = reading.get(batchId);
  if (running) return running;
  const run = read(batchId, onPage).finally(() => reading.delete(batchId));
  reading.set(batchId, run);
  return run;
}

async function read(batchId: string, onPage: (page: readonly Photo[]) => void): Promise<void> {
  let cursor: string | null = null;
  do {
    const page = await photos.list({ batch: batchId, limit: PAGE_MAX_ITEMS, cursor });
    onPage(page.items);
    cursor = page.cursor;
  } while (cursor !== null);
}
