// Who holds a socket of the hub: credentials that end or expire, tickets, floods. In workerd, with hibernation.
import { applyD1Migrations, env, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { beforeAll, expect, it } from "vitest";
import type { PhotoId, UserId } from "../../shared/contracts/ids.ts";
import { SOCKET_MAX_INBOUND_PER_SECOND, SOCKET_TICKETS_MAX } from "../../shared/contracts/limits.ts";
import type { ProgressHub } from "./progress-hub.ts";

interface TestEnv {
  readonly DB: D1Database;
  readonly PROGRESS: DurableObjectNamespace<ProgressHub>;
  readonly TEST_MIGRATIONS: Parameters<typeof applyD1Migrations>[1];
}
const { DB, PROGRESS, TEST_MIGRATIONS } = env as unknown as TestEnv;
const hubOf = (user: string) => PROGRESS.getByName(`u:${user}`);

beforeAll(async () => {
  await applyD1Migrations(DB, TEST_MIGRATIONS);
});

const upgrade = (user: string, query: Record<string, string>) =>
  hubOf(user).fetch(`https://hub/live?${new URLSearchParams({ user, ...query })}`, {
    headers: { upgrade: "websocket" },
  });

async function connect(user: string, query: Record<string, string>) {
  const { webSocket: socket, status } = await upgrade(user, query);
  if (socket === null) throw new Error(`no socket: ${status}`);
  let received = 0;
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  socket.addEventListener("message", () => {
    received++;
  });
  socket.accept();
  return { socket, closed, received: () => received };
}

const tellSomething = (user: string) =>
  hubOf(user).report({
    userId: user as UserId,
    batches: [],
    photos: [
      {
        id: uuidv7() as PhotoId,
        batchIds: [],
        rev: 1,
        lifecycle: "stored",
        thumbnail: "done",
        index: "done",
      },
    ],
  });

it("closes the sockets of an ended credential, also after hibernation, and nobody else's", async () => {
  const user = uuidv7();
  const ended = await connect(user, { credential: "one" });
  const other = await connect(user, { credential: "two" });
  await evictDurableObject(hubOf(user));
  await hubOf(user).closeSockets(["one"]);
  expect(await ended.closed).toBe(4001);
  const before = other.received();
  await tellSomething(user);
  await expect.poll(other.received).toBeGreaterThan(before);
});

it("opens no socket for a credential that ended while the upgrade was on its way", async () => {
  const user = uuidv7();
  await hubOf(user).closeSockets(["late"]);
  expect((await upgrade(user, { credential: "late" })).status).toBe(401);
});

it("tells nothing to a socket whose credential has expired, and closes it", async () => {
  const user = uuidv7();
  const soon = Date.now() + 300;
  const { closed, received } = await connect(user, { credential: "token", expires: String(soon) });
  await expect.poll(received).toBe(1);
  await expect.poll(() => Date.now()).toBeGreaterThan(soon);
  await tellSomething(user);
  expect(await closed).toBe(4001);
  expect(received()).toBe(1);
});

it("closes an expired socket when nothing happens at all", async () => {
  const user = uuidv7();
  const { closed } = await connect(user, { credential: "token", expires: String(Date.now()) });
  await runDurableObjectAlarm(hubOf(user));
  expect(await closed).toBe(4001);
});

it("survives 10,000 frames at once by closing the socket that sends them", async () => {
  const user = uuidv7();
  const { socket, closed, received } = await connect(user, { credential: "flood" });
  for (let frame = 0; frame < 10_000; frame++) socket.send(JSON.stringify({ kind: "snapshot" }));
  expect(await closed).toBe(1008);
  expect(received()).toBeLessThanOrEqual(SOCKET_MAX_INBOUND_PER_SECOND * 2 + 1);
  expect((await hubOf(user).snapshot(user, { batchId: null, since: null, waitSeconds: 0 }))?.kind).toBe("snapshot");
});

it("a ticket opens one socket, of its own session, from its own Origin", async () => {
  const user = uuidv7();
  const origin = "https://photos.example";
  const open = async (hash: string, more: Record<string, string> = {}) => {
    const { status, webSocket } = await upgrade(user, { credential: "s", ticket: hash, origin, ...more });
    webSocket?.accept();
    return status;
  };
  for (const hash of ["a", "b", "c", "d"])
    expect(await hubOf(user).issueTicket({ hash, sessionId: "s", origin })).toBeGreaterThan(Date.now());
  expect([await open("a"), await open("a")]).toEqual([101, 403]);
  expect([await open("b", { origin: "https://evil.example" }), await open("b")]).toEqual([403, 403]);
  expect([await open("c", { credential: "other" }), await open("c")]).toEqual([403, 403]);
  expect(await open("unknown")).toBe(403);
  await hubOf(user).closeSockets(["s"]);
  expect(await open("d")).toBe(403);
  expect(await hubOf(user).issueTicket({ hash: "e", sessionId: "s", origin })).toBeNull();
});

it("keeps a bounded number of unused tickets", async () => {
  const user = uuidv7();
  const issue = (n: number) =>
    hubOf(user).issueTicket({ hash: String(n), sessionId: "s", origin: "https://photos.example" });
  for (let n = 0; n < SOCKET_TICKETS_MAX; n++) expect(await issue(n)).not.toBeNull();
  expect(await issue(SOCKET_TICKETS_MAX)).toBeNull();
});
