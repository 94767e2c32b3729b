// Changes leave the engine in small bundles: rows to the page a few times a second, records to disk just after.
import type { FromEngine } from "./engine-protocol.ts";
import type { UploadBatch } from "./upload-batch.ts";
import { isFinal } from "./upload-record.ts";
import type { UploadStore } from "./upload-store.ts";

const FLUSH_AFTER_MS = 120;

export type ReportStore = Pick<UploadStore, "saveBatch" | "saveRecords" | "dropCopies">;

export class EngineReports {
  readonly #store: ReportStore;
  readonly #post: (message: FromEngine) => void;
  readonly #find: (id: string) => UploadBatch | undefined;
  readonly #touched = new Map<string, Set<number>>();
  readonly #changed = new Map<string, Set<number>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: ReportStore, post: (message: FromEngine) => void, find: (id: string) => UploadBatch | undefined) {
    this.#store = store;
    this.#post = post;
    this.#find = find;
  }

  wholeBatch(batch: UploadBatch, isNew: boolean): void {
    this.#post({ kind: "batch", meta: batch.meta, isNew });
    this.#post({ kind: "rows", batch: batch.meta.id, rows: batch.records.map((_, index) => batch.row(index)) });
    if (!isNew) return;
    // A full disk must not stop an upload: without its record on disk, a batch merely does not survive a reload.
    this.#store.saveBatch(batch.meta).catch(() => {});
    this.#store.saveRecords(batch.records).catch(() => {});
  }

  meta(batch: UploadBatch): void {
    this.#post({ kind: "batch", meta: batch.meta, isNew: false });
    this.#store.saveBatch(batch.meta).catch(() => {});
  }

  /** The record changed: page and disk. */
  changed(batch: UploadBatch, index: number): void {
    mark(this.#changed, batch.meta.id, index);
    this.touched(batch, index);
  }

  /** Only what it is doing changed: page. */
  touched(batch: UploadBatch, index: number): void {
    mark(this.#touched, batch.meta.id, index);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [id, indexes] of this.#touched) {
      const batch = this.#find(id);
      if (batch) this.#post({ kind: "rows", batch: id, rows: [...indexes].map((index) => batch.row(index)) });
    }
    this.#touched.clear();
    const records = [...this.#changed].flatMap(([id, indexes]) => {
      const batch = this.#find(id);
      return batch ? [...indexes].map((index) => batch.record(index)) : [];
    });
    this.#changed.clear();
    if (records.length === 0) return;
    await this.#store.saveRecords(records).catch(() => {});
    const over = records.filter((record) => isFinal(record));
    for (const record of over) this.#find(record.batch)?.copied.delete(record.index);
    if (over.length > 0) await this.#store.dropCopies(over).catch(() => {});
  }
}

function mark(map: Map<string, Set<number>>, id: string, index: number): void {
  const set = map.get(id);
  if (set) set.add(index);
  else map.set(id, new Set([index]));
}
