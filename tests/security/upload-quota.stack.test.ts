// Room on a real platform: however many uploads race, by whatever path, nothing is held beyond the limit, by a byte or a photo;
// and what the counters say is what lies in R2.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UserInfo } from "../../shared/contracts/auth.ts";
import type { ManifestAnswer } from "../../shared/contracts/batches.ts";
import type { Problem } from "../../shared/contracts/errors.ts";
import { UPLOAD_ABANDON_AFTER_MS } from "../../shared/contracts/limits.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import { pngPhoto } from "../fixtures/png-photo.ts";
import {
  type Caller,
  createBatch,
  manifestFile,
  openTestPlatform,
  postForm,
  putOriginal,
  type TestPlatform,
} from "../fixtures/test-platform.ts";

const USERS = 9;
let platform: TestPlatform;
/** Each test has an account of its own. */
let user = 0;
let owner: Caller;
let userId: string;
let seed = 0;
let batches = 0;

beforeAll(async () => {
  platform = await openTestPlatform({ users: USERS, consent: false });
});
afterAll(() => platform.close());
beforeEach(() => {
  owner = platform.as(user);
  userId = platform.stack.users[user]?.id ?? "";
  user++;
});

const newPhoto = () => pngPhoto(64, 48, ++seed);
const run = (sql: string, ...params: unknown[]) =>
  platform.stack.db
    .prepare(sql)
    .bind(...params)
    .run();
const limit = (bytes: number | null, photos: number | null = null) =>
  run(`UPDATE users SET quota_bytes = ?2, quota_photos = ?3 WHERE id = ?1`, userId, bytes, photos);
const storage = async (): Promise<UserInfo["storage"]> =>
  ((await (await owner("/api/v1/auth/userinfo")).json()) as UserInfo).storage;
const announce = (...photos: Uint8Array[]) =>
  createBatch(
    owner,
    `batch ${++batches}`,
    photos.map((bytes, i) => manifestFile(`${i}.png`, bytes)),
  );
const codeOf = (answer: ManifestAnswer | undefined): string =>
  answer?.action === "rejected" ? answer.problem.code : (answer?.action ?? "none");
const photoIdOf = (answer: ManifestAnswer | undefined): string => {
  if (answer === undefined || answer.action === "rejected") throw new Error(JSON.stringify(answer));
  return answer.photoId;
};
const problemOf = async (response: Response): Promise<string> => ((await response.json()) as Problem).code;

