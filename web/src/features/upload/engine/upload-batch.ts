// One batch in memory: its rows, the files at hand, and three queues in the order of the work (hash, ask, send).
import { FILE_MAX_BYTES } from "../../../../../shared/contracts/limits.ts";
import type { BatchMeta, RowUpdate } from "./engine-protocol.ts";
import { type Activity, fingerprint, isFinal, type UploadRecord } from "./upload-record.ts";

export class UploadBatch {
  meta: BatchMeta;
  readonly records: UploadRecord[];
  /** Files this page was given; after a reload only copies in the store remain. */
  readonly files = new Map<number, Blob>();
  readonly copied: Set<number>;
  readonly activity = new Map<number, Activity>();
  readonly sentBytes = new Map<number, number>();
  toHash: number[] = [];
  toAsk: number[] = [];
  toSend: number[] = [];
  /** Photos whose bytes are safe, and those on the way: two files with the same bytes are one photo. */
  readonly safePhotos = new Set<string>();
  readonly travellingPhotos = new Set<string>();

  constructor(meta: BatchMeta, records: UploadRecord[], copied: Iterable<number> = []) {
    this.meta = meta;
    this.records = records;
    this.copied = new Set(copied);
    for (const record of records) if (record.photoId !== null && isFinal(record)) this.safePhotos.add(record.photoId);
  }

  record(index: number): UploadRecord {
    const record = this.records[index];
    if (!record) throw new Error(`Batch ${this.meta.id} has ${this.records.length} rows, asked for ${index}`);
    return record;
  }

  hasBytes(index: number): boolean {
    return this.files.has(index) || this.copied.has(index);
  }

  get isMoving(): boolean {
    return this.meta.state === "active";
  }

  /** Puts a row into the queue its state calls for. Rows in trouble wait for a person; rows without bytes for a file. */
  enqueue(index: number): void {
    const record = this.record(index);
    if (isFinal(record) || record.trouble) return;
    if (!this.hasBytes(index)) {
      // Its answer may have been lost with the page: ask whether the server has it, before asking for the file.
      if (record.sha256 !== null) this.toAsk.push(index);
      return;
    }
    if (record.step === "assigned") this.toSend.push(index);
    else if (record.step === "checked" || !isWorthHashing(record)) this.toAsk.push(index);
    else this.toHash.push(index);
  }

  /** The next row to send whose photo is not already travelling from a twin. */
  takeSendable(): number | null {
    for (let at = 0; at < this.toSend.length; at += 1) {
      const index = this.toSend[at] as number;
      const photoId = this.record(index).photoId;
      if (photoId !== null && this.travellingPhotos.has(photoId)) continue;
      this.toSend.splice(at, 1);
      return index;
    }
    return null;
  }

  row(index: number): RowUpdate {
    return {
      ...this.record(index),
      activity: this.activity.get(index) ?? null,
      sentBytes: this.sentBytes.get(index) ?? 0,
      hasBytes: this.hasBytes(index),
    };
  }

  isMissing(record: UploadRecord): boolean {
    return !isFinal(record) && !record.trouble && !this.hasBytes(record.index);
  }

  /** Rows by fingerprint, when some of them wait for their file to be dropped again. */
  missingFingerprints(): Map<string, number> | null {
    if (this.meta.state === "cancelled" || !this.records.some((record) => this.isMissing(record))) return null;
    return new Map(this.records.map((record) => [fingerprint(record), record.index]));
  }
}

/** Files the server will refuse by their size are not worth reading: the manifest says why. */
function isWorthHashing(record: UploadRecord): boolean {
  return record.sizeBytes > 0 && record.sizeBytes <= FILE_MAX_BYTES;
}
