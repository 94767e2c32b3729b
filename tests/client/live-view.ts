// What one person's open window knows: a WebSocket that comes back with ?since after every loss, and nothing else.
import { WebSocket } from "undici";
import type { PhotoStatus } from "../../shared/contracts/photos.ts";
import type { ProgressCounters } from "../../shared/contracts/progress.ts";
import { ProgressFrame } from "../../shared/contracts/progress.ts";
import type { Account } from "./patient-requests.ts";

/** Wait (ms) before a lost socket is opened again, half of it by chance so that windows do not come back together. */
const REOPEN_AFTER_MS = 400;

export class LiveView {
  counters: ProgressCounters | null = null;
  seq: number | null = null;
  /** Arrival (ms, monotonic) of every frame, per connection: a new connection starts with a frame at once. */
  readonly arrivals: number[][] = [];
  /** Deltas that did not follow what was known; each asks for a snapshot. */
  gaps = 0;
  reconnects = -1;
  /** Frames whose finished share was below an earlier frame's. */
  backwards = 0;
  readonly #account: Account;
  readonly #random: () => number;
  readonly #onPhoto: (id: string, status: PhotoStatus) => void;
  #socket: WebSocket | null = null;
  #isClosed = false;
  #finishedShare = 0;

  constructor(account: Account, random: () => number, onPhoto: (id: string, status: PhotoStatus) => void = () => {}) {
    this.#account = account;
    this.#random = random;
    this.#onPhoto = onPhoto;
    this.#open();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.close();
  }

  #open(): void {
    const url = new URL("/api/v1/progress/live", this.#account.url.replace(/^http/, "ws"));
    if (this.seq !== null) url.searchParams.set("since", String(this.seq));
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${this.#account.apiKey}` } });
    const arrivals: number[] = [];
    let isLost = false;
    const lost = (): void => {
      if (isLost || this.#isClosed) return;
      isLost = true;
      setTimeout(() => !this.#isClosed && this.#open(), REOPEN_AFTER_MS * (0.5 + this.#random()));
    };
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.reconnects++;
      this.arrivals.push(arrivals);
    });
    socket.addEventListener("message", ({ data }) => {
      arrivals.push(performance.now());
      this.#take(ProgressFrame.parse(JSON.parse(String(data))));
    });
    socket.addEventListener("close", lost);
    socket.addEventListener("error", lost);
  }

  #take(frame: ProgressFrame): void {
    if (frame.kind === "snapshot") {
      this.#show(frame, frame.seq);
      return;
    }
    if (frame.prev !== this.seq) {
      this.gaps++;
      this.#socket?.send(JSON.stringify({ kind: "snapshot" }));
      return;
    }
    this.#show(frame.counters, frame.seq);
    for (const { id, status } of frame.photos) this.#onPhoto(id, status);
  }

  #show(counters: ProgressCounters, seq: number): void {
    const share = finishedShare(counters);
    if (share < this.#finishedShare) this.backwards++;
    this.#finishedShare = Math.max(share, this.#finishedShare);
    this.counters = counters;
    this.seq = seq;
  }
}

function finishedShare({ thumbnail, index }: ProgressCounters): number {
  const finished = [thumbnail, index].reduce((sum, { done, skipped, failed }) => sum + done + skipped + failed, 0);
  return thumbnail.total === 0 ? 0 : finished / (thumbnail.total + index.total);
}

/** Most frames of one connection within any second. */
export function mostFramesPerSecond(view: LiveView): number {
  let most = 0;
  for (const times of view.arrivals) {
    for (let first = 0, last = 0; last < times.length; last++) {
      while ((times[last] ?? 0) - (times[first] ?? 0) >= 1000) first++;
      most = Math.max(most, last - first + 1);
    }
  }
  return most;
}

/** Shortest time (ms) in which one connection got `frames` frames; null when it never got so many. */
export function shortestSpanMs(view: LiveView, frames: number): number | null {
  let shortest = Number.POSITIVE_INFINITY;
  for (const times of view.arrivals)
    for (let last = frames - 1; last < times.length; last++)
      shortest = Math.min(shortest, (times[last] ?? 0) - (times[last - frames + 1] ?? 0));
  return Number.isFinite(shortest) ? Math.round(shortest * 10) / 10 : null;
}
