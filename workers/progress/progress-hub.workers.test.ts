// The hub through its real doors: RPC, WebSocket, polling, in workerd, with hibernation and a real D1.
import { applyD1Migrations, env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { beforeAll, describe, expect, it } from "vitest";
import type { BatchId, PhotoId, UserId } from "../../shared/contracts/ids.ts";
import {
  DELTA_MAX_PHOTOS,
  SOCKET_MAX_FRAMES_PER_SECOND,
  SOCKET_MAX_INBOUND_BYTES,
} from "../../shared/contracts/limits.ts";
import {
  type HubReport,
  type PhotoReport,
  ProgressFrame,
  type ProgressSnapshot,
} from "../../shared/contracts/progress.ts";
import type { ProgressHub } from "./progress-hub.ts";

interface TestEnv {
  readonly DB: D1Database;
  readonly PROGRESS: DurableObjectNamespace<ProgressHub>;
  readonly TEST_MIGRATIONS: Parameters<typeof applyD1Migrations>[1];
}
const { DB, PROGRESS, TEST_MIGRATIONS } = env as unknown as TestEnv;

beforeAll(async () => {
  await applyD1Migrations(DB, TEST_MIGRATIONS);
});

const newUser = () => uuidv7() as UserId;
const hubOf = (user: string) => PROGRESS.getByName(`u:${user}`);
const photo = (more: Partial<PhotoReport> = {}): PhotoReport => ({
  id: uuidv7() as PhotoId,
  batchIds: [],
  rev: 1,
  lifecycle: "stored",
  thumbnail: "pending",
  index: "pending",
  ...more,
});
const report = (userId: UserId, photos: PhotoReport[], batches: HubReport["batches"] = []): HubReport => ({
  userId,
  photos,
  batches,
});
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function connect(
  user: string,
  query = "",
): Promise<{ socket: WebSocket; frames: ProgressFrame[]; times: number[]; next(count: number): Promise<void> }> {
  const response = await hubOf(user).fetch(`https://hub/live?user=${user}${query}`, {
    headers: { upgrade: "websocket" },
  });
  const socket = response.webSocket;
  if (socket === null) throw new Error(`no socket: ${response.status}`);
  const frames: ProgressFrame[] = [];
  const times: number[] = [];
  socket.accept();
  socket.addEventListener("message", ({ data }) => {
    if (data === "pong") return;
    frames.push(ProgressFrame.parse(JSON.parse(data as string)));
    times.push(Date.now());
  });
  const next = async (count: number): Promise<void> => {
    for (let waited = 0; frames.length < count; waited += 20) {
      if (waited > 5000) throw new Error(`${frames.length} of ${count} frames`);
      await sleep(20);
    }
  };
  return { socket, frames, times, next };
}

const poll = async (user: string, batchId: string | null = null): Promise<ProgressSnapshot> => {
  const snapshot = await hubOf(user).snapshot(user, { batchId, since: null, waitSeconds: 0 });
  if (snapshot === null) throw new Error("no snapshot");
  return snapshot;
};

describe("the progress register", () => {
  it("keeps the highest rev, whatever order reports come in and however often", async () => {
    const user = newUser();
    const id = uuidv7() as PhotoId;
    const early = photo({ id, rev: 2 });
    const late = photo({ id, rev: 5, thumbnail: "done", index: "done" });
    for (const state of [early, late, early, late, early]) await hubOf(user).report(report(user, [state]));
    expect(await poll(user)).toMatchObject({
      received: 1,
      thumbnail: { total: 1, done: 1 },
      index: { done: 1 },
      phase: "done",
    });
  });

  it("says Processing until all thumbnails are terminal, then Indexing, then All done", async () => {
    const user = newUser();
    const [a, b] = [uuidv7() as PhotoId, uuidv7() as PhotoId];
    await hubOf(user).report(
      report(user, [photo({ id: a, rev: 2, thumbnail: "done", index: "done" }), photo({ id: b })]),
    );
    expect((await poll(user)).label).toBe("Processing your photos");
    await hubOf(user).report(report(user, [photo({ id: b, rev: 2, thumbnail: "done" })]));
    expect((await poll(user)).label).toBe("Indexing with AI");
    await hubOf(user).report(report(user, [photo({ id: b, rev: 3, thumbnail: "done", index: "failed" })]));
    expect(await poll(user)).toMatchObject({ label: "All done", index: { total: 2, done: 1, failed: 1 } });
  });

  it("counts what a batch declared, less what is rejected, until the batch closes", async () => {
    const user = newUser();
    const batchId = uuidv7() as BatchId;
    await hubOf(user).report(
      report(user, [photo({ batchIds: [batchId] })], [{ id: batchId, rev: 1, expected: 10, closed: false }]),
    );
    expect(await poll(user, batchId)).toMatchObject({
      batch: batchId,
      expected: 10,
      received: 1,
      thumbnail: { total: 10 },
    });
    await hubOf(user).report(report(user, [], [{ id: batchId, rev: 2, expected: 9, closed: true }]));
    expect(await poll(user, batchId)).toMatchObject({ expected: 1, received: 1 });
  });

  it("does not count deleted or abandoned photos, and expects no deleted ones", async () => {
    const user = newUser();
    const batchId = uuidv7() as BatchId;
    const members = [
      photo({ batchIds: [batchId], lifecycle: "deleted" }),
      photo({ batchIds: [batchId], lifecycle: "abandoned" }),
      photo({ batchIds: [batchId] }),
    ];
    await hubOf(user).report(report(user, members, [{ id: batchId, rev: 1, expected: 3, closed: false }]));
    expect(await poll(user, batchId)).toMatchObject({ expected: 2, received: 1 });
  });

  it("gives no estimate before eight samples", async () => {
    const user = newUser();
    const finished = (count: number) =>
      Array.from({ length: count }, () => photo({ thumbnail: "done", index: "done" }));
    await hubOf(user).report(report(user, [...finished(7), photo()]));
    expect((await poll(user)).eta_s).toBeNull();
    await hubOf(user).report(report(user, finished(1)));
    expect((await poll(user)).eta_s).toBeGreaterThanOrEqual(0);
  });
});

describe("the progress socket", () => {
  it("begins with a snapshot and goes on with sequenced deltas", async () => {
    const user = newUser();
    const { frames, next, socket } = await connect(user);
    await next(1);
    const one = photo();
    await hubOf(user).report(report(user, [one]));
    await next(2);
    expect(frames[0]).toMatchObject({ kind: "snapshot", seq: 0 });
    expect(frames[1]).toMatchObject({
      kind: "delta",
      prev: 0,
      seq: 1,
      photos: [{ id: one.id, status: "processing", rev: 1 }],
    });
    socket.close();
  });

  it("sends at most four frames a second and at most 200 photos each, and loses none", async () => {
    const user = newUser();
    const { frames, times, socket } = await connect(user);
    const ids = new Set<string>();
    for (let wave = 0; wave < 20; wave++) {
      const photos = Array.from({ length: 25 }, () => photo());
      for (const { id } of photos) ids.add(id);
      await hubOf(user).report(report(user, photos));
      await sleep(50);
    }
    for (let waited = 0; waited < 5000 && frames.at(-1)?.seq !== 500; waited += 50) await sleep(50);
    const named = frames.flatMap((frame) => (frame.kind === "delta" ? frame.photos : []));
    expect(new Set(named.map(({ id }) => id))).toEqual(ids);
    for (const frame of frames)
      if (frame.kind === "delta") expect(frame.photos.length).toBeLessThanOrEqual(DELTA_MAX_PHOTOS);
    for (const start of times)
      expect(times.filter((time) => time >= start && time < start + 950).length).toBeLessThanOrEqual(
        SOCKET_MAX_FRAMES_PER_SECOND,
      );
    const deltas = frames.filter((frame) => frame.kind === "delta");
    for (const [i, frame] of deltas.entries()) expect(frame.prev).toBe(i === 0 ? frames[0]?.seq : deltas[i - 1]?.seq);
    socket.close();
  });

  it("resumes from ?since with only what is newer", async () => {
    const user = newUser();
    const [old, fresh] = [photo(), photo()];
    await hubOf(user).report(report(user, [old]));
    await hubOf(user).report(report(user, [fresh]));
    const { frames, next, socket } = await connect(user, "&since=1");
    await next(1);
    expect(frames[0]).toMatchObject({ kind: "delta", prev: 1, seq: 2, photos: [{ id: fresh.id }] });
    socket.close();
  });

  it("answers a resume from the future, or from far behind, with a snapshot", async () => {
    const user = newUser();
    await hubOf(user).report(
      report(
        user,
        Array.from({ length: DELTA_MAX_PHOTOS * 2 + 1 }, () => photo()),
      ),
    );
    for (const since of [999_999, 0]) {
      const { frames, next, socket } = await connect(user, `&since=${since}`);
      await next(1);
      expect(frames[0]?.kind).toBe("snapshot");
      socket.close();
    }
  });

  it("narrows to a batch", async () => {
    const user = newUser();
    const batchId = uuidv7() as BatchId;
    const [inside, outside] = [photo({ batchIds: [batchId] }), photo()];
    await hubOf(user).report(report(user, [], [{ id: batchId, rev: 1, expected: 1, closed: false }]));
    const { frames, next, socket } = await connect(user, `&batch=${batchId}`);
    await next(1);
    await hubOf(user).report(report(user, [outside, inside]));
    await next(2);
    expect(frames[1]).toMatchObject({
      kind: "delta",
      photos: [{ id: inside.id }],
      counters: { received: 1, expected: 1 },
    });
    socket.close();
  });

  it("survives hibernation: the socket stays open, remembers its place, and equals the poll afterwards", async () => {
    const user = newUser();
    const { frames, next, socket } = await connect(user);
    await next(1);
    await hubOf(user).report(report(user, [photo()]));
    await next(2);
    await sleep(300); // no flush timer may be pending, or the object would rightly refuse to sleep
    await evictDurableObject(hubOf(user), { webSockets: "hibernate" });
    await hubOf(user).report(report(user, [photo(), photo()]));
    await next(3);
    expect(frames[2]).toMatchObject({ kind: "delta", prev: 1, seq: 3 });
    const polled = await poll(user);
    expect(frames[2]?.kind === "delta" && frames[2].counters).toMatchObject({
      received: polled.received,
      thumbnail: polled.thumbnail,
      index: polled.index,
    });
    const isOpen = await runInDurableObject(hubOf(user), (_hub, state) => state.getWebSockets().length);
    expect(isOpen).toBe(1);
    socket.close();
  });

  it("answers ping without waking, a snapshot on request, and closes on what it does not understand", async () => {
    const user = newUser();
    const { frames, next, socket } = await connect(user);
    await next(1);
    socket.send(JSON.stringify({ kind: "snapshot" }));
    await next(2);
    expect(frames[1]?.kind).toBe("snapshot");
    const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
    socket.send("x".repeat(SOCKET_MAX_INBOUND_BYTES + 1));
    expect(await closed).toBe(1009);
  });
});

describe("polling", () => {
  it("waits for a change and answers at once when there was one", async () => {
    const user = newUser();
    await hubOf(user).report(report(user, [photo()]));
    const waiting = hubOf(user).snapshot(user, { batchId: null, since: 1, waitSeconds: 5 });
    await sleep(100);
    await hubOf(user).report(report(user, [photo()]));
    expect(await waiting).toMatchObject({ seq: 2, received: 2 });
    expect(await hubOf(user).snapshot(user, { batchId: null, since: 1, waitSeconds: 5 })).toMatchObject({ seq: 2 });
  });

  it("knows no batch that D1 does not know", async () => {
    const user = newUser();
    expect(await hubOf(user).snapshot(user, { batchId: uuidv7(), since: null, waitSeconds: 0 })).toBeNull();
  });
});

describe("healing from D1", () => {
  async function insertPhoto(user: string, state: string): Promise<string> {
    const id = uuidv7();
    await DB.prepare(
      `INSERT INTO photos (id, user_id, lifecycle, rev, upload_key, filename, mime, bytes, created_at, stored_at, changed_at, thumbnail_state, index_state)
       VALUES (?1, ?2, 'stored', 4, ?1, 'a.jpg', 'image/jpeg', 1, ?3, ?3, ?3, ?4, ?4)`,
    )
      .bind(id, user, Date.now(), state)
      .run();
    return id;
  }

  it("a hub that knows nothing reads everything before its first answer", async () => {
    const user = newUser();
    await insertPhoto(user, "done");
    await insertPhoto(user, "pending");
    expect(await poll(user)).toMatchObject({ received: 2, thumbnail: { done: 1 } });
  });

  it("a lost report is made good by the alarm", async () => {
    const user = newUser();
    const id = await insertPhoto(user, "pending");
    expect((await poll(user)).phase).toBe("processing");
    await DB.prepare(
      `UPDATE photos SET thumbnail_state = 'done', index_state = 'done', rev = 9, changed_at = ?2 WHERE id = ?1`,
    )
      .bind(id, Date.now())
      .run();
    expect(await runDurableObjectAlarm(hubOf(user))).toBe(true);
    expect((await poll(user)).phase).toBe("done");
  });
});
