// The upload engine: scan → fingerprint → hash → manifest → send → confirm, for every batch, until nothing is left.
// No DOM, no globals but timers: it runs in a Worker, and in tests against fakes.
import type { BatchCreated, CreateBatch } from "../../../../../shared/contracts/batches.ts";
import { FILENAME_MAX_CHARS, MANIFEST_MAX_FILES } from "../../../../../shared/contracts/limits.ts";
import { ApiError, NetworkError } from "../../../api.ts";
import { applyAnswer } from "./apply-answer.ts";
import { backoffMs, SENDS_BEFORE_GIVING_UP } from "./backoff.ts";
import { titleOf } from "./batch-title.ts";
import { copyFiles } from "./copy-files.ts";
import type { BatchMeta, EngineStatus, FromEngine, PickedFile } from "./engine-protocol.ts";
import { EngineReports, type ReportStore } from "./engine-reports.ts";
import type { SendOutcome, SendRequest } from "./send-bytes.ts";
import { SendPace } from "./send-pace.ts";
import { UploadBatch } from "./upload-batch.ts";
import { advance, fingerprint, isFinal, restart, type Trouble, type UploadRecord } from "./upload-record.ts";
import type { SavedBatch, UploadStore } from "./upload-store.ts";

export type EngineStore = ReportStore &
  Pick<UploadStore, "load" | "knownHashes" | "forgetHash" | "copy" | "copyOf" | "forgetBatch" | "copyRoomBytes">;

export interface EngineDeps {
  readonly store: EngineStore;
  readonly createBatch: (body: CreateBatch, signal?: AbortSignal) => Promise<BatchCreated>;
  readonly sendBytes: (request: SendRequest) => Promise<SendOutcome>;
  readonly hash: (file: Blob) => Promise<string>;
  readonly post: (message: FromEngine) => void;
  readonly now: () => number;
  readonly random: () => number;
  readonly newId: () => string;
  readonly maxLanes?: number;
}

const STATUS_EVERY_MS = 1_000;
/** Failures of these kinds mean that what we know of the file is wrong: a retry starts it from nothing. */
const RESTART_CAUSES: ReadonlySet<string> = new Set([
  "digest-mismatch",
  "size-mismatch",
  "idempotency-conflict",
  "photo-deleted",
  "not-found",
  "file-unreadable",
]);

