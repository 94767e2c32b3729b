// The upload engine against a fake server, clock and disk: nothing lost, nothing doubled, only forward.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CreateBatch, ManifestAnswer } from "../../../../../shared/contracts/batches.ts";
import { inlineProblem } from "../../../../../shared/contracts/errors.ts";
import type { BatchId, PhotoId } from "../../../../../shared/contracts/ids.ts";
import { ApiError, NetworkError } from "../../../api.ts";
import { problemOf } from "../../../problem-of.test-help.ts";
import type { EngineStore } from "./engine-deps.ts";
import type { BatchMeta, FromEngine, RowUpdate } from "./engine-protocol.ts";
import type { SendOutcome, SendRequest } from "./send-bytes.ts";
import { UploadEngine } from "./upload-engine.ts";
import { fingerprint, isFinal, type UploadRecord } from "./upload-record.ts";
import type { SavedBatch } from "./upload-store.ts";

class FakeDisk implements EngineStore {
  readonly batches = new Map<string, BatchMeta>();
  readonly files = new Map<string, UploadRecord>();
  readonly copies = new Map<string, Blob>();
  readonly hashes = new Map<string, string>();
  roomBytes = 1e9;
  async load(): Promise<SavedBatch[]> {
    return [...this.batches.values()].map((meta) => ({
      meta,
      records: [...this.files.values()].filter(({ batch }) => batch === meta.id).sort((a, b) => a.index - b.index),
      copied: new Set(
        [...this.copies.keys()].filter((key) => key.startsWith(meta.id)).map((key) => Number(key.split("/")[1])),
      ),
    }));
  }
  async saveBatch(meta: BatchMeta): Promise<void> {
    this.batches.set(meta.id, meta);
  }
  async saveRecords(records: readonly UploadRecord[]): Promise<void> {
    for (const record of records) {
      this.files.set(`${record.batch}/${record.index}`, record);
      if (record.sha256) this.hashes.set(fingerprint(record), record.sha256);
    }
  }
  knownHashes = async (records: readonly UploadRecord[]) =>
    records.map((record) => this.hashes.get(fingerprint(record)));
  forgetHash = async (record: UploadRecord) => void this.hashes.delete(fingerprint(record));
  copy = async (record: UploadRecord, file: Blob) => void this.copies.set(`${record.batch}/${record.index}`, file);
  copyOf = async (record: UploadRecord) => this.copies.get(`${record.batch}/${record.index}`);
  dropCopies = async (records: readonly UploadRecord[]) => {
    for (const record of records) this.copies.delete(`${record.batch}/${record.index}`);
  };
  forgetBatch = async (batch: string) => void this.batches.delete(batch);
  copyRoomBytes = async () => this.roomBytes;
}

/** A server that knows photos by their hash, as ours does. `fail` decides what goes wrong. */
class FakeServer {
  readonly stored = new Map<string, string>();
  readonly announced = new Map<string, string>();
  readonly manifests: CreateBatch[] = [];
  sends = 0;
  readonly ways: string[] = [];
  how: "put" | "tus" = "put";
  atOnce = 0;
  mostAtOnce = 0;
  fail: (what: "manifest" | "send" | "answer") => Error | null = () => null;

  createBatch = async (body: CreateBatch) => {
    this.manifests.push(body);
    const error = this.fail("manifest");
    if (error) throw error;
    const files = body.files.map((file): ManifestAnswer => {
      if (file.size === 0) return { action: "rejected", problem: inlineProblem("empty-file", "It is empty") };
      const hash = file.sha256 ?? "";
      const photoId = (this.stored.get(hash) ?? this.announced.get(hash) ?? `photo-${hash}`) as PhotoId;
      if (this.stored.has(hash)) return { action: "exists", photoId };
      this.announced.set(hash, photoId);
      return { action: this.how, photoId, url: `/put/${hash}` };
    });
    return { batchId: `server-${body.clientBatchId}` as BatchId, files };
  };

  sendBytes = async ({ how, file, sha256, signal, onSent }: SendRequest): Promise<SendOutcome> => {
    this.sends += 1;
    this.ways.push(how);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (signal.aborted) throw new DOMException("stopped", "AbortError");
      const error = this.fail("send");
      if (error) throw error;
      onSent(file.size);
      const outcome = this.stored.has(sha256) ? "existed" : "created";
      this.stored.set(sha256, `photo-${sha256}`);
      const lost = this.fail("answer");
      if (lost) throw lost;
      return outcome;
    } finally {
      this.atOnce -= 1;
    }
  };
}

const file = (name: string, content = name) => ({
  file: new File([content], name, { lastModified: 5 }),
  path: `trip/${name}`,
});
const many = (count: number) => Array.from({ length: count }, (_, at) => file(`${at}.jpg`));

