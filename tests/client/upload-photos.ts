// An upload as the browser does it: announce files in manifests, send the bytes, and believe nothing but an answer.
import { createHash } from "node:crypto";
import type { BatchCreated, ManifestFile } from "../../shared/contracts/batches.ts";
import { MANIFEST_MAX_FILES } from "../../shared/contracts/limits.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import type { PhotoFile, PhotoSource } from "./distinct-photos.ts";
import { type Account, asJson, type Patience, patiently, Refused, sleep } from "./patient-requests.ts";
import { sendResumably } from "./send-resumably.ts";

/** A photo whose safety the server has confirmed. */
export interface Acknowledged {
  readonly photoId: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Duration (ms) of the attempt that was answered; 0 when the manifest already knew the bytes. */
  readonly requestMs: number;
  /** Monotonic time (ms) of the answer. */
  readonly ackedAtMs: number;
}

export interface UploadLedger {
  readonly acknowledged: Map<string, Acknowledged>;
  /** What the server refused for good, with its code. */
  readonly refused: { readonly name: string; readonly code: string }[];
}

export interface UploadOptions {
  readonly account: Account;
  readonly source: PhotoSource;
  readonly clientBatchId: string;
  /** Files per manifest call. */
  readonly manifestFiles?: number;
  /** Bodies on the way at once. */
  readonly concurrency: number;
  /** Mean pause (ms) of a sender after each photo: a person's uplink is slower than a loopback. */
  readonly pauseMs?: number;
  readonly patience: Patience;
  readonly onAcknowledged?: (entry: Acknowledged) => void;
}

export async function uploadPhotos(options: UploadOptions): Promise<UploadLedger> {
  const ledger: UploadLedger = { acknowledged: new Map(), refused: [] };
  const perManifest = Math.min(options.manifestFiles ?? MANIFEST_MAX_FILES, MANIFEST_MAX_FILES);
  for (let start = 0; start < options.source.count; start += perManifest) {
    const end = Math.min(start + perManifest, options.source.count);
    await sendAnnounced(options, ledger, await announce(options, range(start, end)));
  }
  return ledger;
}

interface Announced {
  readonly position: number;
  readonly file: ManifestFile;
  readonly answer: BatchCreated["files"][number];
}

/** Repeats the manifest for entries that were turned away only for now. */
async function announce(options: UploadOptions, positions: readonly number[]): Promise<Announced[]> {
  const files = positions.map((position) => manifestEntry(options.source.at(position)));
  const body = JSON.stringify({ clientBatchId: options.clientBatchId, expected: options.source.count, files });
  const init = { method: "POST", headers: { "content-type": "application/json" }, body };
  const { files: answers } = await patiently(
    options.account,
    "/api/v1/batches",
    init,
    options.patience,
    asJson<BatchCreated>(),
  );
  const announced = positions.flatMap((position, i) => {
    const file = files[i];
    const answer = answers[i];
    return file === undefined || answer === undefined ? [] : [{ position, file, answer }];
  });
  const isForNow = ({ answer }: Announced): boolean => answer.action === "rejected" && answer.problem.retryable;
  const turnedAway = announced.filter(isForNow);
  const settled = announced.filter((entry) => !isForNow(entry));
  if (turnedAway.length === 0) return settled;
  return [
    ...settled,
    ...(await announce(
      options,
      turnedAway.map(({ position }) => position),
    )),
  ];
}

function manifestEntry({ name, type, bytes }: PhotoFile): ManifestFile {
  return { name, type, size: bytes.byteLength, mtime: 1, sha256: sha256Hex(bytes) };
}

async function sendAnnounced(options: UploadOptions, ledger: UploadLedger, announced: readonly Announced[]) {
  const waiting = [...announced];
  const sender = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await sendOne(options, ledger, next);
      if (options.pauseMs !== undefined) await sleep(options.pauseMs * (0.5 + options.patience.random()));
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, sender));
}

async function sendOne(options: UploadOptions, ledger: UploadLedger, { position, file, answer }: Announced) {
  if (answer.action === "rejected") {
    ledger.refused.push({ name: file.name, code: answer.problem.code });
    return;
  }
  const sha256 = file.sha256 ?? "";
  let requestMs = 0;
  try {
    if (answer.action !== "exists") requestMs = await sendBytes(options, answer, options.source.at(position), sha256);
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    ledger.refused.push({ name: file.name, code: cause.problem.code });
    return;
  }
  const entry = { photoId: answer.photoId, sha256, sizeBytes: file.size, requestMs, ackedAtMs: performance.now() };
  ledger.acknowledged.set(answer.photoId, entry);
  options.onAcknowledged?.(entry);
}

/** @returns duration (ms) of the attempt that was answered */
async function sendBytes(
  options: UploadOptions,
  { action, url, photoId }: Extract<BatchCreated["files"][number], { url: string }>,
  { bytes }: PhotoFile,
  sha256: string,
): Promise<number> {
  let startedAt = performance.now();
  const patience: Patience = {
    ...options.patience,
    onRetry(cause) {
      options.patience.onRetry?.(cause);
      startedAt = performance.now();
    },
  };
  const { account } = options;
  let photo: Photo;
  if (action === "tus") {
    await sendResumably(account, url, bytes, patience);
    photo = await patiently(account, `/api/v1/photos/${photoId}`, {}, patience, asJson<Photo>());
  } else {
    const digest = Buffer.from(sha256, "hex").toString("base64");
    const init = { method: "PUT", headers: { "content-digest": `sha-256=:${digest}:` }, body: bytes };
    photo = await patiently(account, url, init, patience, asJson<Photo>());
  }
  if (photo.sha256 !== sha256) throw new Error(`the server confirmed other bytes than ${url} was sent`);
  return performance.now() - startedAt;
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
