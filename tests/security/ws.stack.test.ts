// The live view's socket against everybody who should not have one: other sites, thieves of tickets, floods, and people who
// have been signed out. On the real platform.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SOCKET_TICKETS_MAX } from "../../shared/contracts/limits.ts";
import { pngPhoto } from "../fixtures/png-photo.ts";
import { openTestPlatform, postForm, type TestPlatform } from "../fixtures/test-platform.ts";
import { mustOpenLive, openLive, ticketFor } from "./live-socket.ts";
import { oauthFlows } from "./oauth-flows.ts";
import { type Headers, type TestCredentials, testCredentials } from "./test-credentials.ts";

/** What "logout everywhere" promises. */
const CLOSED_WITHIN_MS = 5000;
const EVIL = "https://evil.example";

let platform: TestPlatform;
let make: TestCredentials;
let userId: string;
let session: Headers;

beforeAll(async () => {
  platform = await openTestPlatform();
  make = testCredentials(platform);
});
afterAll(() => platform.close());
beforeEach(async () => {
  userId = await make.user({ name: "Live" });
  session = await make.session(userId);
});

const call = (method: string, path: string, headers: Headers) => platform.anonymous(path, { method, headers });
const open = async (headers: Headers) =>
  mustOpenLive(platform, headers, { ticket: await ticketFor(platform, headers) });
const upload = (headers: Headers, seed: number) =>
  postForm(
    (path, init = {}) => platform.anonymous(path, { ...init, headers: { ...init.headers, ...headers } }),
    `${seed}.png`,
    pngPhoto(16, 16, seed),
  );
const sessionIds = async (headers: Headers) => {
  const { items } = (await (await call("GET", "/api/v1/auth/sessions", headers)).json()) as {
    items: { id: string; isCurrent: boolean }[];
  };
  return items;
};

describe("a socket of a session", () => {
  it("opens with a ticket of its own, from its own Origin, and tells what happens", async () => {
    const socket = await open(session);
    await expect.poll(() => socket.frames().length).toBe(1);
    await upload(await make.key(userId), 1);
    await expect.poll(() => socket.frames().length, { timeout: 10_000 }).toBeGreaterThan(1);
    socket.close();
  });

  it("does not open without a ticket, with an invented one, or with one that was used", async () => {
    const refused = { status: 403, problem: "forbidden" };
    expect(await openLive(platform, session)).toEqual(refused);
    expect(await openLive(platform, session, { ticket: "" })).toEqual(refused);
    expect(await openLive(platform, session, { ticket: "A".repeat(43) })).toEqual(refused);
    const ticket = await ticketFor(platform, session);
    (await mustOpenLive(platform, session, { ticket })).close();
    expect(await openLive(platform, session, { ticket })).toEqual(refused);
  });

  it("opens once for a ticket that is used twenty times at once", async () => {
    const ticket = await ticketFor(platform, session);
    const opened = await Promise.all(Array.from({ length: 20 }, () => openLive(platform, session, { ticket })));
    expect(opened.filter((one) => !("problem" in one))).toHaveLength(1);
  });

  it("does not open for another site's page, whatever the page has (CSWSH)", async () => {
    const ticket = await ticketFor(platform, session);
    const crossSite = { status: 403, problem: "cross-site-request" };
    expect(await openLive(platform, { ...session, origin: EVIL }, { ticket })).toEqual(crossSite);
    expect(await openLive(platform, { ...session, origin: "null" }, { ticket })).toEqual(crossSite);
    const { cookie = "" } = session;
    expect(await openLive(platform, { cookie }, { ticket })).toEqual(crossSite);
    // A browser that vouches for a page of another Origin still meets the ticket's own.
    const vouched = { ...session, origin: EVIL, "sec-fetch-site": "same-origin" };
    expect(await openLive(platform, vouched, { ticket })).toEqual({ status: 403, problem: "forbidden" });
    // And that was this ticket's one try.
    expect(await openLive(platform, session, { ticket })).toEqual({ status: 403, problem: "forbidden" });
  });

  it("does not open with the ticket of another session or another user", async () => {
    const refused = { status: 403, problem: "forbidden" };
    const elsewhere = await make.session(userId);
    expect(await openLive(platform, elsewhere, { ticket: await ticketFor(platform, session) })).toEqual(refused);
    const stranger = await make.session(await make.user({ name: "Stranger" }));
    expect(await openLive(platform, stranger, { ticket: await ticketFor(platform, session) })).toEqual(refused);
  });

  it("shows nobody else's photos, whoever the address names", async () => {
    const stranger = await make.session(await make.user({ name: "Stranger" }));
    const ticket = await ticketFor(platform, stranger);
    const socket = await mustOpenLive(platform, stranger, { ticket, user: userId, credential: "x", origin: EVIL });
    const key = await make.key(userId);
    await upload(key, 2);
    const mine = await mustOpenLive(platform, key);
    await expect.poll(() => mine.frames()[0], { timeout: 10_000 }).toContain('"received":1');
    for (const frame of socket.frames()) expect(frame).toContain('"received":0');
    for (const one of [socket, mine]) one.close();
  });

  it("gets no ticket for a request that names no Origin, or another site's", async () => {
    const { cookie = "" } = session;
    const ticket = (headers: Headers) => call("POST", "/api/v1/progress/ticket", headers);
    expect((await ticket({ cookie })).status).toBe(403);
    expect((await ticket({ cookie, "sec-fetch-site": "same-origin" })).status).toBe(403);
    expect((await ticket({ cookie, origin: EVIL })).status).toBe(403);
    expect((await ticket(await make.key(userId))).status).toBe(403);
  });

  it("is not to be had by hoarding tickets", async () => {
    for (let n = 0; n < SOCKET_TICKETS_MAX; n++) await ticketFor(platform, session);
    const refused = await call("POST", "/api/v1/progress/ticket", session);
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, 30]);
  });

  it("leaves no ticket in the database", async () => {
    const ticket = await ticketFor(platform, session);
    const { results } = await platform.stack.db
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
      .all<{ name: string }>();
    for (const { name } of results.filter((table) => !table.name.startsWith("_cf")))
      expect(JSON.stringify((await platform.stack.db.prepare(`SELECT * FROM "${name}"`).all()).results)).not.toContain(
        ticket,
      );
  });
});

