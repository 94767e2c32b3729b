// One live view of progress (everything, or one batch): socket first, polling with ETag when no socket can be had.
import ReconnectingWebSocket from "partysocket/ws";
import { LONG_POLL_MAX_SECONDS } from "../../shared/contracts/limits.ts";
import { ProgressFrame, ProgressSnapshot } from "../../shared/contracts/progress.ts";
import { API_BASE, ApiError, progress, send } from "./api.ts";
import { connected, NO_PROGRESS, type PhotoChange, type ProgressState, receive } from "./progress-state.ts";
import { askSession } from "./queries/session.ts";

/** Plain-text keep-alive, answered without waking the hub; keeps proxies from closing an idle socket. */
const PING_EVERY_MS = 25_000;
/** Silence after a ping that means the socket is dead although nobody said so. */
const PONG_WITHIN_MS = 10_000;
/** Failed connections in a row before we poll meanwhile. */
const FAILURES_BEFORE_POLLING = 2;
const POLL_AFTER_ERROR_MS = 5_000;
/** A gap that no snapshot healed within this time is asked about again. */
const HEAL_WITHIN_MS = 4_000;
/** Close code of the hub: the session has ended. */
const CLOSE_CREDENTIAL_ENDED = 4001;
/** Wait before a stream that was closed so, and whose person is still signed in, is opened again. */
const REOPEN_AFTER_MS = 1_000;

export interface ProgressListener {
  onState?(state: ProgressState): void;
  onChanges?(changes: readonly PhotoChange[]): void;
  /** Photo changes may have been missed: read the list again. */
  onMissed?(): void;
}

