// An account is deleted on a real stack whose database and bucket fail now and then; afterwards everything the platform keeps is
// searched for it: every row of every table, every object, every Durable Object. Nothing but the one event is there.
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretOf } from "../../local/local-state.ts";
import { openStack, STACK_DEFAULTS, type Stack, type StackOptions } from "../../local/open-stack.ts";
import { ensureVault } from "../../shared/adapters/face-vault.ts";
import { ACCOUNT_CLOSING_MS, DERIVATIVE_GRACE_MS } from "../../shared/contracts/limits.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import { makeStateFolder, removeStateFolder } from "../client/state-folder.ts";
import { pngPhoto } from "../fixtures/png-photo.ts";
import { type Caller, createBatch, manifestFile, postForm, untilEnded } from "../fixtures/test-platform.ts";
import { type Headers, testCredentials } from "../security/test-credentials.ts";
import { filesBelow, foundInTables, type Trace, textTrace } from "./biometric-traces.ts";

const NAME = "Zebediah Quillfeather";
const ADDRESS = "zebediah@quillfeather.example";
const FILE = "zebediahs-birthday.png";
const STORM = { databaseError: 0.12, storageError: 0.12, ambiguousCommit: 0.08 };

const HOUR_MS = 60 * 60_000;

const stateDir = makeStateFolder("account-deletion");
let stack: Stack;
let owner: Caller;
let leaver: Caller;
let ownerId = "";
let leaverId = "";
let browser: Headers;
let before: unknown;
const traces: Trace[] = [];

async function open(options: Partial<StackOptions> = {}): Promise<void> {
  stack = await openStack({
    ...STACK_DEFAULTS,
    stateDir,
    users: 2,
    models: false,
    sweepEverySeconds: 0,
    ...options,
  });
  const as =
    (n: number): Caller =>
    (path, init = {}) =>
      fetch(stack.url + path, {
        ...init,
        headers: { authorization: `Bearer ${stack.users[n]?.apiKey}`, ...init.headers },
      });
  [owner, leaver] = [as(0), as(1)];
}

const run = (sql: string, ...params: unknown[]) =>
  stack.db
    .prepare(sql)
    .bind(...params)
    .run();
const rows = async (sql: string, ...params: unknown[]) =>
  (
    await stack.db
      .prepare(sql)
      .bind(...params)
      .all<Record<string, string | number | null>>()
  ).results;
const asBrowser = (path: string, init: RequestInit = {}) =>
  fetch(stack.url + path, { ...init, headers: { "content-type": "application/json", ...browser, ...init.headers } });
const remove = (body: unknown) => asBrowser("/api/v1/account", { method: "DELETE", body: JSON.stringify(body) });

async function keysOf(userId: string): Promise<string[]> {
  const listings = await Promise.all(
    ["originals", "derived", "crops", "keys"].map((prefix) => stack.bucket.list({ prefix: `${prefix}/${userId}/` })),
  );
  return listings.flatMap(({ objects }) => objects.map(({ key, etag }) => `${key} ${etag}`));
}

/** Everything of the other user: rows of the library, and objects by their bytes' digest. */
async function everythingOf(userId: string): Promise<unknown> {
  const tables = ["photos", "batches", "batch_files", "faces", "face_vectors", "people", "people_actions"];
  const kept = await Promise.all(
    tables.map((table) => rows(`SELECT * FROM ${table} WHERE user_id = ? ORDER BY 1`, userId)),
  );
  return { kept, user: await rows("SELECT * FROM users WHERE id = ?", userId), objects: await keysOf(userId) };
}

