// What happens to files that were picked: some belong to rows that wait for them, the rest become a new batch.
import { titleOf } from "./batch-title.ts";
import type { BatchMeta, PickedFile } from "./engine-protocol.ts";
import { UploadBatch } from "./upload-batch.ts";
import { advance, fingerprint, type UploadRecord } from "./upload-record.ts";
import type { UploadStore } from "./upload-store.ts";

/** Names of left-out files kept for the list; the count is always whole. */
const IGNORED_NAMES_KEPT = 1000;

export interface Reattached {
  readonly rest: PickedFile[];
  readonly resumed: { readonly batch: UploadBatch; readonly index: number }[];
  readonly alreadySafe: number;
}

/** Files of a folder dropped again go to the rows that wait for them. */
export function reattach(batches: Iterable<UploadBatch>, picked: readonly PickedFile[]): Reattached {
  const waiting = [...batches].flatMap((batch) => {
    const rows = batch.missingFingerprints();
    return rows ? [{ batch, rows }] : [];
  });
  const rest: PickedFile[] = [];
  const resumed: Reattached["resumed"] = [];
  let alreadySafe = 0;
  for (const one of picked) {
    const print = fingerprint({ path: one.path, sizeBytes: one.file.size, mtime: Math.trunc(one.file.lastModified) });
    const match = waiting.find(({ rows }) => rows.has(print));
    const index = match?.rows.get(print);
    if (!match || index === undefined) {
      rest.push(one);
    } else if (match.batch.isMissing(match.batch.record(index))) {
      match.batch.files.set(index, one.file);
      match.batch.toAsk = match.batch.toAsk.filter((queued) => queued !== index);
      match.batch.enqueue(index);
      resumed.push({ batch: match.batch, index });
    } else {
      alreadySafe += 1;
    }
  }
  return { rest, resumed, alreadySafe };
}

interface NewBatch {
  readonly id: string;
  readonly createdAt: number;
  readonly picked: readonly PickedFile[];
  readonly ignored: readonly string[];
  readonly store: Pick<UploadStore, "knownHashes">;
}

export async function newBatch({ id, createdAt, picked, ignored, store }: NewBatch): Promise<UploadBatch> {
  const meta: BatchMeta = {
    id,
    title: titleOf(
      picked.map((one) => one.path),
      createdAt,
    ),
    createdAt,
    state: "active",
    batchId: null,
    ignored: ignored.slice(0, IGNORED_NAMES_KEPT),
    ignoredCount: ignored.length,
  };
  const fresh = picked.map(
    ({ file, path }, index): UploadRecord => ({
      batch: id,
      index,
      path,
      sizeBytes: file.size,
      mtime: Math.max(0, Math.trunc(file.lastModified)),
      type: file.type,
      step: "waiting",
      sha256: null,
      photoId: null,
      url: null,
      sends: 0,
      trouble: null,
    }),
  );
  const known = await store.knownHashes(fresh).catch(() => []);
  const records = fresh.map((record, at) => {
    const sha256 = known[at];
    return sha256 === undefined ? record : advance(record, { step: "checked", sha256 });
  });
  const batch = new UploadBatch(meta, records);
  picked.forEach(({ file }, index) => {
    batch.files.set(index, file);
    batch.enqueue(index);
  });
  return batch;
}
