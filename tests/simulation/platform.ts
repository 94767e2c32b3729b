// One simulated account: database, bucket, queues and hubs under one clock, one scheduler and one source of chance.
// Executes operations one at a time, and decides which of them meet a fault.

import { faceOfCropKey, hex, ORIGINALS_PREFIX, ownerOfKey, vaultOfKey } from "../../shared/adapters/objects.ts";
import { photoThumbnailed } from "../../shared/adapters/photo-messages.ts";
import { type ProgressReporter, progressReporter } from "../../shared/adapters/progress.ts";
import { putObjectEvent } from "../../shared/adapters/r2-events.ts";
import type { FaceRecognitionDefault } from "../../shared/contracts/consent.ts";
import type { PhotoKey } from "../../shared/db/photos/stage-statements.ts";
import type { GatewayDeps } from "../../workers/gateway/deps.ts";
import { inspectUpload } from "../../workers/gateway/inspect-upload.ts";
import type { SweepDeps } from "../../workers/gateway/sweeping.ts";
import { goOnWithdrawing, type WithdrawDeps, withdraw } from "../../workers/people/withdraw.ts";
import { FakeDatabase, IllegalCall } from "./fake-d1.ts";
import { FakeQueue } from "./fake-queue.ts";
import { FakeBucket, sha256HexOf } from "./fake-r2.ts";
import { type FaultRates, NO_FAULTS } from "./fault-rates.ts";
import type { InvariantName, Violation } from "./invariants.ts";
import { PhotoMonitor } from "./photo-monitor.ts";
import { Random } from "./random.ts";
import { MODEL_IDS, type ModelId } from "./sample-photos.ts";
import { type Call, type Operation, type Process, Scheduler } from "./scheduler.ts";
import { HubStorage, SimulatedHub } from "./simulated-hub.ts";
import { Trace } from "./trace.ts";

/** What is costly to make, kept from schedule to schedule. */
export interface Stores {
  readonly database: FakeDatabase;
  readonly monitor: PhotoMonitor;
  readonly hubs: readonly HubStorage[];
}

/** Limits of an account: about half a schedule's photos, which have 13 to 20 bytes. */
const ROOM_MAX_BYTES = 90;
const ROOM_MAX_PHOTOS = 4;
const LIMIT_AGAIN_CHANCE = 0.008;
const QUOTA_SALT = 0x5eed_0a07;
/** People of a simulated account. */
const USER_COUNT = 2;
const BUCKET_NAME = "heliograph-photos";
const EPOCH_MS = Date.UTC(2026, 10, 20);
/** Nothing in production lives longer than this (ms): the wall time of a consumer, a cron or an object's alarm. */
const PROCESS_MAX_AGE_MS = 15 * 60_000;

export function openStores(migrations: readonly string[]): Stores {
  const database = new FakeDatabase(migrations);
  return {
    database,
    monitor: new PhotoMonitor(database),
    hubs: Array.from({ length: USER_COUNT }, () => new HubStorage()),
  };
}

/** Deps of every verb of the gateway, as the request of one process sees them. */
export type GatewayPorts = Omit<
  GatewayDeps,
  | "attempts"
  | "mailer"
  | "userShield"
  | "networkShield"
  | "vault"
  | "hubs"
  | "variables"
  | "webpMaker"
  | "renderer"
  | "importer"
  | "renderFlights"
  | "tusUploads"
  | "sendVersion"
  | "sendNews"
  | "faceCutter"
  | "faceFinder"
> &
  SweepDeps;

export class Platform {
  readonly random: Random;
  readonly scheduler = new Scheduler();
  readonly trace: Trace;
  readonly bucket: FakeBucket;
  readonly users: readonly string[];
  readonly hubs: ReadonlyMap<string, SimulatedHub>;
  readonly queues: readonly FakeQueue[];
  readonly thumbnailQueue: FakeQueue;
  readonly indexQueue: FakeQueue;
  /** R2 events on their way to the queue. */
  readonly events: unknown[] = [];
  /** Users whose people index has an alarm set. Alarms outlive every process and restart. */
  readonly alarms = new Set<string>();
  /** Processes that stand still while others go on. */
  readonly stalled = new Set<Process>();
  mayStall = true;
  /** Accounts have limits in this schedule. */
  isLimited = false;
  /** Nobody who stands still goes on yet. */
  isHeld = false;
  /** How often what happened: faults, repairs, outcomes. */
  readonly counts: Record<string, number> = {};
  readonly violations: Violation[] = [];
  /** Digests of what was decoded so far. */
  readonly decoded = new Set<string>();
  /** Photos whose original a disaster destroyed: a rival's bytes may be in its place by now. */
  readonly originalsLost = new Set<string>();
  /** Photos whose row was lost; a database is restored once. */
  readonly rowsLost = new Set<string>();
  /** Photos a disaster took bytes from. */
  readonly damaged = new Set<string>();
  readonly stores: Stores;
  /** What the operator presets about face recognition. */
  readonly preset: FaceRecognitionDefault = "ask";
  /** The model that is installed. */
  modelId: ModelId = MODEL_IDS[0];
  rates: FaultRates = NO_FAULTS;
  now = EPOCH_MS;
  #running: Process | null = null;
  #ids = 0;
  /** A source of its own: a schedule without quotas is the one it was before there were any. */
  readonly #quotas: Random;

