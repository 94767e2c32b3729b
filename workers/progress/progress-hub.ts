// One object per user: takes reports, keeps the register, tells sockets and long-polls. Everything in it can be
// rebuilt from D1; it must never be the only place that knows something.
import { DurableObject } from "cloudflare:workers";
import { errorText, log } from "../../shared/adapters/log.ts";
import type { ProgressHubRpc } from "../../shared/adapters/progress.ts";
import {
  DELTA_MAX_PHOTOS,
  LONG_POLL_MAX_SECONDS,
  SOCKET_MAX_FRAMES_PER_SECOND,
  SOCKET_MAX_INBOUND_BYTES,
  SOCKET_MAX_INBOUND_PER_SECOND,
} from "../../shared/contracts/limits.ts";
import {
  ClientFrame,
  type HubReport,
  type ProgressFrame,
  type ProgressSnapshot,
} from "../../shared/contracts/progress.ts";
import { batchReport } from "../../shared/db/photos/batch-statements.ts";
import { ProgressRegister } from "./progress-register.ts";
import { reconcile } from "./reconcile.ts";
import { SocketDoors } from "./socket-doors.ts";

export interface ProgressEnv {
  readonly DB: D1Database;
}

/** What a socket remembers while the hub sleeps. `sent` is the last seq it was told; -1 asks for a snapshot. */
interface SocketFacts {
  readonly userId: string;
  readonly batchId: string | null;
  readonly sent: number;
  /** The session, key or grant it was opened by, and when that ends by itself (ms; null never). */
  readonly credentialId: string;
  readonly expiresAt: number | null;
}

/**
 * Shortest time (ms) between two frames to one socket. Three a second leave here, so that four at most arrive in any one:
 * output gates and a busy thread bunch frames up (five in 0.77 s were measured at an interval of 250 ms).
 */
const FRAME_INTERVAL_MS = 1000 / (SOCKET_MAX_FRAMES_PER_SECOND - 1);
/** A client further behind than this many photos is better served by a snapshot. */
const RESUME_MAX_PHOTOS = DELTA_MAX_PHOTOS * 2;
/** Silence (ms) after which an unfinished view is compared with D1. */
const RECONCILE_AFTER_MS = 10_000;
/** Clock room (ms) between Workers when asking D1 what changed since the last comparison. */
const RECONCILE_OVERLAP_MS = 120_000;
/** Close code of a socket whose credential has ended: sign in again, or bring a new token. */
const CLOSE_CREDENTIAL_ENDED = 4001;

export class ProgressHub extends DurableObject<ProgressEnv> implements ProgressHubRpc {
  #register: ProgressRegister;
  #doors: SocketDoors;
  readonly #waiters = new Set<() => void>();
  readonly #lastFrameAt = new WeakMap<WebSocket, number>();
  readonly #inbound = new WeakMap<WebSocket, { second: number; frames: number }>();
  #flushTimer: ReturnType<typeof setTimeout> | null = null;
  #hydrating: Promise<void> | null = null;

