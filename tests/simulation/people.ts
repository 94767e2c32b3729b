// What people do: upload batches with retries, send manifests twice, upload the same photo again, trash, restore, remove,
// retry; and try all of it on somebody else's photos. Everything goes through the gateway's own verbs.
import type { BatchCreated, CreateBatch } from "../../shared/contracts/batches.ts";
import { AppError, PROBLEM_BY_CODE } from "../../shared/contracts/errors.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import { admitBatch } from "../../workers/gateway/admit-batch.ts";
import { purgeForGood, restoreFromTrash, retryPhoto, toTrash } from "../../workers/gateway/change-photo.ts";
import { receiveUpload } from "../../workers/gateway/receive-upload.ts";
import type { GatewayPorts, Platform } from "./platform.ts";
import { SAMPLE_KINDS, type Sample, samplePhoto } from "./sample-photos.ts";

/** What a person was promised. */
export interface Promised {
  readonly userId: string;
  readonly photoId: string;
  readonly sha256: string;
}

interface File {
  readonly sample: Sample;
  readonly name: string;
  readonly declaresDigest: boolean;
}

interface Batch {
  readonly userId: string;
  readonly manifest: CreateBatch;
  readonly files: readonly (File | null)[];
  /** What the newest answer said that did not cross another one. */
  known: BatchCreated | null;
}

class ConnectionLost extends Error {}

const PUT_MAX_TRIES = 6;
/** Poison and the like must stay rare enough that most photos have a life. */
const KIND_ODDS = [...Array.from({ length: 8 }, () => "photo" as const), ...SAMPLE_KINDS];