describe("a program's socket", () => {
  it("needs no ticket: its header is in no other site's hands", async () => {
    const socket = await mustOpenLive(platform, await make.key(userId));
    await expect.poll(() => socket.frames().length).toBe(1);
    socket.close();
  });

  it("does not open for a key without the scope, a revoked or an expired one", async () => {
    const forbidden = { status: 403, problem: "forbidden" };
    const nobody = { status: 401, problem: "unauthenticated" };
    expect(await openLive(platform, await make.key(userId, { scopes: ["photo.write"] }))).toEqual(forbidden);
    expect(await openLive(platform, await make.key(userId, { isRevoked: true }))).toEqual(nobody);
    expect(await openLive(platform, await make.key(userId, { endsInMs: -1 }))).toEqual(nobody);
  });

  it("closes when the key expires, though nothing happens", async () => {
    const started = performance.now();
    const socket = await mustOpenLive(platform, await make.key(userId, { endsInMs: 1500 }));
    const { code, afterMs } = await socket.closed(started);
    expect(code).toBe(4001);
    expect(afterMs).toBeGreaterThan(1000);
    expect(afterMs).toBeLessThan(1500 + CLOSED_WITHIN_MS);
  });
});

describe("what a client sends", () => {
  it("beyond 4 KiB closes its socket: 33 KB with 1009", async () => {
    const socket = await open(session);
    socket.send("x".repeat(33 * 1024));
    expect((await socket.closed()).code).toBe(1009);
  });

  it("that nobody understands closes its socket with 1007", async () => {
    const socket = await open(session);
    socket.send("{}");
    expect((await socket.closed()).code).toBe(1007);
  });

  it("10,000 frames at once closes its socket with 1008, and no other is served worse", async () => {
    const [flood, calm] = [await open(session), await open(session)];
    await expect.poll(() => calm.frames().length).toBe(1);
    for (let frame = 0; frame < 10_000; frame++) flood.send(JSON.stringify({ kind: "snapshot" }));
    expect((await flood.closed()).code).toBe(1008);
    calm.send(JSON.stringify({ kind: "snapshot" }));
    await expect.poll(() => calm.frames().length).toBe(2);
    expect(calm.code()).toBeNull();
    calm.close();
  });
});