export class ProgressStream {
  readonly batch: string | null;
  state: ProgressState = NO_PROGRESS;
  /** How news arrives at the moment. */
  via: "connecting" | "socket" | "polling" = "connecting";
  readonly #listeners = new Set<ProgressListener>();
  #socket: ReconnectingWebSocket | null = null;
  #polling: AbortController | null = null;
  #pingTimer: ReturnType<typeof setInterval> | undefined;
  #pongTimer: ReturnType<typeof setTimeout> | undefined;
  #healTimer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(batch: string | null) {
    this.batch = batch;
  }

  subscribe(listener: ProgressListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  open(): void {
    if (this.#socket) return;
    const socket = new ReconnectingWebSocket(() => this.#url(), [], {
      minReconnectionDelay: 500,
      maxReconnectionDelay: 15_000,
      connectionTimeout: 5_000,
      maxEnqueuedMessages: 0,
      shouldReconnectOnClose: ({ code }) => code !== CLOSE_CREDENTIAL_ENDED,
    });
    this.#socket = socket;
    socket.addEventListener("open", () => this.#onOpen());
    socket.addEventListener("message", (event: MessageEvent) => this.#onMessage(event.data));
    socket.addEventListener("close", ({ code }) =>
      code === CLOSE_CREDENTIAL_ENDED ? void this.#askWhoWeAre() : this.#onFailure(),
    );
    this.#pingTimer = setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
    this.#polling?.abort();
    this.#polling = null;
    clearInterval(this.#pingTimer);
    clearTimeout(this.#pongTimer);
    clearTimeout(this.#healTimer);
  }

  /** A ticket opens one socket, so each connection brings its own. */
  async #url(): Promise<string> {
    const params = new URLSearchParams({ ticket: await this.#ticket() });
    if (this.batch !== null) params.set("batch", this.batch);
    if (this.state.seq !== null) params.set("since", String(this.state.seq));
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    return `${scheme}://${location.host}${API_BASE}/progress/live?${params}`;
  }

  async #ticket(): Promise<string> {
    try {
      return (await progress.ticket()).ticket;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) void this.#askWhoWeAre();
      else this.#onFailure();
      throw error;
    }
  }

  /** The session ended somewhere. Whoever is still signed in goes on; the others are led to the sign-in page by the session query. */
  async #askWhoWeAre(): Promise<void> {
    this.close();
    const isSignedOut = (await askSession().catch(() => undefined)) === null;
    if (!isSignedOut) setTimeout(() => this.#listeners.size > 0 && this.open(), REOPEN_AFTER_MS);
  }

  #onOpen(): void {
    this.#failures = 0;
    this.#polling?.abort();
    this.#polling = null;
    this.via = "socket";
    this.#set(connected(this.state));
  }

  #onFailure(): void {
    clearTimeout(this.#pongTimer);
    this.#failures += 1;
    if (this.#socket && this.#failures >= FAILURES_BEFORE_POLLING && !this.#polling) this.#startPolling();
  }

  #onMessage(data: unknown): void {
    clearTimeout(this.#pongTimer);
    if (typeof data !== "string" || data === "pong") return;
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch {
      return;
    }
    const frame = ProgressFrame.safeParse(json);
    if (frame.success) this.#accept(frame.data);
    else this.#ask();
  }

  #accept(frame: ProgressFrame): void {
    const before = this.state;
    const step = receive(before, frame);
    if (step.state !== before) this.#set(step.state);
    if (step.changes.length > 0) for (const listener of this.#listeners) listener.onChanges?.(step.changes);
    if (step.state.missed > before.missed) for (const listener of this.#listeners) listener.onMissed?.();
    if (step.shouldAsk) this.#ask();
    clearTimeout(this.#healTimer);
    if (this.state.hasGap) this.#healTimer = setTimeout(() => this.#heal(), HEAL_WITHIN_MS);
  }

  /** Asked and not answered: believe whatever snapshot comes next, also one that starts counting anew. */
  #heal(): void {
    if (!this.state.hasGap) return;
    this.#set({ ...this.state, isFresh: true });
    this.#ask();
    this.#healTimer = setTimeout(() => this.#heal(), HEAL_WITHIN_MS);
  }

  #ask(): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ kind: "snapshot" }));
  }

  #ping(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send("ping");
    clearTimeout(this.#pongTimer);
    this.#pongTimer = setTimeout(() => this.#socket?.reconnect(), PONG_WITHIN_MS);
  }

  #startPolling(): void {
    const polling = new AbortController();
    this.#polling = polling;
    this.via = "polling";
    this.#set({ ...this.state, isFresh: true });
    void this.#poll(polling.signal);
  }

  async #poll(signal: AbortSignal): Promise<void> {
    let etag: string | null = null;
    while (!signal.aborted) {
      let waitMs = POLL_AFTER_ERROR_MS;
      try {
        const path = `${progress.path(this.batch)}?wait=${LONG_POLL_MAX_SECONDS}`;
        const response = await send("GET", path, { signal, ...(etag ? { headers: { "if-none-match": etag } } : {}) });
        if (response.status === 304) {
          waitMs = 0;
        } else {
          etag = response.headers.get("etag");
          const snapshot = ProgressSnapshot.parse(await response.json());
          this.#accept(snapshot);
          waitMs = etag === null ? snapshot.poll_after_ms : Math.min(snapshot.poll_after_ms, 1000);
        }
      } catch (error) {
        if (error instanceof ApiError && (error.status === 401 || error.status === 404)) return;
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  #set(state: ProgressState): void {
    this.state = state;
    for (const listener of this.#listeners) listener.onState?.(state);
  }
}

/** Streams in use, one per view. A stream outlives its last reader a little: pages come and go. */
const LINGER_MS = 4_000;
const streams = new Map<string, ProgressStream>();

export function listenToProgress(batch: string | null, listener: ProgressListener): () => void {
  const key = batch ?? "";
  const stream = streams.get(key) ?? new ProgressStream(batch);
  streams.set(key, stream);
  const stop = stream.subscribe(listener);
  stream.open();
  return () => {
    stop();
    setTimeout(() => {
      if (stream.listenerCount > 0 || streams.get(key) !== stream) return;
      stream.close();
      streams.delete(key);
    }, LINGER_MS);
  };
}

export function currentProgress(batch: string | null): ProgressState {
  return streams.get(batch ?? "")?.state ?? NO_PROGRESS;
}