export class People {
  readonly promises: Promised[] = [];
  /** Every photo somebody was told about. */
  readonly photos: { userId: string; photoId: string; file: File }[] = [];
  readonly #platform: Platform;
  readonly #batches: Batch[] = [];
  readonly #samples: Sample[] = [];
  /** Photos whose owner sent other bytes than the manifest meant: which of them won is the platform's to say. */
  readonly #rivalled = new Set<string>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Somebody drops files, or the same files again. */
  uploadBatch(): void {
    const { random, users } = this.#platform;
    const again = this.#batches.length > 0 && random.chance(0.35);
    const batch = again ? random.pick(this.#batches) : this.#newBatch(random.pick(users));
    if (!again) this.#batches.push(batch);
    void this.#upload(batch);
  }

  /** One change to one photo, now and then to somebody else's. */
  changePhoto(): void {
    const { random, users } = this.#platform;
    if (this.photos.length === 0) return;
    const { userId: owner, photoId, file } = random.pick(this.photos);
    const userId = random.chance(0.08) ? (users.find((id) => id !== owner) as string) : owner;
    const verb = random.pick(["trash", "trash", "purge", "restore", "restore", "retry", "retry", "put"] as const);
    if (verb === "put") {
      // The same file once more, or a rival of the same size.
      const sample = random.chance(0.4) ? this.#rivalOf(photoId, file.sample) : file.sample;
      return void this.#put(userId, photoId, sample).catch((cause) =>
        this.#judgeRefusal(verb, cause, userId !== owner),
      );
    }
    const verbs = { trash: toTrash, purge: purgeForGood, restore: restoreFromTrash, retry: retryPhoto };
    this.#request(verb, userId, (ports) => verbs[verb](ports, photoId, userId as UserId) as Promise<unknown>).then(
      () => this.#platform.count(`person: ${verb}`),
      (cause) => this.#judgeRefusal(verb, cause, userId !== owner),
    );
  }

  trashSomething(): void {
    this.#changeStored("trash", toTrash);
  }

  removeSomething(): void {
    this.#changeStored("purge", purgeForGood);
  }

  #changeStored(verb: string, change: typeof toTrash): void {
    const stored = [...this.#platform.stores.monitor.photos.values()].filter(({ lifecycle }) => lifecycle === "stored");
    if (stored.length === 0) return;
    const { id, userId } = this.#platform.random.pick(stored);
    this.#request(verb, userId, (ports) => change(ports, id, userId as UserId)).then(
      () => this.#platform.count(`person: ${verb}`),
      (cause) => this.#judgeRefusal(verb, cause, false),
    );
  }

  restoreSomething(): void {
    const trashed = [...this.#platform.stores.monitor.photos.values()].filter(
      ({ lifecycle, purgedAt }) => lifecycle === "deleted" && purgedAt === null,
    );
    if (trashed.length === 0) return;
    const { id, userId } = this.#platform.random.pick(trashed);
    this.#request("restore", userId, (ports) => restoreFromTrash(ports, id, userId as UserId)).then(
      () => this.#platform.count("person: restore"),
      (cause) => this.#judgeRefusal("restore", cause, false),
    );
  }

  #newBatch(userId: string): Batch {
    const { random } = this.#platform;
    const files: (File | null)[] = Array.from({ length: 1 + random.int(3) }, (_, i) => {
      if (random.chance(0.06)) return null;
      const isCopy = this.#samples.length > 0 && random.chance(0.3);
      const sample = isCopy ? random.pick(this.#samples) : samplePhoto(random.pick(KIND_ODDS), this.#samples.length);
      if (!isCopy) this.#samples.push(sample);
      return { sample, name: `photo ${this.#batches.length}-${i}.jpg`, declaresDigest: random.chance(0.7) };
    });
    if (this.#samples.length === 0) this.#samples.push(samplePhoto("photo", 0));
    const manifest: CreateBatch = {
      clientBatchId: `batch ${this.#batches.length}`,
      expected: files.length + (random.chance(0.1) ? 1 : 0),
      files: files.map((file, i) =>
        file === null
          ? { name: `empty ${i}.jpg`, size: 0, type: "image/jpeg", mtime: 1 }
          : {
              name: file.name,
              size: file.sample.bytes.byteLength,
              type: "image/jpeg",
              mtime: 1,
              ...(file.declaresDigest ? { sha256: file.sample.sha256 as never } : {}),
            },
      ),
    };
    return { userId, manifest, files, known: null };
  }

  async #upload(batch: Batch): Promise<void> {
    const { random } = this.#platform;
    for (let round = 0; round < 2; round++) {
      const known = batch.known;
      const created = await this.#admit(batch);
      if (created === null) return;
      if (known !== null) this.#compare(known, created);
      // Of two answers on their way at once nobody can say which is the newer.
      if (batch.known === known) batch.known = created;
      const lanes: Promise<void>[] = [];
      for (const [i, answer] of created.files.entries()) {
        const file = batch.files[i] ?? null;
        if (file === null || answer.action === "rejected") continue;
        this.photos.push({ userId: batch.userId, photoId: answer.photoId, file });
        if (answer.action === "exists") {
          // Without a digest in the manifest the platform only said that this very upload is complete.
          if (!this.#rivalled.has(answer.photoId)) this.#promise(batch.userId, answer.photoId, file.sample.sha256);
          continue;
        }
        const lane = this.#putUntilAcknowledged(batch.userId, answer.photoId, file.sample);
        if (!file.declaresDigest && random.chance(0.2)) {
          // Another tab of the same person, with another version of the file under the same name.
          this.#put(batch.userId, answer.photoId, this.#rivalOf(answer.photoId, file.sample)).catch((cause) =>
            this.#judgeRefusal("put", cause, false),
          );
        }
        if (random.chance(0.5)) await lane;
        else lanes.push(lane);
      }
      await Promise.all(lanes);
      if (!random.chance(0.25)) return;
    }
  }

  #rivalOf(photoId: string, { kind, number }: Sample): Sample {
    this.#rivalled.add(photoId);
    return samplePhoto(kind, 999 - number);
  }

  async #admit(batch: Batch): Promise<BatchCreated | null> {
    for (let tries = 0; tries < 4; tries++) {
      try {
        return await this.#request("manifest", batch.userId, (ports) =>
          admitBatch(ports, batch.userId as UserId, batch.manifest),
        );
      } catch (cause) {
        this.#judgeRefusal("manifest", cause, false);
        if (await this.#givesUp()) return null;
      }
    }
    return null;
  }

  /** The same manifest gives the same batch and, for photos that are still there, the same ids. */
  #compare(known: BatchCreated, created: BatchCreated): void {
    const { violate } = this.#platform;
    if (known.batchId !== created.batchId)
      violate("no-duplicates", `a repeated manifest made batch ${created.batchId} beside ${known.batchId}`);
    for (const [i, answer] of created.files.entries()) {
      const before = known.files[i];
      if (before === undefined || before.action === "rejected") continue;
      // A photo that was deleted meanwhile may have lost its place to a copy.
      if (this.#wasOvertaken(before.photoId)) continue;
      // An answer that was overtaken on its way may name the photo from before that.
      if (answer.action !== "rejected" && this.#wasOvertaken(answer.photoId)) continue;
      // What was abandoned may find no room any more.
      if (answer.action === "rejected" && answer.problem.code === "quota-exceeded") continue;
      if (answer.action === "rejected" || answer.photoId !== before.photoId)
        violate(
          "no-duplicates",
          `a repeated manifest answered ${JSON.stringify(answer)} where photo ${before.photoId} is`,
        );
    }
  }

  #wasOvertaken(photoId: string): boolean {
    return this.#platform.stores.monitor.onceDeleted.has(photoId) || this.#platform.damaged.has(photoId);
  }

  async #putUntilAcknowledged(userId: string, photoId: string, sample: Sample): Promise<void> {
    for (let tries = 0; tries < PUT_MAX_TRIES; tries++) {
      try {
        return await this.#put(userId, photoId, sample);
      } catch (cause) {
        this.#judgeRefusal("put", cause, false);
        if (cause instanceof AppError && !PROBLEM_BY_CODE[cause.code].retryable) return;
        if (await this.#givesUp()) return;
      }
    }
  }

  /** PUT /photos/{id}/original, as its route does it. */
  async #put(userId: string, photoId: string, sample: Sample): Promise<void> {
    const { random, rates } = this.#platform;
    const isDamaged = random.chance(rates.damagedBody);
    // Something that is no image under the photo's name: refused at the door, and settled there.
    const isForeign = random.chance(rates.foreignBody);
    const body = isForeign ? sample.bytes.with(0, 0) : isDamaged ? sample.bytes.with(-1, 0) : sample.bytes;
    await this.#request("put", userId, async (ports) => {
      const row = await findPhoto(ports.db, photoId, userId);
      if (row === null) throw new AppError("not-found", "There is no such photo.");
      await receiveUpload(ports, row, { body, sizeBytes: body.byteLength, sha256: sample.sha256 });
    });
    this.#promise(userId, photoId, sample.sha256);
  }

  #promise(userId: string, photoId: string, sha256: string): void {
    this.#platform.count("person: acknowledged");
    this.promises.push({ userId, photoId, sha256 });
  }

  /** One request is one process of the gateway; its crash and a lost answer look alike from here. */
  #request<T>(name: string, userId: string, run: (ports: GatewayPorts) => Promise<T>): Promise<T> {
    const platform = this.#platform;
    const process = platform.scheduler.start(name, userId, platform.now);
    return new Promise((resolve, reject) => {
      process.onDeath = () => reject(new ConnectionLost());
      run(platform.gatewayPorts(process)).then(
        (value) => {
          if (process.isDead) return;
          platform.scheduler.end(process);
          if (platform.random.chance(platform.rates.answerLoss)) reject(new ConnectionLost());
          else resolve(value);
        },
        (cause) => {
          if (process.isDead) return;
          platform.scheduler.end(process);
          reject(cause);
        },
      );
    });
  }

  /** Waits for a turn of the schedule, then decides whether to go on. */
  async #givesUp(): Promise<boolean> {
    const { scheduler, now, random } = this.#platform;
    const client = scheduler.start("client", null, now, true);
    await scheduler.callsOf(client)(
      "pause",
      () => "a client waits",
      () => {},
    );
    scheduler.end(client);
    return random.chance(0.08);
  }

  #judgeRefusal(verb: string, cause: unknown, isForeign: boolean): void {
    const { count, violate } = { count: (what: string) => this.#platform.count(what), violate: this.#platform.violate };
    if (cause instanceof AppError) {
      count(`person: ${verb} ${cause.code}`);
      if (isForeign && cause.code !== "not-found")
        violate("users-apart", `${verb} of somebody else's photo answered ${cause.code}`);
      return;
    }
    if (cause instanceof ConnectionLost) {
      count(`person: ${verb} connection lost`);
      return;
    }
    const text = String(cause);
    if (!text.includes("injected:") && !text.includes("IllegalCall")) violate("lawful-calls", `${verb} threw ${text}`);
    count(`person: ${verb} error`);
  }
}
