// When one person's photos were sent, seen and finished, as observed from outside: acknowledgements and socket frames.
import type { PhotoStatus, StageName } from "../shared/contracts/photos.ts";
import type { ProgressCounters } from "../shared/contracts/progress.ts";
import type { Acknowledged } from "../tests/client/upload-photos.ts";

/** A photo has its thumbnail in all of these; a failed one has an end to show. */
const THUMBNAIL_VISIBLE: ReadonlySet<PhotoStatus> = new Set(["indexing", "done", "failed"]);

export class Timeline {
  readonly photos: number;
  sent = 0;
  /** Finished as the socket counts it. */
  thumbnails = 0;
  embeddings = 0;
  /** Per photo, from acknowledgement to visible thumbnail (ms). */
  readonly visibleAfterMs: number[] = [];
  readonly #acknowledgedAt = new Map<string, number>();
  /** The socket may be faster than the answer to the PUT. */
  readonly #visibleAt = new Map<string, number>();
  readonly #finishedAt: Partial<Record<StageName, number>> = {};
  #lastByteAt: number | null = null;

  constructor(photos: number) {
    this.photos = photos;
  }

  acknowledged({ photoId, ackedAtMs }: Acknowledged): void {
    this.sent++;
    this.#acknowledgedAt.set(photoId, ackedAtMs);
    this.#settle(photoId);
  }

  sawStatus(photoId: string, status: PhotoStatus): void {
    if (!THUMBNAIL_VISIBLE.has(status) || this.#visibleAt.has(photoId)) return;
    this.#visibleAt.set(photoId, performance.now());
    this.#settle(photoId);
  }

  sawCounters(counters: ProgressCounters | null): void {
    if (counters === null) return;
    const finished = ({ done, skipped, failed }: ProgressCounters[StageName]): number => done + skipped + failed;
    this.thumbnails = finished(counters.thumbnail);
    this.embeddings = finished(counters.index);
    if (this.thumbnails >= this.photos) this.#finishedAt.thumbnail ??= performance.now();
    if (this.embeddings >= this.photos) this.#finishedAt.index ??= performance.now();
  }

  sentEverything(): void {
    this.#lastByteAt = performance.now();
  }

  uploadSeconds(startedAtMs: number): number {
    return round((this.#lastByteAt ?? performance.now()) - startedAtMs);
  }

  /** From the last byte until the stage had finished every photo; 0 when it was finished before. */
  lastByteToSeconds(stage: StageName): number | null {
    const finishedAt = this.#finishedAt[stage];
    return finishedAt === undefined || this.#lastByteAt === null
      ? null
      : round(Math.max(0, finishedAt - this.#lastByteAt));
  }

  #settle(photoId: string): void {
    const acknowledgedAt = this.#acknowledgedAt.get(photoId);
    const visibleAt = this.#visibleAt.get(photoId);
    if (acknowledgedAt !== undefined && visibleAt !== undefined)
      this.visibleAfterMs.push(Math.max(0, visibleAt - acknowledgedAt));
  }
}

function round(ms: number): number {
  return Math.round(ms / 10) / 100;
}
