// The page's end of the upload engine: starts the Worker, keeps its batches for React, and the server's word on each photo.
import { useSyncExternalStore } from "react";
import type { Photo, PhotoStatus } from "../../../../shared/contracts/photos.ts";
import { photos } from "../../api.ts";
import type { PhotoChange } from "../../progress-state.ts";
import { listenToProgress } from "../../progress-stream.ts";
import { keys } from "../../queries/keys.ts";
import { queryClient } from "../../queries/query-client.ts";
import { sayCount } from "../../say.ts";
import { toast } from "../../ui/toasts.tsx";
import type { Collected } from "./collect-files.ts";
import type { BatchMeta, EngineStatus, FromEngine, RowUpdate, ToEngine } from "./engine/engine-protocol.ts";
import { maxLanes } from "./max-lanes.ts";
import { readBatchPhotos } from "./read-batch-photos.ts";

export interface UploadBatchView {
  readonly meta: BatchMeta;
  readonly rows: readonly RowUpdate[];
  /** Grows with every change, so that readers can compare. */
  readonly version: number;
  /** Set when this page found the batch unfinished after a reload. */
  readonly welcomeBack: { readonly waiting: number; readonly missing: number } | null;
}

export interface ServerWord {
  readonly status: PhotoStatus;
  readonly rev: number;
  readonly photo: Photo | null;
}

export interface UploadsView {
  readonly batches: readonly UploadBatchView[];
  readonly status: EngineStatus;
  readonly server: ReadonlyMap<string, ServerWord>;
  readonly version: number;
}

const AT_REST: EngineStatus = { isLeader: true, isOnline: true, isSignedOut: false, bytesPerSecond: 0, lanes: 0 };

let view: UploadsView = { batches: [], status: AT_REST, server: new Map(), version: 0 };
const listeners = new Set<() => void>();
let worker: Worker | null = null;
let startedFor: string | null = null;
let stopListening: (() => void) | null = null;

function set(change: Partial<UploadsView>): void {
  view = { ...view, ...change, version: view.version + 1 };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useUploads(): UploadsView {
  return useSyncExternalStore(subscribe, () => view);
}

export function watchUploads(listener: (view: UploadsView) => void): () => void {
  listener(view);
  return subscribe(() => listener(view));
}

export function startUploads(userId: string): void {
  if (startedFor === userId) {
    tellEngine({ kind: "signed-in" });
    return;
  }
  stopUploads();
  startedFor = userId;
  worker = new Worker(new URL("./engine/upload-worker.ts", import.meta.url), { type: "module", name: "uploads" });
  worker.onmessage = (event: MessageEvent<FromEngine>) => hear(event.data);
  tellEngine({ kind: "start", userId, maxLanes: maxLanes() });
  for (const message of early) tellEngine(message);
  early = [];
  stopListening = listenToProgress(null, { onChanges: learn, onMissed: () => void readAgain() });
}

/** For a sign-out: what is queued stays on disk for the same person. */
export function stopUploads(): void {
  worker?.terminate();
  worker = null;
  startedFor = null;
  stopListening?.();
  set({ batches: [], status: AT_REST, server: new Map() });
}

/** What was said before the Worker ran: files chosen in the first moments of a page must not be lost. */
let early: ToEngine[] = [];

function tellEngine(message: ToEngine): void {
  if (worker) worker.postMessage(message);
  else early.push(message);
}

export function addFiles({ files, ignored }: Collected): void {
  if (files.length > 0) {
    tellEngine({ kind: "add", files, ignored });
    if (!view.status.isLeader)
      toast(`${sayCount(files.length, "photo", "photos")} handed to the tab that is uploading.`);
  } else if (ignored.length > 0) {
    toast(
      `None of the ${sayCount(ignored.length, "file", "files")} is a photo we can read (JPEG, PNG, WebP, GIF, AVIF, HEIC).`,
    );
  }
}

export const pauseBatch = (batch: string) => tellEngine({ kind: "pause", batch });
export const resumeBatch = (batch: string) => tellEngine({ kind: "resume", batch });
export const cancelBatch = (batch: string) => tellEngine({ kind: "cancel", batch });
export const forgetBatch = (batch: string) => tellEngine({ kind: "forget", batch });
export const retrySends = (batch: string, indexes: readonly number[]) => tellEngine({ kind: "retry", batch, indexes });

/** Asks the server to try a photo's failed stages again. */
export async function retryPhotos(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    try {
      keep([await photos.retry(id)]);
    } catch {
      toast("A photo could not be retried. Try again in a moment.", { tone: "error" });
      return;
    }
  }
  void queryClient.invalidateQueries({ queryKey: keys.photos });
}

