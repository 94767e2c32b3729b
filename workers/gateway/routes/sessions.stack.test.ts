// Where somebody is signed in, through the door: the list, ending sessions, how long they live, and what is kept of them.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { issueSignInLink } from "../../../local/local-state.ts";
import type { Session } from "../../../shared/contracts/account.ts";
import {
  LAST_SEEN_EVERY_MS,
  SESSION_IDLE_MS,
  SESSION_KEEP_MS,
  SESSION_LIFE_MS,
  SESSIONS_MAX_PER_USER,
} from "../../../shared/contracts/limits.ts";
import { openTestPlatform, type TestPlatform } from "../../../tests/fixtures/test-platform.ts";
import { type Headers, type TestCredentials, testCredentials } from "../../../tests/security/test-credentials.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const HOUR_MS = 60 * 60_000;

let platform: TestPlatform;
let make: TestCredentials;
let db: D1Database;
let userId: string;
let here: Headers;

beforeAll(async () => {
  platform = await openTestPlatform();
  make = testCredentials(platform);
  db = platform.stack.db;
});
afterAll(() => platform.close());
beforeEach(async () => {
  userId = await make.user({ name: "Alice" });
  here = await make.session(userId);
});

const call = (method: string, path: string, headers: Headers) => platform.anonymous(path, { method, headers });
const list = async (headers: Headers): Promise<Session[]> =>
  ((await (await call("GET", "/api/v1/auth/sessions", headers)).json()) as { items: Session[] }).items;
const isSignedIn = async (headers: Headers) => (await call("GET", "/api/v1/auth/userinfo", headers)).status === 200;
const events = async (action: string) =>
  (
    await db
      .prepare(`SELECT details FROM audit_events WHERE subject_id = ?1 AND action = ?2`)
      .bind(userId, action)
      .all()
  ).results.length;