/** What recognition leaves behind: a key, a face with a vector, a person with a name, a history; and a crop, by asking for it. */
async function addFaces(userId: string, call: Caller, photo: Photo, serial: number): Promise<void> {
  const id = (kind: number) => `0190000${kind}-0000-7000-8000-${String(serial).padStart(12, "0")}`;
  const [user] = await rows("SELECT face_epoch AS epoch FROM users WHERE id = ?", userId);
  const epoch = Number(user?.["epoch"]);
  const vault = await ensureVault(stack.bucket, secretOf(stateDir, "face-secret"), { userId, epoch });
  const sealed = await vault.seal({ faceId: id(2), modelId: "a" }, new Float32Array(8));
  await run(
    `INSERT INTO people (id, user_id, name, made_by, created_at, changed_at) VALUES (?, ?, ?, 'human', 1, 1)`,
    id(1),
    userId,
    `Friend of ${userId}`,
  );
  await run(
    `INSERT INTO faces (id, user_id, photo_id, gen, model_id, box_x, box_y, box_width, box_height, landmarks, score, quality, person_id, assigned_by, created_at)
     VALUES (?, ?, ?, 1, 'a', 0.2, 0.2, 0.3, 0.3, '[]', 0.9, 0.8, ?, 'human', 1)`,
    id(2),
    userId,
    photo.id,
    id(1),
  );
  await run(
    `INSERT INTO face_vectors (face_id, model_id, user_id, photo_id, epoch, sealed) VALUES (?, 'a', ?, ?, ?, ?)`,
    id(2),
    userId,
    photo.id,
    epoch,
    sealed,
  );
  await run(
    `INSERT INTO people_actions (id, user_id, kind, request_key, summary, changes, created_at) VALUES (?, ?, 'rename', ?, '{}', '{}', ?)`,
    id(3),
    userId,
    id(3),
    Date.now(),
  );
  await run(`UPDATE photos SET faces = 1, rev = rev + 1 WHERE id = ?`, photo.id);
  expect((await call(`/api/v1/faces/${id(2)}/crop.jpg`)).status).toBe(200);
}

/** Sweeps, some hours later each time, until the account's row is gone. */
async function sweepUntilGone(): Promise<number> {
  for (let sweeps = 1; sweeps <= 60; sweeps++) {
    await stack.sweep().catch(() => {});
    if ((await rows("SELECT 1 FROM users WHERE id = ?", leaverId)).length === 0) return sweeps;
    await run(`UPDATE users SET purged_at = purged_at - ?2 WHERE id = ?1`, leaverId, DERIVATIVE_GRACE_MS);
  }
  throw new Error("the account is still there");
}

/** On a stopped platform, in the bucket's own table: objects do not age otherwise. @returns how many tables there were */
function makeObjectsOlder(ms: number): number {
  return filesBelow(stateDir)
    .filter((path) => path.endsWith(".sqlite"))
    .filter((path) => {
      const database = new DatabaseSync(path);
      try {
        const isBucket = database.prepare("SELECT 1 FROM sqlite_master WHERE name = '_mf_objects'").get() !== undefined;
        if (isBucket) database.prepare("UPDATE _mf_objects SET uploaded = uploaded - ?").run(ms);
        return isBucket;
      } finally {
        database.close();
      }
    }).length;
}

