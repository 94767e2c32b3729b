// The client's ledger against everything the platform says: its list, its bytes, its counters in every view.

import { PAGE_MAX_ITEMS } from "../../shared/contracts/limits.ts";
import type { Photo, PhotoPage, StageName } from "../../shared/contracts/photos.ts";
import { isTerminal } from "../../shared/contracts/photos.ts";
import type { ProgressSnapshot, StageCounters } from "../../shared/contracts/progress.ts";
import { type Account, asBytes, asJson, type Patience, patiently, Refused, sleep } from "./patient-requests.ts";
import { sha256Hex, type UploadLedger } from "./upload-photos.ts";

/** What every view must agree on once nothing moves. */
export interface Counts {
  readonly expected: number;
  readonly received: number;
  readonly thumbnail: StageCounters;
  readonly index: StageCounters;
}

export interface LibraryFindings {
  /** Acknowledged, but not in the library or without bytes. */
  readonly lost: number;
  /** Not at its end when the deadline came. */
  readonly stuck: number;
  /** In the library more than once, or never acknowledged. */
  readonly duplicated: number;
  readonly wrongDigest: number;
  /** Ended as failed or skipped: stage and reason -> photos. */
  readonly notDone: Readonly<Record<string, number>>;
}

export async function listLibrary(account: Account, patience: Patience): Promise<Photo[]> {
  const photos: Photo[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/api/v1/photos?limit=${PAGE_MAX_ITEMS}${query}`;
    const page: PhotoPage = await patiently(account, path, {}, patience, asJson<PhotoPage>());
    photos.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return photos;
}

export function hasEnded({ stages }: Photo): boolean {
  return isTerminal(stages.thumbnail.state) && isTerminal(stages.index.state);
}

export async function compareLibrary(
  account: Account,
  { acknowledged }: UploadLedger,
  patience: Patience,
): Promise<LibraryFindings> {
  const photos = (await listLibrary(account, patience)).filter(({ status }) => status !== "uploading");
  const byId = new Map(photos.map((photo) => [photo.id as string, photo]));
  let lost = 0;
  let wrongDigest = 0;
  for (const { photoId, sha256 } of acknowledged.values()) {
    const stored = byId.has(photoId) ? await downloadDigest(account, photoId, patience) : null;
    if (stored === null) lost++;
    else if (stored !== sha256) wrongDigest++;
  }
  const strangers = photos.filter(({ id }) => !acknowledged.has(id)).length;
  const repeats = photos.length - byId.size + (photos.length - new Set(photos.map(({ sha256 }) => sha256)).size);
  return {
    lost,
    wrongDigest,
    stuck: photos.filter((photo) => !hasEnded(photo)).length,
    duplicated: strangers + repeats,
    notDone: notDoneReasons(photos),
  };
}

async function downloadDigest(account: Account, photoId: string, patience: Patience): Promise<string | null> {
  try {
    return sha256Hex(await patiently(account, `/api/v1/photos/${photoId}/original`, {}, patience, asBytes));
  } catch (cause) {
    if (cause instanceof Refused) return null;
    throw cause;
  }
}

function notDoneReasons(photos: readonly Photo[]): Record<string, number> {
  const reasons: Record<string, number> = {};
  for (const { stages } of photos)
    for (const name of ["thumbnail", "index"] as const) {
      const { state, reason } = stages[name];
      if (state === "done") continue;
      const key = `${name} ${state}${reason === undefined ? "" : ` ${reason}`}`;
      reasons[key] = (reasons[key] ?? 0) + 1;
    }
  return reasons;
}

/** Waits until every acknowledged photo has ended; false when patience ends first, or nothing ends for `idleMs`. */
export async function untilAllEnded(
  account: Account,
  { acknowledged }: UploadLedger,
  patience: Patience,
  idleMs = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  let endedBefore = -1;
  let movedAt = Date.now();
  for (;;) {
    const photos = await listLibrary(account, patience);
    const ended = new Set(photos.filter(hasEnded).map(({ id }) => id as string));
    if ([...acknowledged.keys()].every((id) => ended.has(id))) return true;
    if (ended.size !== endedBefore) movedAt = Date.now();
    endedBefore = ended.size;
    if (Date.now() > patience.deadline || Date.now() - movedAt > idleMs) return false;
    await sleep(500);
  }
}

export function addFindings(findings: readonly LibraryFindings[]): LibraryFindings {
  const notDone: Record<string, number> = {};
  for (const { notDone: reasons } of findings)
    for (const [reason, photos] of Object.entries(reasons)) notDone[reason] = (notDone[reason] ?? 0) + photos;
  const total = (name: "lost" | "stuck" | "duplicated" | "wrongDigest"): number =>
    findings.reduce((sum, finding) => sum + finding[name], 0);
  return {
    lost: total("lost"),
    stuck: total("stuck"),
    duplicated: total("duplicated"),
    wrongDigest: total("wrongDigest"),
    notDone,
  };
}

export function poll(account: Account, patience: Patience): Promise<ProgressSnapshot> {
  return patiently(account, "/api/v1/progress", {}, patience, asJson<ProgressSnapshot>());
}

/** Counts made from the public list alone: no hub, no SQL of ours. */
export function countLibrary(photos: readonly Photo[], expected: number): Counts {
  const received = photos.filter(({ status }) => status !== "uploading");
  const stage = (name: StageName): StageCounters => {
    const inState = (state: string): number => received.filter(({ stages }) => stages[name].state === state).length;
    const total = Math.max(expected, received.length);
    return { total, done: inState("done"), skipped: inState("skipped"), failed: inState("failed") };
  };
  return { expected, received: received.length, thumbnail: stage("thumbnail"), index: stage("index") };
}

/** The comparable part of any view, as text; null is a view that has seen nothing. */
export function countsText(counts: Counts | null): string {
  if (counts === null) return "nothing";
  const stage = ({ total, done, skipped, failed }: StageCounters): string =>
    `${done}+${skipped}+${failed}/${total} (done+skipped+failed/total)`;
  const { expected, received, thumbnail, index } = counts;
  return `received ${received}/${expected}, thumbnails ${stage(thumbnail)}, index ${stage(index)}`;
}