function world(disk = new FakeDisk(), server = new FakeServer()) {
  const rows = new Map<string, RowUpdate>();
  const messages: FromEngine[] = [];
  const engine = new UploadEngine({
    store: disk,
    createBatch: server.createBatch,
    sendBytes: server.sendBytes,
    hash: async (blob) => `hash-of-${await blob.text()}`,
    post: (message) => {
      messages.push(message);
      if (message.kind === "rows") for (const row of message.rows) rows.set(`${row.batch}/${row.index}`, row);
    },
    now: () => Date.now(),
    random: () => 0.5,
    newId: () => `batch-${messages.length}`,
  });
  const steps = () => [...rows.values()].map(({ step }) => step);
  const batchId = () => [...rows.values()][0]?.batch ?? "";
  return { engine, disk, server, rows, messages, steps, batchId };
}

const settle = (ms = 60_000) => vi.advanceTimersByTimeAsync(ms);

describe("upload engine", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("declares the whole batch up front, asks at most 500 at a time, and stores every file once", async () => {
    const { engine, server, steps } = world();
    await engine.add(many(1200), []);
    await settle();
    expect(steps().every((step) => step === "stored")).toBe(true);
    expect(server.stored.size).toBe(1200);
    expect(server.sends).toBe(1200);
    expect(server.manifests.every(({ files, expected }) => files.length <= 500 && expected === 1200)).toBe(true);
    expect(server.mostAtOnce).toBeLessThanOrEqual(8);
    expect(server.mostAtOnce).toBeGreaterThanOrEqual(4);
  });

  test("answers a folder dropped again without sending a byte", async () => {
    const { engine, server, steps } = world();
    await engine.add(many(40), []);
    await settle();
    const sent = server.sends;
    await engine.add(many(40), []);
    await settle();
    expect(server.sends).toBe(sent);
    expect(steps().filter((step) => step === "duplicate")).toHaveLength(40);
  });

  test("sends two files with the same bytes once", async () => {
    const { engine, server, steps } = world();
    await engine.add([file("a.jpg", "same"), file("b.jpg", "same")], []);
    await settle();
    expect(server.sends).toBe(1);
    expect(steps().sort()).toEqual(["duplicate", "stored"]);
  });

  test("waits while the network is away, and loses nothing", async () => {
    const { engine, server, steps, messages } = world();
    let isAway = true;
    server.fail = () => (isAway ? new NetworkError("away") : null);
    await engine.add(many(10), []);
    await settle(30_000);
    expect(steps().every((step) => !isFinal({ step }))).toBe(true);
    expect(messages.some((message) => message.kind === "status" && !message.status.isOnline)).toBe(true);
    isAway = false;
    await settle();
    expect(steps().every((step) => step === "stored")).toBe(true);
  });

  test("honours Retry-After and slows down", async () => {
    const { engine, server, steps } = world();
    const tooMany = new ApiError(429, null, 5_000);
    const startMs = Date.now();
    server.fail = (what) => (what === "send" && Date.now() - startMs < 3_000 ? tooMany : null);
    await engine.add(many(8), []);
    await settle(4_500);
    const early = server.sends;
    expect(early).toBeLessThanOrEqual(4);
    await settle();
    expect(steps().every((step) => step === "stored")).toBe(true);
  });

  test("says what is wrong with a refused file, and goes on with the others", async () => {
    const { engine, rows } = world();
    await engine.add([file("empty.jpg", ""), file("good.jpg")], []);
    await settle();
    const [empty, good] = [...rows.values()].sort((a, b) => a.index - b.index);
    expect(empty?.trouble?.cause).toBe("empty-file");
    expect(good?.step).toBe("stored");
  });

  test("sends a file as the server says, and asks again when the place it named is gone", async () => {
    const { engine, server, steps } = world();
    server.how = "tus";
    const gone = new ApiError(410, problemOf("upload-expired"), null);
    server.fail = (what) => (what === "send" && server.sends === 1 ? gone : null);
    await engine.add([file("large.jpg")], []);
    await settle();
    expect(server.manifests).toHaveLength(2);
    expect(server.ways).toEqual(["tus", "tus"]);
    expect(steps()).toEqual(["stored"]);
  });

  test("does not ask for ever when every place is gone", async () => {
    const { engine, server, rows } = world();
    server.fail = (what) => (what === "send" ? new ApiError(410, problemOf("upload-expired"), null) : null);
    await engine.add([file("large.jpg")], []);
    await settle(600_000);
    expect(server.sends).toBe(7);
    expect([...rows.values()][0]?.trouble?.cause).toBe("upload-expired");
  });

  test("sends a failed file again on retry", async () => {
    const { engine, server, rows, batchId } = world();
    server.fail = (what) => (what === "send" ? new ApiError(415, problemOf("unsupported-type"), null) : null);
    await engine.add([file("a.jpg")], []);
    await settle();
    expect([...rows.values()][0]?.trouble?.cause).toBe("unsupported-type");
    server.fail = () => null;
    engine.retry(batchId(), [0]);
    await settle();
    expect([...rows.values()][0]).toMatchObject({ step: "stored", trouble: null });
  });

  test("gives up on one file after many failures, with words for it", async () => {
    const { engine, server, rows } = world();
    server.fail = (what) => (what === "send" ? new ApiError(500, problemOf("internal"), null) : null);
    await engine.add([file("a.jpg")], []);
    await settle(600_000);
    expect([...rows.values()][0]?.trouble?.cause).toBe("gave-up");
  });

  test("pauses at once and resumes", async () => {
    const { engine, server, steps, batchId } = world();
    await engine.add(many(30), []);
    await settle(15);
    engine.pause(batchId());
    await settle();
    const sent = server.stored.size;
    expect(sent).toBeLessThan(30);
    engine.resume(batchId());
    await settle();
    expect(steps().every((step) => step === "stored")).toBe(true);
    expect(server.stored.size).toBe(30);
  });

  test("cancels what is not yet safe and keeps what is", async () => {
    const { engine, server, steps, batchId } = world();
    await engine.add(many(30), []);
    await settle(50);
    engine.cancel(batchId());
    await settle();
    expect(new Set(steps())).toEqual(new Set(["stored", "cancelled"]));
    expect(steps().filter((step) => step === "stored")).toHaveLength(server.stored.size);
  });

  test("continues by itself after a reload, from copies, and doubles nothing", async () => {
    const before = world();
    await before.engine.add(many(30), []);
    await settle(45);
    before.engine.pause(before.batchId());
    await settle(500);
    for (const [id, meta] of before.disk.batches) before.disk.batches.set(id, { ...meta, state: "active" });
    const after = world(before.disk, before.server);
    await after.engine.load();
    await settle();
    expect(after.messages.some(({ kind }) => kind === "welcome-back")).toBe(true);
    expect(after.steps()).toHaveLength(30);
    expect(after.steps().every((step) => step === "stored")).toBe(true);
    expect(after.server.stored.size).toBe(30);
  });

  test("asks for the folder again when the browser kept no copies, and sends only what is missing", async () => {
    const disk = new FakeDisk();
    disk.roomBytes = 0;
    const before = world(disk);
    await before.engine.add(many(30), []);
    await settle(45);
    before.engine.pause(before.batchId());
    await settle(500);
    const safe = before.server.stored.size;
    for (const [id, meta] of disk.batches) disk.batches.set(id, { ...meta, state: "active" });
    const after = world(disk, before.server);
    await after.engine.load();
    await settle();
    expect([...after.rows.values()].filter(({ hasBytes, step }) => !hasBytes && !isFinal({ step }))).toHaveLength(
      30 - safe,
    );
    await after.engine.add(many(30), []);
    await settle();
    expect(after.messages).toContainEqual({
      kind: "added",
      fresh: 0,
      resumed: 30 - safe,
      alreadySafe: safe,
      ignored: 0,
    });
    expect(after.steps().every((step) => step === "stored")).toBe(true);
    expect(after.server.stored.size).toBe(30);
  });

  test("ends with every file safe once, under any mix of failures", async () => {
    const failure = fc.constantFrom("none", "none", "none", "network", "busy", "lost-answer");
    await fc.assert(
      fc.asyncProperty(fc.array(failure, { maxLength: 60 }), fc.integer({ min: 1, max: 25 }), async (plan, count) => {
        const { engine, server, steps, rows } = world();
        let turn = 0;
        server.fail = (what) => {
          const next = what === "answer" ? plan[turn] : plan[turn++];
          if (what === "answer") return next === "lost-answer" ? new NetworkError("the answer was lost") : null;
          if (next === "network") return new NetworkError("away");
          return next === "busy" ? new ApiError(503, problemOf("storage-unavailable"), 100) : null;
        };
        const ranks = new Map<string, number>();
        await engine.add(many(count), []);
        for (let tick = 0; tick < 60; tick += 1) {
          await settle(2_000);
          for (const [key, row] of rows) {
            const rank = ["waiting", "checked", "assigned", "stored"].indexOf(
              row.step === "duplicate" ? "stored" : row.step,
            );
            expect(rank).toBeGreaterThanOrEqual(ranks.get(key) ?? 0);
            ranks.set(key, rank);
          }
        }
        await settle(300_000);
        expect(steps()).toHaveLength(count);
        expect(steps().every((step) => step === "stored" || step === "duplicate")).toBe(true);
        expect(server.stored.size).toBe(count);
      }),
      { numRuns: 40 },
    );
  });
});