/** Bytes of the user's originals, from the bucket itself. */
async function bytesInR2(): Promise<number> {
  let bytes = 0;
  let cursor: string | undefined;
  do {
    const page = await platform.stack.bucket.list({
      prefix: `originals/${userId}/`,
      ...(cursor === undefined ? {} : { cursor }),
    });
    bytes += page.objects.reduce((sum, { size }) => sum + size, 0);
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return bytes;
}

/** An hour without a sign of it, and a sweep. */
async function abandon(photoId: string): Promise<void> {
  const longAgo = Date.now() - UPLOAD_ABANDON_AFTER_MS - 1;
  await run(`UPDATE photos SET created_at = ?2, changed_at = ?2 WHERE id = ?1`, photoId, longAgo);
  await platform.stack.sweep();
  const row = await platform.stack.db
    .prepare(`SELECT lifecycle FROM photos WHERE id = ?`)
    .bind(photoId)
    .first<{ lifecycle: string }>();
  expect(row?.lifecycle).toBe("abandoned");
}

describe("a hundred uploads at once", () => {
  const photos = Array.from({ length: 100 }, () => newPhoto());

  it.each([
    ["announced one by one", false],
    ["sent as forms", true],
  ])("%s never pass the limit by a byte", async (_, asForms) => {
    const quotaBytes = photos.slice(0, 41).reduce((sum, { byteLength }) => sum + byteLength, 0) + 17;
    await limit(quotaBytes);
    const statuses = await Promise.all(
      photos.map(async (bytes, i) => {
        if (asForms) return (await postForm(owner, `${i}.png`, bytes)).status;
        const answer = (await announce(bytes)).files[0];
        if (answer?.action !== "put") return codeOf(answer);
        return (await putOriginal(owner, answer.photoId, bytes)).status;
      }),
    );
    const held = await storage();
    expect(held.quotaBytes).toBe(quotaBytes);
    expect(held.bytes + held.reservedBytes).toBeLessThanOrEqual(quotaBytes);
    expect(held.reservedBytes).toBe(0);
    expect(await bytesInR2()).toBe(held.bytes);
    // Full, too: nothing was refused for which there was room.
    expect(quotaBytes - held.bytes).toBeLessThan(Math.min(...photos.map(({ byteLength }) => byteLength)));
    const stored = statuses.filter((status) => status === 201).length;
    expect(stored).toBe(held.photos);
    expect(statuses.filter((status) => status === (asForms ? 413 : "quota-exceeded"))).toHaveLength(100 - stored);
  });

  it("never pass the limit by a photo", async () => {
    await limit(null, 7);
    const answers = (await Promise.all(photos.map((bytes) => announce(bytes)))).map(({ files }) => files[0]);
    expect(answers.map(codeOf).filter((code) => code === "put")).toHaveLength(7);
    expect(await storage()).toMatchObject({ photos: 0, reservedPhotos: 7, quotaPhotos: 7 });
  });
});

describe("room", () => {
  it("is given to the files of a manifest that fit, and the others are told how much is left", async () => {
    const [a, b, c] = [newPhoto(), pngPhoto(400, 300, ++seed), newPhoto()];
    await limit(a.byteLength + c.byteLength);
    const { files } = await announce(a, b, c);
    expect(files.map(codeOf)).toEqual(["put", "quota-exceeded", "put"]);
    const refused = files[1];
    expect(refused?.action === "rejected" && refused.problem.detail).toBe(
      `The file has ${b.byteLength} bytes; 0 bytes are free.`,
    );
    for (const [i, bytes] of [[0, a] as const, [2, c] as const])
      expect((await putOriginal(owner, photoIdOf(files[i]), bytes)).status).toBe(201);
    expect(await storage()).toMatchObject({ bytes: a.byteLength + c.byteLength, reservedBytes: 0, reservedPhotos: 0 });
    // What is here may be announced again, full or not.
    expect((await announce(a, c)).files.map(codeOf)).toEqual(["exists", "exists"]);
  });

  it("is not got by announcing less than is sent, nor by announcing the same bytes smaller while they are on their way", async () => {
    const bytes = newPhoto();
    await limit(bytes.byteLength);
    const small = await createBatch(owner, "liar", [manifestFile("a.png", bytes, { size: 1 })]);
    const photoId = photoIdOf(small.files[0]);
    expect(await problemOf(await putOriginal(owner, photoId, bytes))).toBe("size-mismatch");
    expect(photoIdOf((await announce(bytes)).files[0])).toBe(photoId);
    await createBatch(owner, "liar again", [manifestFile("a.png", bytes, { size: 1 })]);
    expect(await storage()).toMatchObject({ reservedBytes: bytes.byteLength });
    expect((await putOriginal(owner, photoId, bytes)).status).toBe(201);
    expect(await storage()).toMatchObject({ bytes: bytes.byteLength, reservedBytes: 0 });
    expect(await bytesInR2()).toBe(bytes.byteLength);
  });

  it("of an abandoned upload is free for others; taken up again, it must fit", async () => {
    const [a, b] = [newPhoto(), newPhoto()];
    await limit(Math.max(a.byteLength, b.byteLength));
    const photoId = photoIdOf((await announce(a)).files[0]);
    expect(codeOf((await announce(b)).files[0])).toBe("quota-exceeded");
    await abandon(photoId);
    expect(await storage()).toMatchObject({ reservedBytes: 0, reservedPhotos: 0 });
    const second = photoIdOf((await announce(b)).files[0]);
    expect(await problemOf(await putOriginal(owner, photoId, a))).toBe("quota-exceeded");
    expect(codeOf((await announce(a)).files[0])).toBe("quota-exceeded");
    expect(await bytesInR2()).toBe(0);
    expect((await owner(`/api/v1/photos/${second}?permanent=true`, { method: "DELETE" })).status).toBe(204);
    expect((await putOriginal(owner, photoId, a)).status).toBe(201);
    expect(await storage()).toMatchObject({ bytes: a.byteLength, reservedBytes: 0 });
  });

  it("is not held by bytes that came after their upload was abandoned, or trashed, and others took it", async () => {
    const [a, b, c] = [newPhoto(), newPhoto(), newPhoto()];
    await limit(a.byteLength + b.byteLength);
    const [abandoned, trashed] = (await announce(a, b)).files.map(photoIdOf);
    await abandon(abandoned ?? "");
    await owner(`/api/v1/photos/${trashed}`, { method: "DELETE" });
    expect(codeOf((await announce(c)).files[0])).toBe("put");
    await limit(c.byteLength);
    // The bytes of a request that was on its way all the while.
    for (const [photoId, bytes] of [[abandoned, a] as const, [trashed, b] as const])
      await platform.stack.bucket.put(`originals/${userId}/${photoId}/1`, bytes);
    await run(`UPDATE photos SET changed_at = 1 WHERE id IN (?1, ?2)`, abandoned, trashed);
    await platform.stack.sweep();
    expect(await storage()).toMatchObject({ bytes: 0, reservedBytes: c.byteLength });
    expect(await bytesInR2()).toBe(0);
  });

  it("lowered below what is there takes nothing away, and lets nothing in; the trash counts until it is emptied", async () => {
    const [a, b] = [newPhoto(), newPhoto()];
    const kept = (await (await postForm(owner, "a.png", a)).json()) as Photo;
    await limit(1, 1);
    expect((await owner(`/api/v1/photos/${kept.id}/original`)).status).toBe(200);
    expect((await postForm(owner, "b.png", b)).status).toBe(413);
    await owner(`/api/v1/photos/${kept.id}`, { method: "DELETE" });
    expect(await storage()).toMatchObject({ bytes: a.byteLength, photos: 0 });
    await limit(a.byteLength + b.byteLength - 1, 1);
    expect((await postForm(owner, "b.png", b)).status).toBe(413);
    await limit(a.byteLength + b.byteLength, 1);
    expect((await postForm(owner, "b.png", b)).status).toBe(201);
    // There is no room for a second photo, in bytes there is.
    expect(await problemOf(await owner(`/api/v1/photos/${kept.id}/restore`, { method: "POST" }))).toBe(
      "quota-exceeded",
    );
    await limit(a.byteLength + b.byteLength, 2);
    expect((await owner(`/api/v1/photos/${kept.id}/restore`, { method: "POST" })).status).toBe(200);
    expect(await bytesInR2()).toBe(a.byteLength + b.byteLength);
  });

  it("is the installation's where the account has none of its own", async () => {
    const bytes = newPhoto();
    const preset = { defaultQuotaBytes: bytes.byteLength - 1, defaultQuotaPhotos: null };
    await run(`INSERT INTO settings (name, value, changed_at) VALUES ('identity', ?1, 1)`, JSON.stringify(preset));
    expect((await storage()).quotaBytes).toBe(bytes.byteLength - 1);
    expect((await postForm(owner, "a.png", bytes)).status).toBe(413);
    await limit(bytes.byteLength);
    expect((await postForm(owner, "a.png", bytes)).status).toBe(201);
    await run(`DELETE FROM settings WHERE name = 'identity'`);
    await limit(null);
    expect((await storage()).quotaBytes).toBeNull();
  });
});