  constructor(stores: Stores, seed: number, options: { isTraced: boolean }) {
    this.stores = stores;
    this.random = new Random(seed);
    this.trace = new Trace(options.isTraced);
    const deadThumbnails = new FakeQueue("photo-events-dlq", { maxRetries: 20, retryDelaySeconds: 60 }, null);
    const deadIndexes = new FakeQueue("photo-index-dlq", { maxRetries: 20, retryDelaySeconds: 60 }, null);
    // Nothing may depend on the queue's own counter: with 1, dead letters come before the attempts are used up.
    const limits = { maxRetries: this.random.pick([1, 3, 10]), retryDelaySeconds: 2 };
    this.thumbnailQueue = new FakeQueue("photo-events", limits, deadThumbnails);
    this.indexQueue = new FakeQueue("photo-index", limits, deadIndexes);
    this.queues = [this.thumbnailQueue, this.indexQueue, deadThumbnails, deadIndexes];
    this.bucket = new FakeBucket(
      () => this.now,
      (asked) => (this.random.chance(0.3) ? 1 + this.random.int(6) : asked),
    );
    this.bucket.observer = {
      stored: (object) => {
        this.#checkKeys([object.key]);
        if (object.key.startsWith(ORIGINALS_PREFIX)) {
          this.#publish(
            putObjectEvent(
              BUCKET_NAME,
              { key: object.key, size: object.bytes.byteLength, etag: `etag-${object.version}` },
              this.now,
              "account",
            ),
          );
        }
      },
      removed: (keys) => this.#checkKeys(keys),
    };
    // First: emptying tables sets triggers off, and what they say is of the schedule before.
    stores.database.clear();
    stores.monitor.reset({
      now: () => this.now,
      process: () => this.#running,
      violate: this.violate,
      wasDamaged: (photoId) => this.damaged.has(photoId),
      // A sweep that asked before the other model was installed goes by the first one.
      isOutdated: (modelId) => modelId !== this.modelId || this.modelId !== MODEL_IDS[0],
    });
    this.users = Array.from({ length: USER_COUNT }, () => this.newId());
    for (const [i, id] of this.users.entries())
      stores.database.single(
        `INSERT INTO users (id, name, role, face_consent, face_epoch, created_at) VALUES (?1, ?2, 'member', ?3, ?4, ?5)`,
        [id, `User ${i}`, ...(this.random.chance(0.85) ? ["granted", 1] : ["unset", 0]), this.now],
        (s, p) => s.run(...p),
      );
    this.#quotas = new Random(seed ^ QUOTA_SALT);
    if (this.#quotas.chance(0.4)) for (const userId of this.users) this.limitRoom(userId);
    this.hubs = new Map(this.users.map((id, i) => [id, new SimulatedHub(id, stores.hubs[i] as HubStorage)]));
  }

  /** An admin sets the account's limits: to a few photos' worth, or to none. Some are below what is there. */
  limitRoom(userId: string): void {
    const bytes = this.#quotas.chance(0.7) ? 15 + this.#quotas.int(ROOM_MAX_BYTES) : null;
    const photos = this.#quotas.chance(0.7) ? 1 + this.#quotas.int(ROOM_MAX_PHOTOS) : null;
    this.stores.database.single(
      `UPDATE users SET quota_bytes = ?2, quota_photos = ?3 WHERE id = ?1`,
      [userId, bytes, photos],
      (s, p) => s.run(...p),
    );
    this.isLimited = true;
  }