async function signIn(headers: Headers = {}): Promise<Headers> {
  const { hash } = new URL(await issueSignInLink(db, userId, make.origin, Date.now()));
  const response = await platform.anonymous("/api/v1/auth/link", {
    method: "POST",
    headers: { "content-type": "application/json", origin: make.origin, ...headers },
    body: JSON.stringify({ token: hash.replace("#token=", "") }),
  });
  return { cookie: (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "", origin: make.origin };
}

describe("the list of sessions", () => {
  it("names device, network, way in and age, and which one is this", async () => {
    const browser = await signIn({ "user-agent": FIREFOX, "cf-connecting-ip": "203.0.113.77" });
    const items = await list(browser);
    expect(items).toHaveLength(2);
    const mine = items.find(({ isCurrent }) => isCurrent);
    expect(mine).toMatchObject({
      device: "Firefox on Linux",
      network: "203.0.113.0/24",
      method: "link",
      provider: null,
    });
    const lifeMs = Date.parse(mine?.expiresAt ?? "") - Date.parse(mine?.createdAt ?? "");
    expect(lifeMs).toBe(SESSION_LIFE_MS);
    expect(JSON.stringify(items)).not.toContain("203.0.113.77");
  });

  it("holds none that ended, expired or was not used for too long, and nobody else's", async () => {
    await make.session(userId, { isRevoked: true });
    await make.session(userId, { endsInMs: -1 });
    await make.session(userId, { seenAgoMs: SESSION_IDLE_MS + 1000 });
    await make.session(await make.user({ name: "Bob" }));
    expect((await list(here)).map(({ isCurrent }) => isCurrent)).toEqual([true]);
  });

  it("can be read by a key with account.read, for which none is current, and ended by none", async () => {
    const key = await make.key(userId, { scopes: ["account.read"] });
    expect((await list(key)).map(({ isCurrent }) => isCurrent)).toEqual([false]);
    expect((await call("POST", "/api/v1/auth/sessions/end-others", key)).status).toBe(403);
  });
});

describe("ending sessions", () => {
  it("ends one, at once, and tells the audit log", async () => {
    const other = await make.session(userId);
    const id = (await list(other)).find(({ isCurrent }) => isCurrent)?.id;
    expect((await call("DELETE", `/api/v1/auth/sessions/${id}`, here)).status).toBe(204);
    expect([await isSignedIn(other), await isSignedIn(here)]).toEqual([false, true]);
    expect((await call("DELETE", `/api/v1/auth/sessions/${id}`, here)).status).toBe(404);
    expect(await events("session.revoked")).toBe(1);
  });

  it("ends this one and takes its cookie away", async () => {
    const [mine] = await list(here);
    const response = await call("DELETE", `/api/v1/auth/sessions/${mine?.id}`, here);
    expect([response.status, response.headers.get("set-cookie")]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect(await isSignedIn(here)).toBe(false);
  });

  it("ends nobody else's", async () => {
    const stranger = await make.session(await make.user({ name: "Bob" }));
    const [theirs] = await list(stranger);
    expect((await call("DELETE", `/api/v1/auth/sessions/${theirs?.id}`, here)).status).toBe(404);
    expect(await isSignedIn(stranger)).toBe(true);
  });

  it("ends all others, and says how many there were", async () => {
    const others = await Promise.all([make.session(userId), make.session(userId), make.session(userId)]);
    await make.session(userId, { endsInMs: -1 });
    const response = await call("POST", "/api/v1/auth/sessions/end-others", here);
    expect([response.status, await response.json()]).toEqual([200, { ended: 3 }]);
    for (const other of others) expect(await isSignedIn(other)).toBe(false);
    expect(await isSignedIn(here)).toBe(true);
  });

  it("happens once, however often and at the same time it is asked for", async () => {
    const other = await make.session(userId);
    const id = (await list(other)).find(({ isCurrent }) => isCurrent)?.id;
    const asked = Array.from({ length: 10 }, () => call("DELETE", `/api/v1/auth/sessions/${id}`, here));
    const statuses = (await Promise.all(asked)).map(({ status }) => status).sort();
    expect(statuses).toEqual([204, ...Array(9).fill(404)]);
    expect(await events("session.revoked")).toBe(1);
  });

  it("by signing out is told once; signing out of nothing is told never", async () => {
    await call("POST", "/api/v1/auth/logout", here);
    expect((await call("POST", "/api/v1/auth/logout", here)).status).toBe(200);
    expect(await events("sign-out")).toBe(1);
  });
});

describe("a session's life", () => {
  const seenAt = async () =>
    (
      await db
        .prepare(`SELECT max(last_seen_at) AS at FROM sessions WHERE user_id = ?`)
        .bind(userId)
        .first<{ at: number }>()
    )?.at ?? 0;

  it("is noted at most once an hour", async () => {
    const before = await seenAt();
    await isSignedIn(here);
    expect(await seenAt()).toBe(before);
    await db
      .prepare(`UPDATE sessions SET last_seen_at = ?2 WHERE user_id = ?1`)
      .bind(userId, Date.now() - LAST_SEEN_EVERY_MS - 1000)
      .run();
    await isSignedIn(here);
    await expect.poll(async () => Date.now() - (await seenAt())).toBeLessThan(HOUR_MS);
  });

  it("ends when nobody used it for as long as a session may rest", async () => {
    const resting = await make.session(userId, { seenAgoMs: SESSION_IDLE_MS - HOUR_MS });
    const forgotten = await make.session(userId, { seenAgoMs: SESSION_IDLE_MS + 1000 });
    expect([await isSignedIn(resting), await isSignedIn(forgotten)]).toEqual([true, false]);
  });

  it("makes room for newer ones: the least recently used ends", async () => {
    await db
      .prepare(
        `INSERT INTO sessions (hash, id, user_id, method, authenticated_at, last_seen_at, created_at, expires_at)
         SELECT 'hash-' || ?1 || value, 'id-' || ?1 || value, ?1, 'link', ?2, ?2 - value * 1000, ?2, ?2 + 1000000
         FROM json_each(?3)`,
      )
      .bind(userId, Date.now(), JSON.stringify(Array.from({ length: SESSIONS_MAX_PER_USER }, (_, n) => n + 1)))
      .run();
    const newest = await signIn();
    const alive = (await list(newest)).map(({ id }) => id);
    expect(alive).toHaveLength(SESSIONS_MAX_PER_USER);
    // A hundred and two there were: this test's first, its hundred, and the one just made.
    expect(alive).not.toContain(`id-${userId}${SESSIONS_MAX_PER_USER}`);
    expect(alive).not.toContain(`id-${userId}${SESSIONS_MAX_PER_USER - 1}`);
    expect(alive).toContain(`id-${userId}${SESSIONS_MAX_PER_USER - 2}`);
    expect(await isSignedIn(newest)).toBe(true);
  });

  it("leaves no row after a while, but one whose sockets may still be open", async () => {
    const old = Date.now() - SESSION_KEEP_MS - HOUR_MS;
    const insert = db.prepare(
      `INSERT INTO sessions (hash, id, user_id, method, authenticated_at, last_seen_at, created_at, expires_at, revoked_at, sockets_closed_at)
       VALUES (?1, ?1, ?2, 'link', ?3, ?3, ?3, ?4, ?5, ?6)`,
    );
    const later = Date.now() + HOUR_MS;
    await db.batch([
      insert.bind(`closed-${userId}`, userId, old, later, old, old),
      insert.bind(`expired-${userId}`, userId, old, old, null, null),
      insert.bind(`idle-${userId}`, userId, old - SESSION_IDLE_MS, later, null, null),
      insert.bind(`open-${userId}`, userId, old, later, old, null),
      insert.bind(`recent-${userId}`, userId, Date.now(), later, Date.now(), Date.now()),
    ]);
    const rows = async () =>
      (await db.prepare(`SELECT id FROM sessions WHERE user_id = ?`).bind(userId).all<{ id: string }>()).results.map(
        ({ id }) => id.replace(`-${userId}`, ""),
      );
    await platform.stack.sweep();
    expect(
      (await rows()).filter((name) => ["closed", "expired", "idle", "open", "recent"].includes(name)).sort(),
    ).toEqual(["open", "recent"]);
    // By now its hub has been told.
    await platform.stack.sweep();
    expect(await rows()).not.toContain("open");
    expect(await rows()).toContain("recent");
    expect(await isSignedIn(here)).toBe(true);
  });
});