  constructor(ctx: DurableObjectState, env: ProgressEnv) {
    super(ctx, env);
    this.#register = new ProgressRegister(ctx.storage.sql);
    this.#doors = new SocketDoors(ctx.storage.sql);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  async report(report: HubReport): Promise<void> {
    if (this.#register.apply(report, Date.now())) this.#changed();
    await this.#keepWatch(report.userId);
  }

  async snapshot(
    userId: string,
    view: { batchId: string | null; since: number | null; waitSeconds: number },
  ): Promise<ProgressSnapshot | null> {
    await this.#hydrate(userId);
    if (view.batchId !== null && !(await this.#knowsBatch(userId, view.batchId))) return null;
    if (view.since === this.#register.seq && view.waitSeconds > 0)
      await this.#waitForChange(Math.min(view.waitSeconds, LONG_POLL_MAX_SECONDS));
    return this.#register.snapshot(view.batchId, Date.now());
  }

  /** Reads from D1 everything of the user's that changed since `since` (ms); 0 reads all. */
  async reconcile(userId: string, since: number): Promise<void> {
    const changed = await reconcile({ db: this.env.DB, register: this.#register, now: Date.now }, userId, since);
    if (changed) this.#changed();
  }

  /** Keeps the ticket's hash for one socket of this session from this Origin. Null when too many wait, or the session has ended. */
  async issueTicket(ticket: { hash: string; sessionId: string; origin: string }): Promise<number | null> {
    return this.#doors.issue(ticket, Date.now());
  }

  /** Sessions, keys or grants have ended: their sockets close, their tickets open nothing, and a late upgrade finds it shut. */
  async closeSockets(credentialIds: readonly string[]): Promise<void> {
    this.#doors.end(credentialIds, Date.now());
    const ended = new Set(credentialIds);
    for (const socket of this.ctx.getWebSockets())
      if (ended.has(factsOf(socket).credentialId)) closeQuietly(socket, CLOSE_CREDENTIAL_ENDED, "credential ended");
  }

  async erase(): Promise<void> {
    for (const socket of this.ctx.getWebSockets()) closeQuietly(socket, CLOSE_CREDENTIAL_ENDED, "account deleted");
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    // Tables went with their rows; whoever still holds this object finds them empty.
    this.#register = new ProgressRegister(this.ctx.storage.sql);
    this.#doors = new SocketDoors(this.ctx.storage.sql);
  }

  /**
   * The gateway forwards upgrades after it has authenticated them: `?user=&credential=`, `expires` (ms) where the credential
   * has an end, `ticket` (hash) and `origin` where it is a session, and `batch` and `since`.
   */
  override async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const userId = searchParams.get("user") ?? "";
    const batchId = searchParams.get("batch");
    const credentialId = searchParams.get("credential") ?? "";
    const expires = searchParams.get("expires");
    const hash = searchParams.get("ticket");
    const origin = searchParams.get("origin") ?? "";
    if (hash !== null && !this.#doors.spend({ hash, sessionId: credentialId, origin }, Date.now()))
      return new Response(null, { status: 403 });
    await this.#hydrate(userId);
    if (batchId !== null && !(await this.#knowsBatch(userId, batchId))) return new Response(null, { status: 404 });
    // After the last await: a credential that ended meanwhile finds the door shut.
    if (this.#doors.isEnded(credentialId)) return new Response(null, { status: 401 });
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    const expiresAt = expires === null ? null : Number(expires);
    const sent = this.#resumePoint(searchParams.get("since"));
    this.#remember(server, { userId, batchId, sent, credentialId, expiresAt });
    if (expiresAt !== null) await this.#ringBy(expiresAt);
    this.#flush();
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A batch's report may have been lost: D1 decides, by one indexed row, whether it exists. */
  async #knowsBatch(userId: string, batchId: string): Promise<boolean> {
    if (this.#register.hasBatch(batchId)) return true;
    const batch = await batchReport(this.env.DB, batchId, userId);
    if (batch === null) return false;
    this.#register.apply({ photos: [], batches: [batch] }, Date.now());
    await this.#keepWatch(userId);
    return true;
  }

  #resumePoint(since: string | null): number {
    const seq = since !== null && /^\d{1,15}$/.test(since) ? Number(since) : -1;
    return seq < 0 || seq > this.#register.seq || this.#register.backlog(seq) > RESUME_MAX_PHOTOS ? -1 : seq;
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    // What was on its way when the socket was closed is still delivered.
    if (socket.readyState !== WebSocket.OPEN) return;
    const size = typeof message === "string" ? message.length : message.byteLength;
    if (this.#isFlood(socket)) {
      socket.close(1008, "too many frames");
    } else if (size > SOCKET_MAX_INBOUND_BYTES) {
      socket.close(1009, "frame too large");
    } else if (typeof message !== "string" || !ClientFrame.safeParse(parseJson(message)).success) {
      socket.close(1007, "frame not understood");
    } else {
      this.#remember(socket, { ...factsOf(socket), sent: -1 });
      this.#flush();
    }
  }

  #isFlood(socket: WebSocket): boolean {
    const second = Math.floor(Date.now() / 1000);
    const before = this.#inbound.get(socket);
    const frames = before?.second === second ? before.frames + 1 : 1;
    this.#inbound.set(socket, { second, frames });
    return frames > SOCKET_MAX_INBOUND_PER_SECOND;
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    closeQuietly(socket, code);
  }

  override webSocketError(socket: WebSocket): void {
    closeQuietly(socket, 1011);
  }

  /** Lost reports are healed here: while the view is unfinished and silent, D1 is asked. */
  override async alarm(): Promise<void> {
    const userId = await this.ctx.storage.get<string>("user");
    if (userId === undefined) return;
    this.#closeExpired();
    try {
      const since = (this.#register.meta("reconciled_at") ?? 0) - RECONCILE_OVERLAP_MS;
      const startedAt = Date.now();
      await this.reconcile(userId, Math.max(0, since));
      this.#register.setMeta("reconciled_at", startedAt);
    } catch (cause) {
      log("warn", "hub-reconcile-failed", { cause: errorText(cause) });
    } finally {
      if (this.#register.counters(null, Date.now()).phase !== "done") await this.#keepWatch(userId);
      const ends = this.ctx.getWebSockets().map((socket) => factsOf(socket).expiresAt ?? Number.POSITIVE_INFINITY);
      const firstEnd = Math.min(...ends);
      if (Number.isFinite(firstEnd)) await this.#ringBy(firstEnd);
    }
  }

  #closeExpired(): void {
    const now = Date.now();
    for (const socket of this.ctx.getWebSockets()) {
      const { expiresAt } = factsOf(socket);
      if (expiresAt !== null && expiresAt <= now) closeQuietly(socket, CLOSE_CREDENTIAL_ENDED, "credential expired");
    }
  }

  /**
   * Arms the alarm, if it is not. Whether anything is unfinished is asked when it rings, not with every report: counting
   * a large library costs more than an alarm too many.
   */
  async #keepWatch(userId: string): Promise<void> {
    if ((await this.ctx.storage.get("user")) === undefined) await this.ctx.storage.put("user", userId);
    await this.#ringBy(Date.now() + RECONCILE_AFTER_MS);
  }

  async #ringBy(time: number): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > time) await this.ctx.storage.setAlarm(time);
  }

  /** A new or rebuilt hub knows nothing: D1 tells it everything, once. */
  async #hydrate(userId: string): Promise<void> {
    if (this.#register.meta("hydrated") !== null) return;
    this.#hydrating ??= this.reconcile(userId, 0)
      .then(() => this.#register.setMeta("hydrated", 1))
      .finally(() => {
        this.#hydrating = null;
      });
    await this.#hydrating;
    await this.#keepWatch(userId);
  }

  #changed(): void {
    for (const wake of this.#waiters) wake();
    this.#flush();
  }

  async #waitForChange(seconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, seconds * 1000);
      this.#waiters.add(wake);
    });
  }

  /**
   * Sends every socket what it has not been told, at most four frames a second each. Runs inline when enough time has
   * passed, because a busy object can starve its timers; a timer only carries the tail.
   */
  #flush(): void {
    const now = Date.now();
    let nextInMs: number | null = null;
    for (const socket of this.ctx.getWebSockets()) {
      const facts = factsOf(socket);
      if (facts.sent === this.#register.seq || socket.readyState !== WebSocket.OPEN) continue;
      if (facts.expiresAt !== null && facts.expiresAt <= now) {
        closeQuietly(socket, CLOSE_CREDENTIAL_ENDED, "credential expired");
        continue;
      }
      const waitMs = (this.#lastFrameAt.get(socket) ?? 0) + FRAME_INTERVAL_MS - now;
      const more = waitMs > 0 || this.#sendNext(socket, facts, now);
      if (more) nextInMs = Math.min(nextInMs ?? FRAME_INTERVAL_MS, waitMs > 0 ? waitMs : FRAME_INTERVAL_MS);
    }
    if (nextInMs === null || this.#flushTimer !== null) return;
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = null;
      this.#flush();
    }, nextInMs);
  }

  /** One frame to one socket; true when another must follow. */
  #sendNext(socket: WebSocket, facts: SocketFacts, now: number): boolean {
    const { frame, more } =
      facts.sent < 0
        ? { frame: this.#register.snapshot(facts.batchId, now), more: false }
        : this.#register.delta(facts.batchId, facts.sent, now);
    try {
      socket.send(JSON.stringify(frame satisfies ProgressFrame));
    } catch {
      return false; // the peer went away; its close event is on the way
    }
    this.#lastFrameAt.set(socket, now);
    this.#remember(socket, { ...facts, sent: frame.seq });
    return more;
  }

  #remember(socket: WebSocket, facts: SocketFacts): void {
    socket.serializeAttachment(facts);
  }
}

function factsOf(socket: WebSocket): SocketFacts {
  return socket.deserializeAttachment() as SocketFacts;
}

function closeQuietly(socket: WebSocket, code: number, reason?: string): void {
  try {
    // 1005 and 1006 report the absence of a code and may not be sent.
    socket.close(code === 1005 || code === 1006 ? 1000 : code, reason);
  } catch {
    // already closed
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
