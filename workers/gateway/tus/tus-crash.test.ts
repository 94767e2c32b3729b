// A resumable upload against every crash: each call of D1, R2 or the upload's object fails in its turn, or is the last thing its
// process does. The client asks where the upload stands and goes on; or it never comes back.
import { DatabaseSync } from "node:sqlite";
import type { Context } from "hono";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { migrationFiles } from "../../../local/local-state.ts";
import { DERIVED_PREFIX, originalKey } from "../../../shared/adapters/objects.ts";
import { AppError, PROBLEM_BY_CODE } from "../../../shared/contracts/errors.ts";
import { TUS_LEASE_MS, TUS_LIFE_MS } from "../../../shared/contracts/limits.ts";
import { pngPhoto } from "../../../tests/fixtures/png-photo.ts";
import { FakeDatabase } from "../../../tests/simulation/fake-d1.ts";
import { FakeBucket, sha256HexOf } from "../../../tests/simulation/fake-r2.ts";
import { Random } from "../../../tests/simulation/random.ts";
import type { Call } from "../../../tests/simulation/scheduler.ts";
import type { AppEnv } from "../app-env.ts";
import type { GatewayDeps } from "../deps.ts";
import type { GatewayEnv } from "../env.ts";
import { inspectUpload } from "../inspect-upload.ts";
import { answerTus } from "./answer-tus.ts";
import type { TusUploadRpc } from "./tus-namespace.ts";
import { TusUpload } from "./tus-upload.ts";

const PIECE_BYTES = 4096;
vi.mock("cloudflare:workers", () => ({
  DurableObject: class {
    readonly ctx: unknown;
    readonly env: unknown;
    constructor(ctx: unknown, env: unknown) {
      this.ctx = ctx;
      this.env = env;
    }
  },
}));
vi.mock("../deps.ts", () => ({ gatewayDeps: (env: { deps: GatewayDeps }) => env.deps }));
vi.mock("../../../shared/contracts/limits.ts", async (original) => ({
  ...(await original<object>()),
  TUS_PART_BYTES: 4096,
}));

/** As long as workerd's, and as strict about it. */
class FixedLength extends TransformStream<Uint8Array, Uint8Array> {
  constructor(bytes: number) {
    let left = bytes;
    super({
      transform(chunk, controller) {
        left -= chunk.byteLength;
        controller.enqueue(chunk);
      },
      flush() {
        if (left !== 0) throw new TypeError("FixedLengthStream did not see all expected bytes before close()");
      },
    });
  }
}

/** WebCrypto's digests over a stream, as workerd has them. */
class Digest extends WritableStream<Uint8Array> {
  readonly digest: Promise<ArrayBuffer>;
  constructor(algorithm: string) {
    const chunks: Uint8Array[] = [];
    const { promise, resolve } = Promise.withResolvers<ArrayBuffer>();
    super({
      write: (chunk) => void chunks.push(new Uint8Array(chunk)),
      close: () => resolve(crypto.subtle.digest(algorithm, Buffer.concat(chunks))),
    });
    this.digest = promise;
  }
}

/** Runs of random faults; TUS_STORMS takes more of them. */
const STORMS = Number(process.env["TUS_STORMS"] ?? 40);
const NOW = 1_800_000_000_000;
const USER = "00000000-0000-7000-8000-00000000000a";
const PHOTO = "00000000-0000-7000-8000-00000000000b";
const TWIN = "00000000-0000-7000-8000-00000000000c";
const PATH = "/uploads/tus";
const picture = pngPhoto(16, 16, 7);
const FILE = new Uint8Array(2 * PIECE_BYTES + 100);
for (let at = 0; at < FILE.byteLength; at += 1) FILE[at] = at * 31;
FILE.set(picture);
const SHA256 = sha256HexOf(FILE);

const database = new FakeDatabase(migrationFiles().flatMap(({ statements }) => statements));
database.sqlite.exec("PRAGMA foreign_keys = off");