describe("signing out", () => {
  /** Close frames of workerd are there at once; its connections end when the hub falls asleep. */
  const told = async (
    act: () => Promise<unknown>,
    ended: { closed: (since?: number) => Promise<{ code: number; afterMs: number }> }[],
  ) => {
    const since = performance.now();
    await act();
    for (const socket of ended) {
      const { code, afterMs } = await socket.closed(since);
      expect(code).toBe(4001);
      expect(afterMs).toBeLessThan(CLOSED_WITHIN_MS);
    }
  };

  it("everywhere else closes every other socket within 5 s, and keeps this one", async () => {
    const others = await Promise.all(Array.from({ length: 5 }, async () => open(await make.session(userId))));
    const here = await open(session);
    await told(() => call("POST", "/api/v1/auth/sessions/end-others", session), others);
    here.send(JSON.stringify({ kind: "snapshot" }));
    await expect.poll(() => here.frames().length).toBe(2);
    expect(here.code()).toBeNull();
    here.close();
  });

  it("closes the session's own socket within 5 s", async () => {
    const socket = await open(session);
    await told(() => call("POST", "/api/v1/auth/logout", session), [socket]);
  });

  it("one session from another closes its socket within 5 s", async () => {
    const other = await make.session(userId);
    const socket = await open(other);
    const id = (await sessionIds(other)).find(({ isCurrent }) => isCurrent)?.id;
    await told(() => call("DELETE", `/api/v1/auth/sessions/${id}`, session), [socket]);
  });

  it("spends the tickets of the session with it", async () => {
    const other = await make.session(userId);
    const ticket = await ticketFor(platform, other);
    await call("POST", "/api/v1/auth/sessions/end-others", session);
    expect(await openLive(platform, other, { ticket })).toEqual({ status: 401, problem: "unauthenticated" });
  });

  it("a program, by revoking its key, closes its socket within 5 s", async () => {
    const key = await make.key(userId);
    const socket = await mustOpenLive(platform, key);
    const { items } = (await (await call("GET", "/api/v1/api-keys", session)).json()) as { items: { id: string }[] };
    await told(() => call("DELETE", `/api/v1/api-keys/${items[0]?.id}`, session), [socket]);
  });

  it("a program that was let in, by ending its grant, closes its socket within 5 s", async () => {
    const { access_token: token } = await oauthFlows(platform, make).signIn(userId, "photo.read");
    const socket = await mustOpenLive(platform, { authorization: `Bearer ${token}` });
    const { items } = (await (await call("GET", "/api/v1/oauth/grants", session)).json()) as {
      items: { id: string }[];
    };
    await told(() => call("DELETE", `/api/v1/oauth/grants/${items[0]?.id}`, session), [socket]);
  });

  it.each(["sessions", "api_keys"])(
    "that did not reach the hub (%s) is made up for by the sweep, once",
    async (table) => {
      const other = table === "sessions" ? await make.session(userId) : await make.key(userId);
      const socket = table === "sessions" ? await open(other) : await mustOpenLive(platform, other);
      const here = await open(session);
      await platform.stack.db
        .prepare(
          table === "sessions"
            ? `UPDATE sessions SET revoked_at = ?2 WHERE user_id = ?1 AND id = (SELECT max(id) FROM sessions WHERE user_id = ?1)`
            : `UPDATE api_keys SET revoked_at = ?2 WHERE user_id = ?1`,
        )
        .bind(userId, Date.now())
        .run();
      await platform.stack.sweep();
      expect((await socket.closed()).code).toBe(4001);
      expect(here.code()).toBeNull();
      here.close();
      const left = await platform.stack.db
        .prepare(`SELECT count(*) AS n FROM ${table} WHERE revoked_at IS NOT NULL AND sockets_closed_at IS NULL`)
        .first<{ n: number }>();
      expect(left?.n).toBe(0);
    },
  );
});
