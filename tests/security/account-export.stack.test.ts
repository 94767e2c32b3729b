// A copy of everything of one's own, really unpacked: every original byte for byte, under names that are safe anywhere, with
// nothing secret and nothing of anybody else in it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AccountExport } from "../../shared/contracts/account.ts";
import { EXPORT_PART_PHOTOS } from "../../shared/contracts/limits.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import { hashPassword } from "../../workers/gateway/identity/password-hash.ts";
import { ageSessions, signedInBrowser } from "../fixtures/browser.ts";
import { pngPhoto } from "../fixtures/png-photo.ts";
import { readZip } from "../fixtures/read-zip.ts";
import {
  type Caller,
  createBatch,
  manifestFile,
  openTestPlatform,
  postForm,
  putOriginal,
  sha256Of,
  type TestPlatform,
} from "../fixtures/test-platform.ts";
import { type Headers, testCredentials } from "./test-credentials.ts";

const NAMES = [
  "a.jpg",
  "A.JPG",
  "../../escape.jpg",
  "gpj.\u202Eexe.png",
  "\u0000\r\nX-Evil: 1.png",
  `${"写".repeat(300)}.png`,
];
const PASSWORD = "four words make one";
let platform: TestPlatform;
let owner: Caller;
let ownerId = "";
let otherId = "";
let browser: Headers;
const sent = new Map<string, Uint8Array>();

const as = (headers: Headers) => (path: string) => fetch(platform.stack.url + path, { headers });
const run = (sql: string, ...params: unknown[]) =>
  platform.stack.db
    .prepare(sql)
    .bind(...params)
    .run();

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  owner = platform.as(0);
  [ownerId, otherId] = platform.stack.users.map(({ id }) => id) as [string, string];
  browser = await testCredentials(platform).session(ownerId);
  for (const [i, name] of NAMES.entries()) {
    const bytes = pngPhoto(64, 48, i + 1);
    const { files } = await createBatch(owner, name.slice(0, 90), [manifestFile(name, bytes)]);
    const answer = files[0];
    if (answer?.action !== "put") throw new Error(JSON.stringify(answer));
    expect((await putOriginal(owner, answer.photoId, bytes)).status).toBe(201);
    sent.set(answer.photoId, bytes);
  }
  const theirs = (await (await postForm(platform.as(1), "theirs.png", pngPhoto(64, 48, 99))).json()) as Photo;
  // In the trash it is still one's own.
  await owner(`/api/v1/photos/${[...sent.keys()][0]}`, { method: "DELETE" });
  await run(
    `INSERT INTO people (id, user_id, name, made_by, created_at, changed_at) VALUES ('person', ?, 'Aunt Rosamund', 'human', 1, 1)`,
    ownerId,
  );
  expect(theirs.id).toBeDefined();
});
afterAll(() => platform.close());

