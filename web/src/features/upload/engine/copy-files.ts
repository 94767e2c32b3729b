// Keeps copies of files not yet sent in IndexedDB, one at a time, within the browser's grant, so that a reload can go on.
import type { UploadBatch } from "./upload-batch.ts";
import { isFinal } from "./upload-record.ts";
import type { UploadStore } from "./upload-store.ts";

type CopyStore = Pick<UploadStore, "copy" | "copyRoomBytes" | "dropCopies">;

export async function copyFiles(store: CopyStore, batches: () => Iterable<UploadBatch>): Promise<void> {
  let roomBytes = await store.copyRoomBytes().catch(() => 0);
  for (const batch of batches()) {
    for (const { index } of batch.records) {
      const record = batch.record(index);
      const file = batch.files.get(index);
      if (!file || isFinal(record) || batch.copied.has(index) || file.size > roomBytes) continue;
      try {
        await store.copy(record, file);
      } catch {
        // No room, private mode, or the file is gone. The rest of the upload does not depend on copies.
        return;
      }
      roomBytes -= file.size;
      if (isFinal(batch.record(index))) await store.dropCopies([record]).catch(() => {});
      else batch.copied.add(index);
    }
  }
}
