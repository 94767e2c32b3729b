// The queue on disk (IndexedDB, one database per person): batches, rows, copies of files, and known hashes.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { BatchMeta } from "./engine-protocol.ts";
import { fingerprint, type UploadRecord } from "./upload-record.ts";

interface UploadSchema extends DBSchema {
  batches: { key: string; value: BatchMeta };
  files: { key: [string, number]; value: UploadRecord };
  copies: { key: [string, number]; value: Blob };
  hashes: { key: string; value: string };
}

const VERSION = 1;
/** Copies of files kept for a reload (bytes): at most this, and at most a share of what the browser grants. */
const COPIES_MAX_BYTES = 2_000_000_000;
const COPIES_QUOTA_SHARE = 0.3;

const everyRow = (batch: string) => IDBKeyRange.bound([batch, 0], [batch, Number.MAX_SAFE_INTEGER]);

export interface SavedBatch {
  readonly meta: BatchMeta;
  readonly records: UploadRecord[];
  readonly copied: ReadonlySet<number>;
}

export class UploadStore {
  readonly #db: IDBPDatabase<UploadSchema>;

  constructor(db: IDBPDatabase<UploadSchema>) {
    this.#db = db;
  }

  static async open(userId: string): Promise<UploadStore> {
    const db = await openDB<UploadSchema>(`heliograph-uploads-${userId}`, VERSION, {
      upgrade(fresh) {
        for (const name of ["batches", "files", "copies", "hashes"] as const) fresh.createObjectStore(name);
      },
    });
    return new UploadStore(db);
  }

  async load(): Promise<SavedBatch[]> {
    const metas = await this.#db.getAll("batches");
    metas.sort((a, b) => a.createdAt - b.createdAt);
    return Promise.all(
      metas.map(async (meta) => {
        const records = await this.#db.getAll("files", everyRow(meta.id));
        const copied = new Set((await this.#db.getAllKeys("copies", everyRow(meta.id))).map(([, index]) => index));
        return { meta, records, copied };
      }),
    );
  }

  async saveBatch(meta: BatchMeta): Promise<void> {
    await this.#db.put("batches", meta, meta.id);
  }

  async saveRecords(records: readonly UploadRecord[]): Promise<void> {
    const tx = this.#db.transaction(["files", "hashes"], "readwrite", { durability: "relaxed" });
    const files = tx.objectStore("files");
    const hashes = tx.objectStore("hashes");
    for (const record of records) {
      void files.put(record, [record.batch, record.index]);
      if (record.sha256 !== null && record.mtime > 0) void hashes.put(record.sha256, fingerprint(record));
    }
    await tx.done;
  }

  async knownHashes(records: readonly UploadRecord[]): Promise<(string | undefined)[]> {
    const tx = this.#db.transaction("hashes");
    return Promise.all(records.map((record) => (record.mtime > 0 ? tx.store.get(fingerprint(record)) : undefined)));
  }

  async forgetHash(record: UploadRecord): Promise<void> {
    await this.#db.delete("hashes", fingerprint(record));
  }

  async copy(record: UploadRecord, file: Blob): Promise<void> {
    await this.#db.put("copies", file, [record.batch, record.index]);
  }

  async copyOf(record: UploadRecord): Promise<Blob | undefined> {
    return this.#db.get("copies", [record.batch, record.index]);
  }

  async dropCopies(records: readonly UploadRecord[]): Promise<void> {
    const tx = this.#db.transaction("copies", "readwrite", { durability: "relaxed" });
    for (const record of records) void tx.store.delete([record.batch, record.index]);
    await tx.done;
  }

  async forgetBatch(batch: string): Promise<void> {
    const tx = this.#db.transaction(["batches", "files", "copies"], "readwrite");
    void tx.objectStore("batches").delete(batch);
    void tx.objectStore("files").delete(everyRow(batch));
    void tx.objectStore("copies").delete(everyRow(batch));
    await tx.done;
  }

  /** Bytes of file copies we may still write. */
  async copyRoomBytes(): Promise<number> {
    const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    return Math.min(COPIES_MAX_BYTES, Math.max(0, quota * COPIES_QUOTA_SHARE - usage));
  }
}
