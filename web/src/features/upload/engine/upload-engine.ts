// The upload engine: scan → fingerprint → hash → manifest → send → confirm, for every batch, until nothing is left.
// No DOM, no globals but timers: it runs in a Worker, and in tests against fakes.
import { FILENAME_MAX_CHARS, MANIFEST_MAX_FILES } from "../../../../../shared/contracts/limits.ts";
import { ApiError } from "../../../api.ts";
import { applyAnswer } from "./apply-answer.ts";
import { backoffMs } from "./backoff.ts";
import { copyFiles } from "./copy-files.ts";
import type { EngineDeps } from "./engine-deps.ts";
import type { BatchMeta, EngineStatus, PickedFile } from "./engine-protocol.ts";
import { EngineReports } from "./engine-reports.ts";
import { judgeFailure } from "./judge-failure.ts";
import { SendPace } from "./send-pace.ts";
import { newBatch, reattach } from "./take-files.ts";
import { UploadBatch } from "./upload-batch.ts";
import { advance, announceAgain, isFinal, restart, type Trouble, type UploadRecord } from "./upload-record.ts";
import type { SavedBatch } from "./upload-store.ts";

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
    const { rest, resumed, alreadySafe } = reattach(this.#batches.values(), picked);
    for (const { batch, index } of resumed) this.#reports.changed(batch, index);
    if (rest.length > 0) {
      const { newId, now, store } = this.#deps;
      const batch = await newBatch({ id: newId(), createdAt: now(), picked: rest, ignored, store });
      this.#batches.set(batch.meta.id, batch);
      this.#reports.wholeBatch(batch, true);
    }
    void this.#copyFiles();
    const ignoredCount = ignored.length;
    this.#deps.post({ kind: "added", fresh: rest.length, resumed: resumed.length, alreadySafe, ignored: ignoredCount });
    this.#pump();
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
    const { photoId, url, how = "put", sends, sha256 } = batch.record(index);
    this.#sending.set(key, controller);
    if (photoId !== null) batch.travellingPhotos.add(photoId);
    batch.activity.set(index, "uploading");
    this.#change(batch, index, { sends: sends + 1 });
    let sent = 0;
    const onSent = (bytes: number, before = sent) => {
      this.#pace.sent(bytes - before);
      sent = bytes;
      batch.sentBytes.set(index, bytes);
      this.#reports.touched(batch, index);
    };
    try {
      const file = await this.#bytesOf(batch, index);
      const digest = sha256 ?? (await this.#deps.hash(file));
      const outcome = await this.#deps.sendBytes({
        url: url ?? "",
        how,
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
    const verdict = wasStopped ? null : judgeFailure(record, error);
    switch (verdict?.kind) {
      case undefined:
        batch.toSend.unshift(index);
        break;
      case "all-wait":
        this.#pace.hold(error);
        batch.toSend.unshift(index);
        break;
      case "again":
        if (verdict.isServerBusy) this.#pace.hold(error);
        setTimeout(
          () => this.#requeue(batch, index),
          backoffMs(record.sends, this.#deps.random(), verdict.retryAfterMs),
        );
        break;
      case "announce":
        this.#become(batch, index, announceAgain(record));
        batch.enqueue(index);
        break;
      case "safe":
        this.#change(batch, index, { step: record.sends > 1 ? "stored" : "duplicate" });
        break;
      case "unreadable":
        this.#unreadable(batch, index, error);
        break;
      case "trouble":
        if (verdict.isHashWrong) void this.#deps.store.forgetHash(record).catch(() => {});
        this.#inTrouble(batch, index, verdict.trouble);
    }
  }

  #requeue(batch: UploadBatch, index: number): void {
    batch.enqueue(index);
    this.#pump();
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