class Fault extends Error {}
type Wrong = "fails before" | "fails after" | "dies before" | "dies after";
/** What goes wrong with the call of this number, if anything does. */
type Crash = (call: number) => Wrong | null;
const KINDS: readonly Wrong[] = ["fails before", "fails after", "dies before", "dies after"];
const only =
  (at: number, kind: Wrong): Crash =>
  (call) =>
    call === at ? kind : null;
const NEVER = new Promise<never>(() => {});

/** One account with an announced photo; calls of all its processes are numbered, and some go wrong. */
function world(crash: Crash | null, sha256: string | null = SHA256) {
  database.clear();
  const at = Date.now();
  database.sqlite.exec(
    `INSERT INTO users (id, name, email, role, status, created_at, quota_bytes) VALUES ('${USER}', 'a', 'a@example.org', 'member', 'active', ${at}, ${FILE.byteLength + 50})`,
  );
  database.sqlite.exec(
    `INSERT INTO photos (id, user_id, lifecycle, upload_key, filename, mime, bytes, sha256, created_at, changed_at)
     VALUES ('${PHOTO}', '${USER}', 'uploading', 'k', 'a.png', 'image/png', ${FILE.byteLength}, ${sha256 === null ? "NULL" : `'${sha256}'`}, ${at}, ${at})`,
  );
  const bucket = new FakeBucket(
    () => Date.now(),
    (asked) => Math.min(asked, 2),
  );
  let calls = 0;
  const storage = objectStorage();

  /** A process of its own: once it has died, nothing it awaits ever comes. */
  function boot() {
    const { promise: died, resolve: die } = Promise.withResolvers<"died">();
    let isAlive = true;
    const kill = (): Promise<never> => {
      isAlive = false;
      die("died");
      return NEVER;
    };
    const call: Call = async (_kind, _label, execute) => {
      if (!isAlive) return NEVER;
      calls += 1;
      const goesWrong = crash?.(calls) ?? null;
      if (goesWrong === "dies before") return kill();
      if (goesWrong === "fails before") throw new Fault("D1_ERROR: injected");
      const result = await execute();
      if (goesWrong === "dies after") return kill();
      if (goesWrong === "fails after") throw new Fault("D1_ERROR: injected");
      return result;
    };
    const binding = bucket.binding(call);
    const r2 = {
      ...binding,
      put: async (key: string, body: ReadableStream<Uint8Array> | Uint8Array, options: R2PutOptions) =>
        binding.put(key, body instanceof Uint8Array ? body : await new Response(body).bytes(), options),
      get: async (key: string) => {
        const object = await binding.get(key);
        return object === null ? null : { ...object, body: new Blob([object.body as never]).stream() };
      },
    } as unknown as R2Bucket;
    const base = {
      db: database.binding(call),
      bucket: r2,
      progress: { report: async () => {} },
      inspect: inspectUpload,
      placeholderOf: async () => null,
      newId: () => PHOTO,
      now: () => Date.now(),
      variables: { tusLifeMs: TUS_LIFE_MS },
    };
    const deps: GatewayDeps = {
      ...base,
      tusUploads: { getByName: () => remote },
    } as unknown as GatewayDeps;
    const object = new TusUpload({ storage } as never, { deps } as unknown as GatewayEnv);
    const remote = new Proxy(object, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) =>
          call(
            "rpc",
            () => String(name),
            () => method.apply(target, args) as never,
          );
      },
    }) as TusUploadRpc;
    return { deps, object, died };
  }

  return {
    bucket,
    storage,
    calls: () => calls,
    /** @returns the status and offset of the answer; null when the process died, or answered that something broke */
    async send(method: string, headers: Record<string, string>, body?: Uint8Array<ArrayBuffer>) {
      const { deps, died } = boot();
      const request = new Request(`http://test${PATH}/${PHOTO}`, {
        method,
        headers: { "tus-resumable": "1.0.0", "content-length": String(body?.byteLength ?? 0), ...headers },
        ...(body === undefined ? {} : { body }),
      });
      const context = {
        req: { raw: request },
        var: { deps, principal: { userId: USER } },
        executionCtx: { waitUntil: () => {} },
      } as unknown as Context<AppEnv>;
      const answer = await Promise.race([answerTus(context, PATH).catch((cause: unknown) => cause), died]);
      if (answer instanceof AppError && answer.code !== "storage-unavailable")
        return { status: PROBLEM_BY_CODE[answer.code].status, offset: null };
      if (!(answer instanceof Response)) return null;
      return { status: answer.status, offset: Number(answer.headers.get("upload-offset")) };
    },
    /** As long as there is one, the alarm rings when it is due. */
    async letAlarmsRing(untilMs: number): Promise<void> {
      for (let due = storage.alarmAt(); due !== null && due <= untilMs; due = storage.alarmAt()) {
        vi.setSystemTime(Math.max(Date.now(), due));
        storage.ring();
        const { object, died } = boot();
        // An alarm whose process died is tried again by the platform.
        if ((await Promise.race([object.alarm(), died])) === "died") await storage.setAlarm(Date.now() + 1000);
      }
    },
    expectNothingLeft(): void {
      expect([...bucket.objects.keys()].filter((key) => key.startsWith(DERIVED_PREFIX))).toEqual([]);
      expect(storage.isEmpty()).toBe(true);
      expect(database.rows(`SELECT reserved_bytes AS reserved FROM users`)).toEqual([{ reserved: 0 }]);
    },
    lifecycle: () => database.rows(`SELECT lifecycle FROM photos WHERE id = '${PHOTO}'`)[0]?.["lifecycle"],
  };
}