export class UploadEngine {
  readonly #deps: EngineDeps;
  readonly #reports: EngineReports;
  readonly #batches = new Map<string, UploadBatch>();
  readonly #pace: SendPace;
  readonly #sending = new Map<string, AbortController>();
  #isHashing = false;
  #isAsking = false;
  #isCopying = false;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #holdTimer: ReturnType<typeof setTimeout> | undefined;
  #told = "";

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#pace = new SendPace(deps);
    this.#reports = new EngineReports(deps.store, deps.post, (id) => this.#batches.get(id));
  }

  /** Takes up what an earlier page left. */
  async load(): Promise<void> {
    const saved = await this.#deps.store.load().catch((): SavedBatch[] => []);
    for (const { meta, records, copied } of saved) {
      const batch = new UploadBatch(meta, records, copied);
      this.#batches.set(meta.id, batch);
      for (const record of records) if (meta.state !== "cancelled") batch.enqueue(record.index);
      this.#reports.wholeBatch(batch, false);
      const open = records.filter((record) => !isFinal(record) && !record.trouble);
      if (open.length > 0 && meta.state === "active") {
        const missing = open.filter((record) => batch.isMissing(record)).length;
        this.#deps.post({ kind: "welcome-back", batch: meta.id, waiting: open.length, missing });
      }
    }
    this.#pump();
  }

  async add(picked: readonly PickedFile[], ignored: readonly string[]): Promise<void> {
    const { rest, resumed, alreadySafe } = this.#reattach(picked);
    if (rest.length > 0) await this.#addBatch(rest, ignored);
    this.#deps.post({ kind: "added", fresh: rest.length, resumed, alreadySafe, ignored: ignored.length });
    this.#pump();
  }

  /** Files of a folder dropped again go to the rows that wait for them. */
  #reattach(picked: readonly PickedFile[]) {
    const rest: PickedFile[] = [];
    let [resumed, alreadySafe] = [0, 0];
    const waiting = [...this.#batches.values()].flatMap((batch) => {
      const rows = batch.missingFingerprints();
      return rows ? [{ batch, rows }] : [];
    });
    for (const one of picked) {
      const print = fingerprint({ path: one.path, sizeBytes: one.file.size, mtime: one.file.lastModified });
      const match = waiting.find(({ rows }) => rows.has(print));
      const index = match?.rows.get(print);
      if (!match || index === undefined) {
        rest.push(one);
      } else if (match.batch.isMissing(match.batch.record(index))) {
        match.batch.files.set(index, one.file);
        match.batch.toAsk = match.batch.toAsk.filter((queued) => queued !== index);
        match.batch.enqueue(index);
        this.#reports.changed(match.batch, index);
        resumed += 1;
      } else {
        alreadySafe += 1;
      }
    }
    return { rest, resumed, alreadySafe };
  }

  async #addBatch(picked: readonly PickedFile[], ignored: readonly string[]): Promise<void> {
    const id = this.#deps.newId();
    const createdAt = this.#deps.now();
    const meta: BatchMeta = {
      id,
      title: titleOf(
        picked.map((one) => one.path),
        createdAt,
      ),
      createdAt,
      state: "active",
      batchId: null,
      ignored: ignored.slice(0, 1000),
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
    const known = await this.#deps.store.knownHashes(fresh).catch(() => []);
    const records = fresh.map((record, at) => {
      const sha256 = known[at];
      return sha256 === undefined ? record : advance(record, { step: "checked", sha256 });
    });
    const batch = new UploadBatch(meta, records);
    picked.forEach(({ file }, index) => {
      batch.files.set(index, file);
      batch.enqueue(index);
    });
    this.#batches.set(id, batch);
    this.#reports.wholeBatch(batch, true);
    void this.#copyFiles();
  }

  pause(id: string): void {
    this.#setState(id, "paused");
    this.#stopSending(id);
  }

  resume(id: string): void {
    this.#setState(id, "active");
    this.#pump();
  }

  cancel(id: string): void {
    const batch = this.#setState(id, "cancelled");
    if (!batch) return;
    batch.toHash = [];
    batch.toAsk = [];
    batch.toSend = [];
    for (const record of batch.records)
      if (!isFinal(record)) this.#change(batch, record.index, { step: "cancelled", trouble: null });
    this.#stopSending(id);
  }

  async forget(id: string): Promise<void> {
    this.cancel(id);
    await this.#reports.flush();
    this.#batches.delete(id);
    await this.#deps.store.forgetBatch(id).catch(() => {});
    this.#deps.post({ kind: "forgotten", batch: id });
  }

  retry(id: string, indexes: readonly number[]): void {
    const batch = this.#batches.get(id);
    if (!batch) return;
    for (const index of indexes) {
      const record = batch.record(index);
      if (!record.trouble) continue;
      const again = RESTART_CAUSES.has(record.trouble.cause) ? restart(record) : { ...record, trouble: null, sends: 0 };
      batch.records[index] = again;
      batch.enqueue(index);
      this.#reports.changed(batch, index);
    }
    this.#pump();
  }

  /** Something outside says that trying again makes sense: the network is back, or somebody signed in. */
  wake(): void {
    this.#pace.wake();
    this.#pump();
  }

  status(): EngineStatus {
    const { isOnline, isSignedOut, bytesPerSecond, lanes } = this.#pace;
    return { isLeader: true, isOnline, isSignedOut, bytesPerSecond, lanes };
  }

  #setState(id: string, state: BatchMeta["state"]): UploadBatch | undefined {
    const batch = this.#batches.get(id);
    if (batch) this.#setMeta(batch, { state });
    return batch;
  }

  #setMeta(batch: UploadBatch, change: Partial<BatchMeta>): void {
    batch.meta = { ...batch.meta, ...change };
    this.#reports.meta(batch);
  }

  #change(batch: UploadBatch, index: number, change: Parameters<typeof advance>[1]): void {
    this.#become(batch, index, advance(batch.record(index), change));
  }

  #become(batch: UploadBatch, index: number, next: UploadRecord): void {
    batch.records[index] = next;
    if (isFinal(next)) {
      if (next.photoId !== null && next.step !== "cancelled") batch.safePhotos.add(next.photoId);
      batch.files.delete(index);
      batch.sentBytes.delete(index);
    }
    this.#reports.changed(batch, index);
  }

  #stopSending(id: string): void {
    for (const [key, controller] of this.#sending) if (key.startsWith(`${id}/`)) controller.abort();
  }

  /** Starts whatever can start. Every end of a piece of work calls it again. */
  #pump(): void {
    void this.#hashNext();
    const waitMs = this.#pace.heldForMs;
    if (waitMs > 0) {
      clearTimeout(this.#holdTimer);
      this.#holdTimer = setTimeout(() => this.#pump(), waitMs);
    } else if (!this.#pace.isSignedOut) {
      void this.#askNext();
      while (this.#sendNext()) {
        // Each turn fills one lane.
      }
    }
    this.#tick();
  }

  #moving(): UploadBatch[] {
    return [...this.#batches.values()].filter((batch) => batch.isMoving);
  }

  async #hashNext(): Promise<void> {
    if (this.#isHashing) return;
    const batch = this.#moving().find(({ toHash }) => toHash.length > 0);
    const index = batch?.toHash.shift();
    if (!batch || index === undefined) return;
    this.#isHashing = true;
    batch.activity.set(index, "checking");
    this.#reports.touched(batch, index);
    try {
      const sha256 = await this.#deps.hash(await this.#bytesOf(batch, index));
      batch.activity.delete(index);
      this.#change(batch, index, { step: "checked", sha256 });
      batch.enqueue(index);
    } catch (error) {
      batch.activity.delete(index);
      this.#unreadable(batch, index, error);
    } finally {
      this.#isHashing = false;
    }
    this.#pump();
  }

  async #bytesOf(batch: UploadBatch, index: number): Promise<Blob> {
    const file = batch.files.get(index) ?? (await this.#deps.store.copyOf(batch.record(index)));
    if (!file) throw new DOMException("The file is no longer at hand", "NotReadableError");
    return file;
  }

  #inTrouble(batch: UploadBatch, index: number, trouble: Trouble): void {
    if (isFinal(batch.record(index))) return;
    this.#change(batch, index, { trouble });
  }

  /** The file moved or changed. After a retry its row waits for the file to be dropped again. */
  #unreadable(batch: UploadBatch, index: number, error: unknown): void {
    batch.files.delete(index);
    batch.copied.delete(index);
    this.#inTrouble(batch, index, { cause: "file-unreadable", detail: String(error) });
  }

  async #askNext(): Promise<void> {
    if (this.#isAsking) return;
    const batch = this.#moving().find(({ toAsk }) => toAsk.length > 0);
    if (!batch) return;
    this.#isAsking = true;
    const indexes = batch.toAsk.splice(0, MANIFEST_MAX_FILES);
    try {
      const answer = await this.#deps.createBatch({
        clientBatchId: batch.meta.id,
        expected: batch.records.length,
        files: indexes.map((index) => {
          const { path, sizeBytes, type, mtime, sha256 } = batch.record(index);
          return {
            name: path.slice(-FILENAME_MAX_CHARS),
            size: sizeBytes,
            type: type.slice(0, 128),
            mtime,
            ...(sha256 ? { sha256 } : {}),
          };
        }),
      });
      this.#pace.answered();
      if (batch.meta.batchId !== answer.batchId) this.#setMeta(batch, { batchId: answer.batchId });
      for (const [at, index] of indexes.entries()) {
        this.#become(batch, index, applyAnswer(batch.record(index), answer.files[at]));
        if (batch.record(index).step === "assigned" && batch.hasBytes(index)) batch.enqueue(index);
      }
    } catch (error) {
      if (!this.#pace.hold(error)) {
        const cause = error instanceof ApiError ? error.code : "internal";
        for (const index of indexes) this.#inTrouble(batch, index, { cause, detail: String(error) });
      } else {
        batch.toAsk.unshift(...indexes);
      }
    } finally {
      this.#isAsking = false;
    }
    this.#pump();
  }

  #sendNext(): boolean {
    if (this.#sending.size >= this.#pace.lanes) return false;
    for (const batch of this.#moving()) {
      const index = batch.takeSendable();
      if (index === null) continue;
      const { photoId } = batch.record(index);
      if (photoId !== null && batch.safePhotos.has(photoId)) this.#change(batch, index, { step: "duplicate" });
      else void this.#sendOne(batch, index);
      return true;
    }
    return false;
  }

  async #sendOne(batch: UploadBatch, index: number): Promise<void> {
    const key = `${batch.meta.id}/${index}`;
    const controller = new AbortController();
    const { photoId, url, sends, sha256 } = batch.record(index);
    this.#sending.set(key, controller);
    if (photoId !== null) batch.travellingPhotos.add(photoId);
    batch.activity.set(index, "uploading");
    this.#change(batch, index, { sends: sends + 1 });
    let sent = 0;
    const onSent = (bytes: number) => {
      this.#pace.sent(bytes - sent);
      sent = bytes;
      batch.sentBytes.set(index, bytes);
      this.#reports.touched(batch, index);
    };
    try {
      const file = await this.#bytesOf(batch, index);
      const digest = sha256 ?? (await this.#deps.hash(file));
      const outcome = await this.#deps.sendBytes({
        url: url ?? "",
        file,
        sha256: digest,
        signal: controller.signal,
        onSent,
      });
      onSent(file.size);
      this.#pace.answered();
      // A 200 to our first send means somebody else's bytes; to a later one, that our earlier send had arrived.
      this.#change(batch, index, {
        step: outcome === "existed" && sends === 0 ? "duplicate" : "stored",
        sha256: digest,
      });
    } catch (error) {
      this.#sendFailed(batch, index, error, controller.signal.aborted);
    } finally {
      this.#sending.delete(key);
      if (photoId !== null) batch.travellingPhotos.delete(photoId);
      batch.activity.delete(index);
      batch.sentBytes.delete(index);
      this.#reports.touched(batch, index);
    }
    this.#pump();
  }

  #sendFailed(batch: UploadBatch, index: number, error: unknown, wasStopped: boolean): void {
    const record = batch.record(index);
    if (isFinal(record)) return;
    const isForAll = error instanceof NetworkError || (error instanceof ApiError && [401, 429].includes(error.status));
    if (wasStopped || isForAll) {
      if (!wasStopped) this.#pace.hold(error);
      batch.toSend.unshift(index);
    } else if (!(error instanceof ApiError)) {
      this.#unreadable(batch, index, error);
    } else if (error.code === "already-in-library") {
      this.#change(batch, index, { step: record.sends > 1 ? "stored" : "duplicate" });
    } else if (error.code === "digest-mismatch") {
      void this.#deps.store.forgetHash(record).catch(() => {});
      this.#inTrouble(batch, index, { cause: error.code, detail: error.message });
    } else if (!error.isRetryable || record.sends >= SENDS_BEFORE_GIVING_UP) {
      this.#inTrouble(batch, index, { cause: error.isRetryable ? "gave-up" : error.code, detail: error.message });
    } else {
      if (error.status === 503) this.#pace.hold(error);
      const waitMs = backoffMs(record.sends, this.#deps.random(), error.retryAfterMs);
      setTimeout(() => {
        batch.enqueue(index);
        this.#pump();
      }, waitMs);
    }
  }

  #tick(): void {
    const isBusy = this.#sending.size > 0 || !this.#pace.isOnline;
    if (isBusy && this.#ticker === undefined) {
      this.#pace.startWindow();
      this.#ticker = setInterval(() => this.#measure(), STATUS_EVERY_MS);
    }
    if (!isBusy && this.#ticker !== undefined) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    }
    this.#tellStatus();
  }

  /** Tells at once what changed, except the rate, which the ticker tells. */
  #tellStatus(): void {
    const status = this.status();
    const facts = JSON.stringify({ ...status, bytesPerSecond: status.bytesPerSecond > 0 });
    if (facts === this.#told) return;
    this.#told = facts;
    this.#deps.post({ kind: "status", status });
  }

  #measure(): void {
    this.#pace.measure(this.#sending.size >= this.#pace.lanes);
    this.#told = "";
    this.#pump();
  }

  async #copyFiles(): Promise<void> {
    if (this.#isCopying) return;
    this.#isCopying = true;
    try {
      await copyFiles(this.#deps.store, () => this.#batches.values());
    } finally {
      this.#isCopying = false;
    }
  }
}