function hear(message: FromEngine): void {
  switch (message.kind) {
    case "batch":
      upsert(message.meta.id, (batch) => ({ ...batch, meta: message.meta }), message.meta);
      break;
    case "rows":
      upsert(message.batch, (batch) => ({ ...batch, rows: mergeRows(batch.rows, message.rows) }));
      break;
    case "forgotten":
      set({ batches: view.batches.filter(({ meta }) => meta.id !== message.batch) });
      break;
    case "status":
      if (message.status.isSignedOut && !view.status.isSignedOut) {
        void queryClient.invalidateQueries({ queryKey: keys.session });
      }
      set({ status: message.status });
      break;
    case "welcome-back": {
      const { waiting, missing } = message;
      upsert(message.batch, (batch) => ({ ...batch, welcomeBack: { waiting, missing } }));
      break;
    }
    case "added":
      if (message.resumed > 0) {
        const found = sayCount(message.resumed, "file", "files");
        const safe = sayCount(message.alreadySafe, "was", "were");
        toast(`Continuing: ${found} found again, ${safe} already safe.`, { tone: "ok" });
      }
  }
}

function upsert(id: string, change: (batch: UploadBatchView) => UploadBatchView, fresh?: BatchMeta): void {
  const found = view.batches.some(({ meta }) => meta.id === id);
  const base =
    found || !fresh ? view.batches : [{ meta: fresh, rows: [], version: 0, welcomeBack: null }, ...view.batches];
  set({
    batches: base.map((batch) => (batch.meta.id === id ? { ...change(batch), version: batch.version + 1 } : batch)),
  });
  // A batch that just learned its server id, or came back from disk finished, has photos we know nothing of yet.
  if (fresh && fresh.batchId !== null && !asked.has(fresh.batchId)) {
    asked.add(fresh.batchId);
    if (found === false) void readAgain();
  }
}
const asked = new Set<string>();

function mergeRows(rows: readonly RowUpdate[], updates: readonly RowUpdate[]): RowUpdate[] {
  const next = rows.slice();
  for (const update of updates) next[update.index] = update;
  return next;
}

/** The server's deltas, kept for the photos of these batches. The highest rev wins, whatever order they come in. */
function learn(changes: readonly PhotoChange[]): void {
  const server = new Map(view.server);
  const failed: string[] = [];
  for (const { id, status, rev } of changes) {
    const held = server.get(id);
    if (held && held.rev >= rev) continue;
    server.set(id, { status, rev, photo: null });
    if (status === "failed") failed.push(id);
  }
  set({ server });
  // Why it failed is in the photo itself.
  for (const id of failed.slice(0, 50))
    photos.get(id).then(
      (photo) => keep([photo]),
      () => {},
    );
}

function keep(list: readonly Photo[]): void {
  const server = new Map(view.server);
  for (const photo of list) {
    const held = server.get(photo.id);
    if (!held || photo.rev >= held.rev) server.set(photo.id, { status: photo.status, rev: photo.rev, photo });
  }
  set({ server });
}

/** Reads the photos of the batches on view again, after changes may have been missed. */
async function readAgain(): Promise<void> {
  for (const { meta } of view.batches.slice(0, 5)) {
    if (meta.batchId !== null) await readBatchPhotos(meta.batchId, keep).catch(() => {});
  }
}