describe("an export", () => {
  it("says in which parts it comes", async () => {
    const parts = AccountExport.parse(await (await as(browser)("/api/v1/account/export")).json());
    const bytes = [...sent.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(parts).toEqual({
      photos: NAMES.length,
      bytes,
      parts: [{ part: 1, photos: NAMES.length, bytes, url: "/api/v1/account/export/1" }],
    });
  });

  it("holds every original byte for byte, under safe names, at exactly the length it was announced with", async () => {
    const response = await as(browser)("/api/v1/account/export/1");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/zip");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="heliograph-001.zip"');
    expect(response.headers.get("cache-control")).toContain("no-store");
    const zip = new Uint8Array(await response.arrayBuffer());
    expect(Number(response.headers.get("content-length"))).toBe(zip.byteLength);
    const files = readZip(zip);
    const names = [...files.keys()];
    expect(names.filter((name) => name.startsWith("photos/"))).toEqual([
      "photos/001/a.jpg",
      "photos/001/A (2).JPG",
      "photos/001/escape.jpg",
      "photos/001/gpj.exe.png",
      "photos/001/X-Evil_ 1.png",
      `photos/001/${"写".repeat(83)}.png`,
    ]);
    expect(names.filter((name) => /\.\.|^\/|\\|\p{Cc}|\p{Cf}/u.test(name))).toEqual([]);
    const listed = JSON.parse(textOf(files, "photos-001.json")) as { id: string; file: string; sha256: string }[];
    expect(listed.map(({ id }) => id)).toEqual([...sent.keys()]);
    for (const { id, file, sha256 } of listed) {
      expect(sha256Of(files.get(file) ?? new Uint8Array()), file).toBe(sha256);
      expect(sha256).toBe(sha256Of(sent.get(id) ?? new Uint8Array()));
    }
  });

  it("tells of the account, with no secret and nobody else in it", async () => {
    const zip = new Uint8Array(await (await as(browser)("/api/v1/account/export/1")).arrayBuffer());
    const files = readZip(zip);
    const account = JSON.parse(textOf(files, "account.json")) as Record<string, Record<string, unknown>[]>;
    expect(account).toMatchObject({ id: ownerId, name: "Owner", role: "owner" });
    expect(account["people"]).toMatchObject([{ name: "Aunt Rosamund", photos: [] }]);
    expect(account["apiKeys"]?.[0]).toMatchObject({ name: "stack", prefix: expect.stringMatching(/^hg_.{4}$/) });
    expect(account["audit"]?.map(({ action }) => action)).toContain("account.exported");
    expect(account["sessions"]).toHaveLength(1);
    const everything = [...files].filter(([name]) => name.endsWith(".json")).map(([name]) => textOf(files, name));
    const { results } = await platform.stack.db
      .prepare(`SELECT hash FROM api_keys UNION SELECT hash FROM sessions UNION SELECT hash FROM sign_in_links`)
      .all<{ hash: string }>();
    for (const secret of [...results.map(({ hash }) => hash), otherId, browser["cookie"] ?? "", "sealed"])
      expect(everything.join("\n")).not.toContain(secret);
  });

  it("leaves out an original that storage has lost, and says so", async () => {
    const [, lost] = [...sent.keys()];
    const key = `originals/${ownerId}/${lost}/1`;
    const kept = await (await platform.stack.bucket.get(key))?.arrayBuffer();
    await platform.stack.bucket.delete(key);
    const files = readZip(new Uint8Array(await (await as(browser)("/api/v1/account/export/1")).arrayBuffer()));
    const listed = JSON.parse(textOf(files, "photos-001.json")) as { id: string; file: string | null }[];
    expect(listed.find(({ id }) => id === lost)?.file).toBeNull();
    expect([...files.keys()].filter((name) => name.startsWith("photos/"))).toHaveLength(NAMES.length - 1);
    await platform.stack.bucket.put(key, kept ?? new ArrayBuffer(0));
  });

  it("is cut into parts, and what is deleted meanwhile moves no photo into another part", async () => {
    const first = pngPhoto(8, 8, 1);
    // Photos of the past that are tombstones by now: they keep their places.
    await run(
      `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)
       INSERT INTO photos (id, user_id, lifecycle, upload_key, filename, mime, bytes, created_at, changed_at, stored_at, purged_at)
       SELECT '00000000-0000-7000-8000-' || printf('%012d', n), ?1, 'deleted', 'old' || n, 'old.png', 'image/png', 1, 1, ?3, 1, ?3 FROM numbers`,
      ownerId,
      EXPORT_PART_PHOTOS - 2,
      Date.now(),
    );
    const { parts } = AccountExport.parse(await (await as(browser)("/api/v1/account/export")).json());
    expect(parts.map(({ part, photos }) => [part, photos])).toEqual([
      [1, 2],
      [2, NAMES.length - 2],
    ]);
    const files = readZip(new Uint8Array(await (await as(browser)("/api/v1/account/export/2")).arrayBuffer()));
    expect(files.has("account.json")).toBe(false);
    expect([...files.keys()].filter((name) => name.startsWith("photos/002/"))).toHaveLength(NAMES.length - 2);
    expect((await as(browser)("/api/v1/account/export/3")).status).toBe(404);
    expect(first.byteLength).toBeGreaterThan(0);
  });

  it("is a person's who has just proved who they are, and nobody else's", async () => {
    expect((await owner("/api/v1/account/export")).status).toBe(403);
    expect((await owner("/api/v1/account/export/1")).status).toBe(403);
    expect((await platform.anonymous("/api/v1/account/export/1")).status).toBe(401);
    const stale = await testCredentials(platform).session(ownerId, { authenticatedAgoMs: 60 * 60_000 });
    expect(await (await as(stale)("/api/v1/account/export/1")).json()).toMatchObject({ code: "confirmation-required" });
    const others = await testCredentials(platform).session(otherId);
    const files = readZip(new Uint8Array(await (await as(others)("/api/v1/account/export/1")).arrayBuffer()));
    expect([...files.keys()]).toEqual(["account.json", "photos-001.json", "photos/001/theirs.png"]);
    expect(textOf(files, "account.json")).not.toContain(ownerId);
    for (const part of ["0", "-1", "1.5", "x", "9".repeat(20)])
      expect([400, 404]).toContain((await as(browser)(`/api/v1/account/export/${part}`)).status);
  });

  it("is had while the account closes, by whoever proves once more who they are", async () => {
    const admin = await signedInBrowser(platform, 0);
    const settings = await admin.ask("GET", "/api/v1/admin/identity");
    await admin.ask("PUT", "/api/v1/admin/identity", { ...settings, passwords: true });
    const leaving = await signedInBrowser(platform, 1);
    await run(
      `UPDATE users SET status = 'closing', delete_after = 1e15, password_hash = ?2 WHERE id = ?1`,
      otherId,
      hashPassword(PASSWORD),
    );
    await ageSessions(platform, 1);
    expect(await leaving.refusal("GET", "/api/v1/account/export")).toBe("403 confirmation-required");
    await leaving.ask("POST", "/api/v1/auth/passkeys/confirm/options");
    await leaving.ask("POST", "/api/v1/auth/confirm/password", { password: PASSWORD });
    expect(AccountExport.parse(await leaving.ask("GET", "/api/v1/account/export")).parts).toHaveLength(1);
  });
});

function textOf(files: ReadonlyMap<string, Uint8Array>, name: string): string {
  return new TextDecoder().decode(files.get(name));
}