  /** Now and then an admin thinks again. */
  mayLimitRoom(): void {
    if (!this.isLimited || !this.#quotas.chance(LIMIT_AGAIN_CHANCE)) return;
    this.count("operator: another limit");
    this.limitRoom(this.#quotas.pick(this.users));
  }

  readonly violate = (invariant: InvariantName, detail: string): void => {
    this.violations.push({ invariant, detail });
    this.trace.step(1, () => `!! ${invariant}: ${detail}`);
  };

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  /** A UUIDv7 of the simulated clock. */
  readonly newId = (): string => {
    const time = this.now.toString(16).padStart(12, "0");
    const serial = (++this.#ids).toString(16).padStart(12, "0");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${this.random.int(4096).toString(16).padStart(3, "0")}-8000-${serial}`;
  };

  gatewayPorts(process: Process): GatewayPorts {
    const call = this.scheduler.callsOf(process);
    return {
      db: this.stores.database.binding(call),
      bucket: this.bucket.binding(call),
      progress: this.progress(call),
      sendUploaded: (event) => this.#send(call, this.thumbnailQueue, event),
      sendThumbnailed: (message) => this.#send(call, this.indexQueue, message),
      inspect: inspectUpload,
      placeholderOf: async () => null,
      digest: async (bytes) => sha256HexOf(bytes),
      newId: this.newId,
      now: () => this.now,
      sendAllThumbnailed: (messages) =>
        call(
          "send",
          () => `send ${messages.length} to ${this.indexQueue.name}`,
          () => {
            for (const message of messages) this.indexQueue.send(message, this.now);
          },
        ),
      people: this.#people(call),
      recognitionModel: async () => this.modelId,
      variables: { bucketName: BUCKET_NAME, facePreset: this.preset },
      backlog: () =>
        call(
          "send",
          () => "metrics",
          () => this.thumbnailQueue.waiting.length + this.indexQueue.waiting.length,
        ),
    };
  }

  progress(call: Call): ProgressReporter {
    return progressReporter({
      getByName: (name) => {
        const hub = this.hubs.get(name.replace(/^u:/, ""));
        return {
          report: (report: Parameters<ProgressReporter["report"]>[0]) =>
            call(
              "report",
              () =>
                `hub.report ${report.photos.map(({ id, rev }) => `${id.slice(-3)}@${rev}`)} ${report.batches.map(({ id, rev }) => `batch ${id.slice(-3)}@${rev}`)}`,
              () => {
                const foreign = report.photos.find(
                  ({ id }) => (this.stores.monitor.photos.get(id)?.userId ?? hub?.userId) !== hub?.userId,
                );
                if (foreign !== undefined) this.violate("users-apart", `photo ${foreign.id} was reported to ${name}`);
                if (this.random.chance(this.rates.reportLoss)) return this.count("fault: report lost");
                const copies = this.random.chance(this.rates.reportDuplicate) ? 2 : 1;
                for (let i = 0; i < copies; i++) hub?.mailbox.push(structuredCloneOfReport(report));
              },
            ),
        } as never;
      },
    });
  }

  /** The people index of a user, as its RPC: a process of its own, which may die under its caller. */
  #people(call: Call): GatewayDeps["people"] {
    const ask = async (userId: string): Promise<{ isDone: boolean }> => {
      await call(
        "rpc",
        () => `people index of ${userId.slice(-3)}`,
        () => {},
      );
      return await this.runPeopleIndex(userId, (deps) => withdraw(deps, userId));
    };
    return {
      getByName: (name: string) => ({ withdraw: () => ask(name.replace(/^u:/, "")) }),
    } as unknown as GatewayDeps["people"];
  }

  /** The object's alarm: it goes on where a withdrawal was interrupted. */
  ringAlarm(userId: string): void {
    this.alarms.delete(userId);
    this.runPeopleIndex(userId, (deps) => goOnWithdrawing(deps, userId)).catch(() => {
      // A Durable Object's alarm that failed rings again.
      this.alarms.add(userId);
    });
  }

  runPeopleIndex<T>(userId: string, run: (deps: WithdrawDeps) => Promise<T>): Promise<T> {
    const process = this.scheduler.start("people-index", userId, this.now);
    const call = this.scheduler.callsOf(process);
    const { db, bucket, progress, now } = this.gatewayPorts(process);
    return new Promise<T>((resolve, reject) => {
      process.onDeath = () => reject(new Error("injected: the object died"));
      run({
        db,
        bucket,
        progress,
        preset: this.preset,
        now,
        forget: () => {},
        remindMe: () =>
          call(
            "rpc",
            () => "set alarm",
            () => void this.alarms.add(userId),
          ),
        settle: () =>
          call(
            "rpc",
            () => "delete alarm",
            () => void this.alarms.delete(userId),
          ),
      }).then(
        (value) => {
          this.scheduler.end(process);
          resolve(value);
        },
        (cause) => {
          this.scheduler.end(process);
          reject(cause);
        },
      );
    });
  }

  forward(call: Call, photo: PhotoKey): Promise<void> {
    return this.#send(call, this.indexQueue, photoThumbnailed(photo, this.newId(), this.now));
  }

  #send(call: Call, queue: FakeQueue, body: unknown): Promise<void> {
    return call(
      "send",
      () => `send to ${queue.name}`,
      () => queue.send(body, this.now),
    );
  }

  #publish(event: unknown): void {
    if (this.random.chance(this.rates.eventLoss)) {
      this.count("fault: event lost");
      return;
    }
    this.events.push(event);
    if (this.random.chance(this.rates.eventDuplicate)) {
      this.count("fault: event duplicated");
      this.events.push(event);
    }
  }

