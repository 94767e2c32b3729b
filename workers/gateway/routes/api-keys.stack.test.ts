// API keys, through the door: made once, shown once, never more than their user may, gone when they are revoked.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { ApiKey, CreatedApiKey } from "../../../shared/contracts/account.ts";
import { Scope } from "../../../shared/contracts/auth.ts";
import {
  API_KEYS_MAX_PER_USER,
  FRESH_SIGN_IN_MS,
  LAST_SEEN_EVERY_MS,
  SESSION_KEEP_MS,
} from "../../../shared/contracts/limits.ts";
import { openTestPlatform, type TestPlatform } from "../../../tests/fixtures/test-platform.ts";
import { type Headers, type TestCredentials, testCredentials } from "../../../tests/security/test-credentials.ts";

const DAY_MS = 24 * 60 * 60_000;

let platform: TestPlatform;
let make: TestCredentials;
let db: D1Database;
let userId: string;
let session: Headers;

beforeAll(async () => {
  platform = await openTestPlatform();
  make = testCredentials(platform);
  db = platform.stack.db;
});
afterAll(() => platform.close());
beforeEach(async () => {
  userId = await make.user({ name: "Alice" });
  session = await make.session(userId);
});

const call = (method: string, path: string, headers: Headers, body?: unknown) =>
  platform.anonymous(path, {
    method,
    headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const create = (body: unknown, headers = session) => call("POST", "/api/v1/api-keys", headers, body);
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];
const list = async (): Promise<ApiKey[]> =>
  ((await (await call("GET", "/api/v1/api-keys", session)).json()) as { items: ApiKey[] }).items;
const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` });

async function mustCreate(scopes: Scope[], more: object = {}): Promise<CreatedApiKey> {
  const response = await create({ name: "A program", scopes, ...more });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as CreatedApiKey;
}

it("a key is shown once, has 256 bits, works for its scopes, and ends in a year unless said otherwise", async () => {
  const made = await mustCreate(["photo.read"]);
  expect(made.key).toMatch(/^hg_[A-Za-z0-9_-]{43}$/);
  expect(made.key.startsWith(made.prefix)).toBe(true);
  expect(Date.parse(made.expiresAt ?? "") - Date.parse(made.createdAt)).toBe(365 * DAY_MS);
  expect((await call("GET", "/api/v1/photos", bearer(made.key))).status).toBe(200);
  expect(await codeOf(await call("GET", "/api/v1/people", bearer(made.key)))).toEqual([403, "forbidden"]);
  const listed = await list();
  expect(listed).toMatchObject([{ id: made.id, name: "A program", prefix: made.prefix, scopes: ["photo.read"] }]);
  expect(JSON.stringify(listed)).not.toContain(made.key);
  for (const table of ["api_keys", "audit_events"])
    expect(JSON.stringify((await db.prepare(`SELECT * FROM ${table}`).all()).results)).not.toContain(made.key);
});

it("a key without an end has none; one that ended opens nothing and is still listed", async () => {
  expect((await mustCreate(["photo.read"], { expiresInDays: null })).expiresAt).toBeNull();
  const ended = await mustCreate(["photo.read"], { expiresInDays: 1 });
  await db
    .prepare(`UPDATE api_keys SET expires_at = ?2 WHERE id = ?1`)
    .bind(ended.id, Date.now() - 1)
    .run();
  expect((await call("GET", "/api/v1/photos", bearer(ended.key))).status).toBe(401);
  expect((await list()).map(({ id }) => id)).toContain(ended.id);
});

it("a revoked key opens nothing, at once; nobody revokes another's", async () => {
  const { id, key } = await mustCreate(["photo.read"]);
  const stranger = await make.session(await make.user({ name: "Bob" }));
  expect(await codeOf(await call("DELETE", `/api/v1/api-keys/${id}`, stranger))).toEqual([404, "not-found"]);
  expect((await call("GET", "/api/v1/photos", bearer(key))).status).toBe(200);
  expect((await call("DELETE", `/api/v1/api-keys/${id}`, session)).status).toBe(204);
  expect((await call("GET", "/api/v1/photos", bearer(key))).status).toBe(401);
  expect(await codeOf(await call("DELETE", `/api/v1/api-keys/${id}`, session))).toEqual([404, "not-found"]);
  expect(await list()).toEqual([]);
  const { results } = await db
    .prepare(`SELECT action FROM audit_events WHERE subject_id = ? ORDER BY id`)
    .bind(userId)
    .all<{ action: string }>();
  expect(results.map(({ action }) => action)).toEqual(["api-key.created", "api-key.revoked"]);
});

it("a key that was revoked long ago leaves no row", async () => {
  const { id } = await mustCreate(["photo.read"]);
  const kept = await mustCreate(["photo.read"]);
  await call("DELETE", `/api/v1/api-keys/${id}`, session);
  const long = Date.now() - SESSION_KEEP_MS - DAY_MS;
  await db.prepare(`UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1`).bind(id, long).run();
  await platform.stack.sweep();
  const { results } = await db.prepare(`SELECT id FROM api_keys WHERE user_id = ?`).bind(userId).all<{ id: string }>();
  expect(results).toEqual([{ id: kept.id }]);
});

it("admin scopes are for admins, and only for as long as they are admins", async () => {
  expect(await codeOf(await create({ name: "x", scopes: ["photo.read", "admin.read"] }))).toEqual([403, "forbidden"]);
  await db.prepare(`UPDATE users SET role = 'admin' WHERE id = ?`).bind(userId).run();
  const { key } = await mustCreate([...Scope.options]);
  const asked = () => call("GET", "/api/v1/auth/userinfo", bearer(key));
  expect(((await (await asked()).json()) as { scopes: string[] }).scopes).toContain("admin.write");
  await db.prepare(`UPDATE users SET role = 'member' WHERE id = ?`).bind(userId).run();
  expect(((await (await asked()).json()) as { scopes: string[] }).scopes).not.toContain("admin.write");
});

it("keys make no keys, and a session makes one only soon after its person proved who they are", async () => {
  const wanted = { name: "x", scopes: ["photo.read"] };
  expect(await codeOf(await create(wanted, await make.key(userId)))).toEqual([403, "forbidden"]);
  const stale = await make.session(userId, { authenticatedAgoMs: FRESH_SIGN_IN_MS + 1000 });
  expect(await codeOf(await create(wanted, stale))).toEqual([403, "confirmation-required"]);
});

it.each([
  { name: "", scopes: ["photo.read"] },
  { name: "x".repeat(61), scopes: ["photo.read"] },
  { name: "x", scopes: [] },
  { name: "x", scopes: ["photo.everything"] },
  { name: "x", scopes: ["photo.read"], expiresInDays: 0 },
  { name: "x", scopes: ["photo.read"], expiresInDays: 1.5 },
  { name: "x", scopes: ["photo.read"], expiresInDays: 1e9 },
  { scopes: ["photo.read"] },
  [],
  null,
])("%j makes no key", async (body) => {
  expect(await codeOf(await create(body))).toEqual([400, "invalid-request"]);
  expect(await list()).toEqual([]);
});

it("an account has a bounded number of keys, also when they are made at the same time", async () => {
  await db
    .prepare(
      `INSERT INTO api_keys (hash, id, user_id, name, scopes, created_at)
       SELECT 'hash-' || ?1 || value, 'id-' || ?1 || value, ?1, 'x', '["photo.read"]', 1 FROM json_each(?2)`,
    )
    .bind(userId, JSON.stringify(Array.from({ length: API_KEYS_MAX_PER_USER - 3 }, (_, n) => n)))
    .run();
  const made = await Promise.all(Array.from({ length: 20 }, () => create({ name: "x", scopes: ["photo.read"] })));
  expect(made.filter(({ status }) => status === 201)).toHaveLength(3);
  expect(made.filter(({ status }) => status === 409)).toHaveLength(17);
  expect(await list()).toHaveLength(API_KEYS_MAX_PER_USER);
});

it("its last use is noted at most once an hour", async () => {
  const { id, key } = await mustCreate(["photo.read"]);
  const usedAt = async () => (await list()).find((one) => one.id === id)?.lastUsedAt ?? null;
  expect(await usedAt()).toBeNull();
  await call("GET", "/api/v1/photos", bearer(key));
  await expect.poll(usedAt).not.toBeNull();
  const first = await usedAt();
  await call("GET", "/api/v1/photos", bearer(key));
  expect(await usedAt()).toBe(first);
  const longAgo = Date.now() - LAST_SEEN_EVERY_MS - 1000;
  await db.prepare(`UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1`).bind(id, longAgo).run();
  await call("GET", "/api/v1/photos", bearer(key));
  await expect.poll(async () => Date.parse((await usedAt()) ?? "")).toBeGreaterThan(longAgo);
});