/** What a Durable Object keeps: SQLite and one alarm. */
function objectStorage() {
  let sqlite = new DatabaseSync(":memory:");
  let alarm: number | null = null;
  const tables = () => sqlite.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all();
  return {
    sql: {
      exec(query: string, ...values: (string | number | null)[]) {
        if (query.includes("CREATE TABLE")) {
          sqlite.exec(query);
          return;
        }
        const rows = sqlite.prepare(query).all(...values);
        return { toArray: () => rows, one: () => rows[0] };
      },
    },
    getAlarm: async () => alarm,
    setAlarm: async (ms: number) => {
      alarm = ms;
    },
    deleteAlarm: async () => {
      alarm = null;
    },
    deleteAll: async () => {
      sqlite.close();
      sqlite = new DatabaseSync(":memory:");
    },
    alarmAt: () => alarm,
    ring: () => {
      alarm = null;
    },
    isEmpty: () => alarm === null && tables().length === 0,
    offset: () =>
      tables().length === 0
        ? 0
        : Number(sqlite.prepare(`SELECT coalesce(max(start + bytes), 0) AS offset FROM pieces`).get()?.["offset"]),
  };
}

const PATCH = { "content-type": "application/offset+octet-stream" };
const patch = (on: ReturnType<typeof world>, offset: number) =>
  on.send("PATCH", { ...PATCH, "upload-offset": String(offset) }, FILE.slice(offset, offset + PIECE_BYTES));

const MOST_QUESTIONS = 60;
const isTruth = (on: ReturnType<typeof world>, offset: number | null): boolean =>
  offset !== null && (offset <= on.storage.offset() || on.lifecycle() === "stored");