  /** Executes one waiting operation, or the fault it meets. */
  execute(operation: Operation): void {
    const { process, kind } = operation;
    if (process.isDead) return;
    const isTooOld = !process.isClient && this.now - process.startedAt > PROCESS_MAX_AGE_MS;
    const crashes = !process.isClient && this.random.chance(this.rates.crash);
    if (isTooOld || (crashes && this.random.chance(0.5))) {
      this.crash(process, isTooOld ? "ran out of wall time" : "crashed before", operation);
    } else if (this.random.chance(this.#errorRate(kind))) {
      this.count(`fault: ${kind} failed`);
      this.#note(operation, "fails");
      operation.reject(new Error(`injected: ${kind} failed before it did anything`));
    } else this.#perform(operation, crashes);
  }

  #perform(operation: Operation, crashesAfter: boolean): void {
    const { process, kind } = operation;
    this.#running = process;
    try {
      const value = operation.execute();
      if (crashesAfter) this.crash(process, "crashed after", operation);
      else if (this.random.chance(this.#ambiguityRate(kind))) {
        this.count(`fault: ${kind} answer lost`);
        this.#note(operation, "happens, answer lost");
        operation.reject(new Error(`injected: the answer of ${kind} was lost`));
      } else {
        this.#note(operation, "");
        operation.resolve(value);
      }
    } catch (cause) {
      if (cause instanceof IllegalCall) this.violate("lawful-calls", `${process.name}: ${cause.message}`);
      this.#note(operation, `throws ${String(cause)}`);
      operation.reject(cause);
    } finally {
      this.#running = null;
    }
  }

  crash(process: Process, how: string, operation: Operation | null): void {
    this.count(`fault: process ${how}`);
    this.trace.step(
      process.id,
      () => `${this.#stamp(process)} ${how}${operation === null ? "" : ` ${operation.label()}`}`,
    );
    this.scheduler.kill(process);
  }

  /** Every process dies at once, and the queues lived in their memory. */
  restart(): void {
    this.count("fault: runtime restarted");
    this.trace.step(2, () => "** the runtime restarts: processes die, queues and events are gone");
    for (const process of [...this.scheduler.processes]) if (!process.isClient) this.scheduler.kill(process);
    for (const queue of this.queues) queue.waiting = [];
    this.events.length = 0;
  }

  advance(ms: number): void {
    this.now += ms;
  }

  #errorRate(kind: Operation["kind"]): number {
    switch (kind) {
      case "d1":
        return this.rates.databaseError;
      case "r2-read":
      case "r2-write":
        return this.rates.storageError;
      case "send":
        return this.rates.sendError;
      case "report":
      case "rpc":
      case "pause":
        return 0;
    }
  }

  #ambiguityRate(kind: Operation["kind"]): number {
    switch (kind) {
      case "d1":
        return this.rates.ambiguousCommit;
      case "r2-write":
        return this.rates.ambiguousWrite;
      case "send":
        return this.rates.ambiguousSend;
      case "report":
        return this.rates.reportLoss / 3;
      case "r2-read":
      case "rpc":
      case "pause":
        return 0;
    }
  }

  /** Inside one user's process only that user's keys are touched. */
  #checkKeys(keys: readonly string[]): void {
    const actor = this.#running?.actor;
    if (actor == null) return;
    for (const key of keys) {
      if ((ownerOfKey(key) ?? vaultOfKey(key) ?? faceOfCropKey(key))?.userId !== actor)
        this.violate("users-apart", `${this.#running?.name} of ${actor} touched ${key}`);
    }
  }

  #note({ process, kind, label }: Operation, outcome: string): void {
    this.trace.step(
      (process.id * 31 + kind.length) ^ (this.now & 0xffff) ^ outcome.length,
      () => `${this.#stamp(process)} ${kind} ${label()}${outcome === "" ? "" : ` -> ${outcome}`}`,
    );
  }

  #stamp(process: Process): string {
    return `+${((this.now - EPOCH_MS) / 1000).toFixed(1)}s #${process.id} ${process.name}:`;
  }
}

function structuredCloneOfReport<T>(report: T): T {
  return JSON.parse(JSON.stringify(report)) as T;
}

export function digestOf(sha256: Uint8Array | null): string | null {
  return sha256 === null ? null : hex(sha256);
}