beforeAll(async () => {
  await open();
  [ownerId, leaverId] = [stack.users[0]?.id ?? "", stack.users[1]?.id ?? ""];
  await run(`UPDATE users SET name = ?2, email = ?3, email_verified_at = 1 WHERE id = ?1`, leaverId, NAME, ADDRESS);
  for (const [call, userId, name] of [[owner, ownerId, "mine.png"] as const, [leaver, leaverId, FILE] as const]) {
    for (let n = 0; n < 3; n++) {
      const bytes = pngPhoto(300, 200, n + (userId === ownerId ? 100 : 200));
      const photo = await untilEnded(call, ((await (await postForm(call, name, bytes)).json()) as Photo).id);
      if (n === 0) await addFaces(userId, call, photo, userId === ownerId ? 1 : 2);
      if (userId === leaverId) traces.push(textTrace("a photo", photo.id));
    }
    // Announced and never sent, and in the trash.
    await createBatch(call, "waiting", [manifestFile(name, pngPhoto(30, 20, 5))]);
    expect((await call("/api/v1/progress")).status).toBe(200);
  }
  const make = testCredentials({ stack, stateDir });
  browser = await make.session(leaverId);
  await run(
    `INSERT INTO passkeys (id, user_id, credential_id, public_key, transports, name, is_synced, created_at) VALUES ('p', ?, 'c', 'k', '[]', 'phone', 0, 1)`,
    leaverId,
  );
  await run(
    `INSERT INTO invitations (id, hash, email, role, invited_by, created_at, expires_at, accepted_at, accepted_by) VALUES ('i', 'h', ?, 'member', ?, 1, 2, 1, ?)`,
    ADDRESS,
    ownerId,
    leaverId,
  );
  await run(
    `INSERT INTO mail_outbox (id, dedupe_key, kind, recipient, payload, state, created_at) VALUES ('m', 'd', 'invitation', ?, '{"invitation":"i"}', 'sent', 1)`,
    ADDRESS,
  );
  await run(
    `INSERT INTO audit_events (id, at, action, subject_id, actor_id, via, network, user_agent, details) VALUES ('a', ?, 'account.role-changed', ?, ?, 'session', '192.0.2.0/24', 'Browser', '{}')`,
    Date.now(),
    ownerId,
    leaverId,
  );
  traces.push(
    textTrace("the user", leaverId),
    textTrace("the address", ADDRESS),
    textTrace("the name", NAME),
    textTrace("a file name", FILE),
  );
  before = await everythingOf(ownerId);
});
afterAll(async () => {
  await stack?.close();
  removeStateFolder(stateDir);
});