/** A client that believes nothing but what it is told. @returns how often it had to ask */
async function sendPatiently(on: ReturnType<typeof world>): Promise<number> {
  for (let asked = 1; asked < MOST_QUESTIONS; asked += 1) {
    const head = await on.send("HEAD", {});
    if (head?.offset === FILE.byteLength) return asked;
    if (head?.status === 200) {
      // What it is told is in storage, unless somebody else went on or finished meanwhile.
      expect(isTruth(on, head.offset)).toBe(true);
      await patch(on, head.offset ?? 0);
    }
    vi.setSystemTime(Date.now() + TUS_LEASE_MS);
  }
  throw new Error("the upload never came to its end");
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"], now: NOW });
  vi.stubGlobal("FixedLengthStream", FixedLength);
  Object.assign(crypto, { DigestStream: Digest });
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function callsOf(
  run: (on: ReturnType<typeof world>) => Promise<unknown>,
  sha256: string | null,
): Promise<number> {
  vi.setSystemTime(NOW);
  const on = world(null, sha256);
  await run(on);
  return on.calls();
}

describe.each([
  ["a digest that was declared", SHA256],
  ["a digest nobody declared", null],
])("an upload with %s", (_what, sha256) => {
  it.each(KINDS)("arrives whole and leaves nothing when any one call %s, and its client goes on", async (kind) => {
    const count = await callsOf(sendPatiently, sha256);
    expect(count).toBeGreaterThan(30);
    for (let at = 1; at <= count; at += 1) {
      vi.setSystemTime(NOW);
      const on = world(only(at, kind), sha256);
      await sendPatiently(on);
      expect([at, on.lifecycle()]).toEqual([at, "stored"]);
      const original = on.bucket.objects.get(originalKey({ userId: USER, photoId: PHOTO, gen: 1 }));
      expect(sha256HexOf(original?.bytes ?? new Uint8Array(0))).toBe(SHA256);
      await on.letAlarmsRing(Number.POSITIVE_INFINITY);
      on.expectNothingLeft();
    }
  });

  it.each(KINDS)("ends by itself when any one call %s, and its client never comes back", async (kind) => {
    const sendOnce = async (on: ReturnType<typeof world>): Promise<void> => {
      for (let offset = 0; offset < FILE.byteLength; offset += PIECE_BYTES)
        if ((await patch(on, offset))?.status !== 204) return;
    };
    const count = await callsOf(sendOnce, sha256);
    for (let at = 1; at <= count; at += 1) {
      vi.setSystemTime(NOW);
      const on = world(only(at, kind), sha256);
      await sendOnce(on);
      const wasWhole = on.storage.offset() === FILE.byteLength;
      await on.letAlarmsRing(Number.POSITIVE_INFINITY);
      // Announced, and never begun: that is the sweep's.
      const isUntouched = on.lifecycle() === "uploading";
      if (wasWhole) expect([at, on.lifecycle()]).toEqual([at, "stored"]);
      if (!isUntouched) on.expectNothingLeft();
      else expect(on.storage.isEmpty()).toBe(true);
      expect(["stored", "abandoned", "uploading"]).toContain(on.lifecycle());
    }
  });
});

describe("in the worst of weather", () => {
  it("two pages that send the same file make one photo of it, byte for byte", async () => {
    for (let seed = 0; seed < STORMS; seed += 1) {
      vi.setSystemTime(NOW);
      const random = new Random(seed);
      const on = world(() => (random.chance(0.04) ? random.pick(KINDS) : null), random.chance(0.5) ? SHA256 : null);
      await Promise.all([sendPatiently(on), sendPatiently(on)]);
      expect([seed, on.lifecycle()]).toEqual([seed, "stored"]);
      const original = on.bucket.objects.get(originalKey({ userId: USER, photoId: PHOTO, gen: 1 }));
      expect(sha256HexOf(original?.bytes ?? new Uint8Array(0))).toBe(SHA256);
      await on.letAlarmsRing(Number.POSITIVE_INFINITY);
      on.expectNothingLeft();
    }
  });
});

/** The first death that comes between the last byte and the photo. */
async function diedBetweenBytesAndPhoto(): Promise<ReturnType<typeof world>> {
  for (let at = 1; at < 100; at += 1) {
    vi.setSystemTime(NOW);
    const on = world(only(at, "dies after"));
    for (let offset = 0; offset < FILE.byteLength; offset += PIECE_BYTES) await patch(on, offset);
    if (on.storage.offset() === FILE.byteLength && on.lifecycle() === "uploading") return on;
  }
  throw new Error("nothing comes between the last byte and the photo");
}

describe("an upload nobody goes on with", () => {
  it("holds its room for a day, is gone then, and frees what it held", async () => {
    const on = world(null);
    expect(await patch(on, 0)).toEqual({ status: 204, offset: PIECE_BYTES });
    await on.letAlarmsRing(NOW + TUS_LIFE_MS - 1);
    // What the sweep would have given up long ago.
    expect(Date.now() - Number(database.rows(`SELECT changed_at AS at FROM photos`)[0]?.["at"])).toBeLessThan(60_000);
    expect((await on.send("HEAD", {}))?.offset).toBe(PIECE_BYTES);
    vi.setSystemTime(NOW + TUS_LIFE_MS + 1);
    expect((await on.send("HEAD", {}))?.status).toBe(410);
    await on.letAlarmsRing(Number.POSITIVE_INFINITY);
    on.expectNothingLeft();
    expect(on.lifecycle()).toBe("abandoned");
    expect((await on.send("HEAD", {}))?.status).toBe(410);
    expect((await patch(on, PIECE_BYTES))?.status).toBe(410);
    expect(on.storage.isEmpty()).toBe(true);
  });

  it("is finished without its client when all of it came", async () => {
    const last = await diedBetweenBytesAndPhoto();
    await last.letAlarmsRing(NOW + 60 * 60_000);
    expect(last.lifecycle()).toBe("stored");
    last.expectNothingLeft();
  });

  it("is finished by a client that sends nothing at its end, and says that all of it is here", async () => {
    const last = await diedBetweenBytesAndPhoto();
    vi.setSystemTime(Date.now() + TUS_LEASE_MS);
    const atTheEnd = { ...PATCH, "upload-offset": String(FILE.byteLength) };
    for (let again = 0; again < 2; again += 1) {
      expect(await last.send("PATCH", atTheEnd)).toEqual({ status: 204, offset: FILE.byteLength });
      expect(last.lifecycle()).toBe("stored");
    }
    last.expectNothingLeft();
  });

  it("whose piece storage lost begins again, and arrives", async () => {
    const on = world(null);
    await patch(on, 0);
    await patch(on, PIECE_BYTES);
    for (const key of [...on.bucket.objects.keys()].slice(0, 1)) on.bucket.objects.delete(key);
    expect(await patch(on, 2 * PIECE_BYTES)).toBeNull();
    expect((await on.send("HEAD", {}))?.offset).toBe(0);
    await sendPatiently(on);
    expect(on.lifecycle()).toBe("stored");
    on.expectNothingLeft();
  });

  it("that turned out to be a photo of the account stays that photo, until it is forgotten", async () => {
    const on = world(null, null);
    database.sqlite.exec(`UPDATE users SET quota_bytes = NULL`);
    database.sqlite.exec(
      `INSERT INTO photos (id, user_id, lifecycle, upload_key, filename, mime, bytes, sha256, created_at, changed_at, stored_at)
       VALUES ('${TWIN}', '${USER}', 'stored', 't', 't.png', 'image/png', ${FILE.byteLength}, '${SHA256}', 1, 1, 1)`,
    );
    for (let offset = 0; offset < FILE.byteLength; offset += PIECE_BYTES)
      expect((await patch(on, offset))?.status).toBe(204);
    expect((await on.send("HEAD", {}))?.offset).toBe(FILE.byteLength);
    expect(on.lifecycle()).toBe("abandoned");
    expect(on.bucket.objects.size).toBe(0);
    await on.letAlarmsRing(Number.POSITIVE_INFINITY);
    on.expectNothingLeft();
    expect((await on.send("HEAD", {}))?.status).toBe(410);
  });
});