describe("deleting an account", () => {
  it("wants its name, typed, and a proof of who asks", async () => {
    expect((await remove({ confirm: "yes" })).status).toBe(400);
    await run(`UPDATE sessions SET authenticated_at = 1 WHERE user_id = ?`, leaverId);
    expect(((await (await remove({ confirm: NAME })).json()) as { code: string }).code).toBe("confirmation-required");
    await run(`UPDATE sessions SET authenticated_at = ?2 WHERE user_id = ?1`, leaverId, Date.now());
    expect((await leaver("/api/v1/photos")).status).toBe(200);
  });

  it("ends everything that opens it and its faces at once, and can be taken back", async () => {
    expect((await remove({ confirm: NAME })).status).toBe(204);
    expect((await leaver("/api/v1/photos")).status).toBe(401);
    expect((await asBrowser("/api/v1/auth/userinfo")).status).toBe(401);
    const [closing] = await rows(
      "SELECT status, delete_after AS day, face_consent AS consent FROM users WHERE id = ?",
      leaverId,
    );
    expect(closing).toMatchObject({ status: "closing", consent: "withdrawn" });
    expect(Number(closing?.["day"])).toBeGreaterThan(Date.now() + ACCOUNT_CLOSING_MS - 60_000);
    const until = Date.now() + 30_000;
    while (Date.now() < until && (await rows("SELECT 1 FROM faces WHERE user_id = ?", leaverId)).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 200));
    for (const table of ["faces", "face_vectors", "people", "people_actions"])
      expect(await rows(`SELECT 1 FROM ${table} WHERE user_id = ?`, leaverId), table).toEqual([]);
    // Signed in again, there is one's own account to see and to keep, and nothing else.
    browser = await testCredentials({ stack, stateDir }).session(leaverId);
    expect((await asBrowser("/api/v1/photos")).status).toBe(403);
    const told = (await (await asBrowser("/api/v1/auth/userinfo")).json()) as { status: string; deleteAfter: string };
    expect(told).toMatchObject({ status: "closing", deleteAfter: new Date(Number(closing?.["day"])).toISOString() });
    expect((await asBrowser("/api/v1/account/keep", { method: "POST" })).status).toBe(204);
    expect((await asBrowser("/api/v1/photos")).status).toBe(200);
    await stack.sweep();
    expect((await keysOf(leaverId)).filter((key) => key.startsWith("originals/"))).toHaveLength(3);
  });

  it("is not the last owner's while there are others", async () => {
    const ownersBrowser = await testCredentials({ stack, stateDir }).session(ownerId);
    const response = await fetch(`${stack.url}/api/v1/account`, {
      method: "DELETE",
      headers: { "content-type": "application/json", ...ownersBrowser },
      body: JSON.stringify({ confirm: "Owner", now: true }),
    });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: "last-owner" });
    await run(`DELETE FROM sessions WHERE user_id = ?`, ownerId);
  });

  it("removes everything through storms, once its time has come", { timeout: 180_000 }, async () => {
    // Something to find, or finding nothing proves nothing.
    expect((await remove({ confirm: NAME, now: true })).status).toBe(204);
    expect((await keysOf(leaverId)).length).toBeGreaterThan(3 + 3 * 4 - 1);
    await stack.close();
    for (const { what } of traces)
      expect(
        foundInTables(traces, stateDir).some((found) => found.startsWith(what)),
        what,
      ).toBe(true);
    await open({ faults: STORM });
    expect(await sweepUntilGone()).toBeGreaterThan(1);
    await stack.close();
    await open({ users: 1 });
    await stack.sweep();
    expect(await keysOf(leaverId)).toEqual([]);
    const left = await rows("SELECT * FROM audit_events WHERE subject_id = ?", leaverId);
    expect(left).toHaveLength(1);
    expect(left[0]).toMatchObject({
      action: "account.purged",
      actor_id: null,
      network: null,
      user_agent: null,
      details: "{}",
    });
  });

  it("leaves nobody else's anything changed", async () => {
    expect(await everythingOf(ownerId)).toEqual(before);
    expect(await rows("SELECT action, actor_id AS actor, network FROM audit_events WHERE id = 'a'")).toEqual([
      { action: "account.role-changed", actor: null, network: null },
    ]);
    expect((await owner("/api/v1/photos")).status).toBe(200);
  });

  it("does not take bytes back that come later", async () => {
    const late = `originals/${leaverId}/01900000-0000-7000-8000-0000000000aa/1`;
    await stack.bucket.put(late, pngPhoto(30, 20, 9));
    await stack.close();
    expect(makeObjectsOlder(HOUR_MS)).toBe(1);
    await open({ users: 1 });
    await stack.sweep();
    expect(await rows("SELECT 1 FROM photos WHERE user_id = ?", leaverId)).toEqual([]);
    expect(await stack.bucket.head(late)).toBeNull();
    // Bytes without a row are somebody's where nobody deleted an account.
    expect((await keysOf(ownerId)).length).toBeGreaterThan(10);
  });

  it("leaves no trace in any table, object or Durable Object but that one event", async () => {
    await stack.close();
    const found = foundInTables(traces, stateDir);
    expect(found.filter((what) => !what.startsWith("the user in audit_events"))).toEqual([]);
    expect(found).toHaveLength(1);
    await open({ users: 1 });
  });

  it("is the only user's as well: the installation is unclaimed then, and its next start makes a new owner", async () => {
    browser = await testCredentials({ stack, stateDir }).session(ownerId);
    await run(
      `INSERT INTO invitations (id, hash, role, invited_by, created_at, expires_at) VALUES ('open', 'o', 'member', ?, 1, ?)`,
      ownerId,
      Date.now() + HOUR_MS,
    );
    expect((await remove({ confirm: " Owner ", now: true })).status).toBe(204);
    // Nobody comes in by an invitation to a house without an owner.
    expect(await rows("SELECT revoked_at IS NOT NULL AS isRevoked FROM invitations WHERE id = 'open'")).toEqual([
      { isRevoked: 1 },
    ]);
    leaverId = ownerId;
    await sweepUntilGone();
    expect(await rows("SELECT 1 FROM users")).toEqual([]);
    expect((await stack.bucket.list()).objects).toEqual([]);
    await stack.close();
    await open({ users: 1 });
    expect(await rows("SELECT role FROM users")).toEqual([{ role: "owner" }]);
    expect(stack.users[0]?.id).not.toBe(ownerId);
    expect(stack.signInUrl).toContain("#token=");
  });
});
