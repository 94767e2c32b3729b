// Uploading through the front door of a real platform: manifests, bytes, forms, duplicates, idempotency.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { originalKey } from "../../shared/adapters/objects.ts";
import type { UserInfo } from "../../shared/contracts/auth.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import type { ProgressSnapshot } from "../../shared/contracts/progress.ts";
import { recountProgress } from "../../shared/db/photos/progress-queries.ts";
import { pngPhoto } from "../../tests/fixtures/png-photo.ts";
import {
  type Caller,
  createBatch,
  manifestFile,
  openTestPlatform,
  postForm,
  putOriginal,
  sha256Of,
  type TestPlatform,
  untilEnded,
} from "../../tests/fixtures/test-platform.ts";

let platform: TestPlatform;
let owner: Caller;
let other: Caller;

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  owner = platform.as(0);
  other = platform.as(1);
});
afterAll(() => platform.close());

let seed = 0;
const newPhoto = () => pngPhoto(64, 48, ++seed);
const idOf = (answer: { action: string; photoId?: string } | undefined): string => {
  if (answer?.photoId === undefined) throw new Error(`no photo: ${JSON.stringify(answer)}`);
  return answer.photoId;
};

describe("a manifest", () => {
  it("answers put for new files, in order, and the same again for the same call", async () => {
    const files = [newPhoto(), newPhoto()].map((bytes, i) => manifestFile(`a${i}.png`, bytes));
    const first = await createBatch(owner, "same", files);
    const second = await createBatch(owner, "same", files);
    expect(first.files.map(({ action }) => action)).toEqual(["put", "put"]);
    expect(second).toEqual(first);
  });

  it("extends the batch when called again with more files, without shrinking what was declared", async () => {
    const [a, b] = [newPhoto(), newPhoto()];
    const first = await createBatch(owner, "extend", [manifestFile("a.png", a)], 5);
    const second = await createBatch(owner, "extend", [manifestFile("b.png", b)], 2);
    expect(second.batchId).toBe(first.batchId);
    const progress = (await (await owner(`/api/v1/batches/${first.batchId}`)).json()) as ProgressSnapshot;
    expect(progress).toMatchObject({ expected: 5, received: 0, phase: "processing" });
  });

  it("answers exists for bytes that are already in the library, and never mixes up users", async () => {
    const bytes = newPhoto();
    const created = (await (await postForm(owner, "once.png", bytes)).json()) as Photo;
    const again = await createBatch(owner, "again", [manifestFile("copy.png", bytes)]);
    expect(again.files).toEqual([{ action: "exists", photoId: created.id }]);
    const theirs = await createBatch(other, "again", [manifestFile("copy.png", bytes)]);
    expect(theirs.files[0]?.action).toBe("put");
    expect(idOf(theirs.files[0])).not.toBe(created.id);
  });

  it("names one photo for two copies of the same new file, and expects it once", async () => {
    const bytes = newPhoto();
    const batch = await createBatch(owner, "twice", [manifestFile("a/x.png", bytes), manifestFile("b/x.png", bytes)]);
    expect(idOf(batch.files[0])).toBe(idOf(batch.files[1]));
    expect(((await (await owner(`/api/v1/batches/${batch.batchId}`)).json()) as ProgressSnapshot).expected).toBe(1);
  });

  it("tells entries that say the same apart, so that each declared file is expected", async () => {
    const [a, b] = [newPhoto(), newPhoto()];
    const same = { name: "IMG_0001.png", size: Math.max(a.byteLength, b.byteLength), type: "image/png", mtime: 1 };
    const [first, again] = [
      await createBatch(owner, "same names", [same, same]),
      await createBatch(owner, "same names", [same, same]),
    ];
    expect(idOf(first.files[0])).not.toBe(idOf(first.files[1]));
    expect(again).toEqual(first);
  });

  it("rejects single files with a problem each and admits the others", async () => {
    const good = newPhoto();
    const batch = await createBatch(owner, "mixed", [
      manifestFile("empty.png", good, { size: 0, sha256: sha256Of(new Uint8Array(0)) }),
      manifestFile("huge.png", good, { size: 100_000_001, sha256: "a".repeat(64) }),
      manifestFile("notes.txt", good, { type: "text/plain", sha256: "b".repeat(64) }),
      manifestFile("good.png", good),
    ]);
    expect(batch.files.map((file) => (file.action === "rejected" ? file.problem.code : file.action))).toEqual([
      "empty-file",
      "file-too-large",
      "unsupported-type",
      "put",
    ]);
    expect(((await (await owner(`/api/v1/batches/${batch.batchId}`)).json()) as ProgressSnapshot).expected).toBe(1);
  });
});

describe("sending bytes", () => {
  it("stores them, answers 201 with the photo, and carries it to done with thumbnails", async () => {
    const bytes = pngPhoto(1500, 1000, ++seed);
    const batch = await createBatch(owner, "send", [manifestFile("send.png", bytes)]);
    const photoId = idOf(batch.files[0]);
    const response = await putOriginal(owner, photoId, bytes);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      id: photoId,
      bytes: bytes.byteLength,
      sha256: sha256Of(bytes),
      mime: "image/png",
      width: 1500,
      height: 1000,
      status: "processing",
    });
    const done = await untilEnded(owner, photoId);
    expect(done).toMatchObject({
      status: "done",
      width: 1500,
      height: 1000,
      stages: { thumbnail: { state: "done" }, index: { state: "done" } },
    });
    expect(done.thumbhash).toMatch(/^[A-Za-z0-9+/=]{10,40}$/);
    expect(Object.keys(done.renditions).sort()).toEqual(["w1280", "w160", "w320", "w640"]);
  });

  it("is safe to repeat: 200 with the same photo, stored once", async () => {
    const bytes = newPhoto();
    const photoId = idOf((await createBatch(owner, "repeat", [manifestFile("r.png", bytes)])).files[0]);
    expect((await putOriginal(owner, photoId, bytes)).status).toBe(201);
    const again = await putOriginal(owner, photoId, bytes);
    expect(again.status).toBe(200);
    expect(((await again.json()) as Photo).id).toBe(photoId);
  });

  it("ten at once store one photo", async () => {
    const bytes = newPhoto();
    const photoId = idOf((await createBatch(owner, "race", [manifestFile("r.png", bytes)])).files[0]);
    const answers = await Promise.all(Array.from({ length: 10 }, () => putOriginal(owner, photoId, bytes)));
    expect(answers.every(({ status }) => status === 200 || status === 201)).toBe(true);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it("streams a file larger than one chunk without losing a byte", async () => {
    const bytes = new Uint8Array(3_000_000);
    bytes.set(newPhoto());
    for (let pos = 20_000; pos < bytes.length; pos += 4096) bytes[pos] = pos / 4096;
    const photoId = idOf((await createBatch(owner, "large", [manifestFile("large.png", bytes)])).files[0]);
    expect((await putOriginal(owner, photoId, bytes)).status).toBe(201);
    const back = new Uint8Array(await (await owner(`/api/v1/photos/${photoId}/original`)).arrayBuffer());
    expect(sha256Of(back)).toBe(sha256Of(bytes));
  });

  it("that are no image settles the file at once, and the right bytes are still welcome", async () => {
    const bytes = newPhoto();
    const { sha256: _, ...undigested } = manifestFile("r.png", bytes);
    const batch = await createBatch(owner, "refused", [undigested]);
    const photoId = idOf(batch.files[0]);
    const progress = async () => (await (await owner(`/api/v1/batches/${batch.batchId}`)).json()) as ProgressSnapshot;
    expect(await progress()).toMatchObject({ expected: 1, phase: "processing" });
    const refused = await putOriginal(owner, photoId, new Uint8Array(bytes.byteLength).fill(65));
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([415, "unsupported-type"]);
    expect(await progress()).toMatchObject({ expected: 0, phase: "done" });
    expect(await createBatch(owner, "refused", [undigested])).toEqual(batch);
    expect(await progress()).toMatchObject({ expected: 1, phase: "processing" });
    expect((await putOriginal(owner, photoId, bytes)).status).toBe(201);
  });

  it("with a wrong digest stores nothing, and the right bytes are still welcome", async () => {
    const bytes = newPhoto();
    const { sha256: _, ...undigested } = manifestFile("wrong.png", bytes);
    const photoId = idOf((await createBatch(owner, "wrong", [undigested])).files[0]);
    const wrong = await putOriginal(owner, photoId, bytes, {
      "content-digest": `sha-256=:${Buffer.alloc(32, 7).toString("base64")}:`,
    });
    expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([422, "digest-mismatch"]);
    const userId = platform.stack.users[0]?.id ?? "";
    expect(await platform.stack.bucket.head(originalKey({ userId, photoId, gen: 1 }))).toBeNull();
    // The digest bound by the failed attempt was wrong: the person's file must still be able to come in.
    expect((await putOriginal(owner, photoId, bytes)).status).toBe(201);
  });

  it("by form takes one photo, dedupes by content, and honours Idempotency-Key", async () => {
    const bytes = newPhoto();
    const first = await postForm(owner, "form.png", bytes, { "idempotency-key": "k1" });
    const again = await postForm(owner, "form.png", bytes, { "idempotency-key": "k1" });
    const unkeyed = await postForm(owner, "other-name.png", bytes);
    expect([first.status, again.status, unkeyed.status]).toEqual([201, 200, 200]);
    const ids = await Promise.all(
      [first, again, unkeyed].map(async (response) => ((await response.json()) as Photo).id),
    );
    expect(new Set(ids).size).toBe(1);
    // A key is bound by its first use, also where the bytes were in the library before it.
    expect((await postForm(owner, "third-name.png", bytes, { "idempotency-key": "k2" })).status).toBe(200);
    for (const key of ["k1", "k2"]) {
      const conflict = await postForm(owner, "form.png", newPhoto(), { "idempotency-key": key });
      expect([conflict.status, ((await conflict.json()) as { code: string }).code]).toEqual([
        409,
        "idempotency-conflict",
      ]);
    }
  });
});

describe("the account's totals", () => {
  it("are exact through upload, trash, restore and removal", async () => {
    const bytes = [newPhoto(), newPhoto(), newPhoto()];
    const sum = (parts: Uint8Array[]) => parts.reduce((total, part) => total + part.byteLength, 0);
    const totals = async () => {
      const { bytes, photos } = ((await (await other("/api/v1/auth/userinfo")).json()) as UserInfo).storage;
      return { bytes, photos };
    };
    const photos = await Promise.all(
      bytes.map(async (part, i) => (await (await postForm(other, `${i}.png`, part)).json()) as Photo),
    );
    expect(await totals()).toEqual({ bytes: sum(bytes), photos: 3 });
    await other(`/api/v1/photos/${photos[0]?.id}`, { method: "DELETE" });
    expect(await totals()).toEqual({ bytes: sum(bytes), photos: 2 });
    await other(`/api/v1/photos/${photos[0]?.id}/restore`, { method: "POST" });
    expect(await totals()).toEqual({ bytes: sum(bytes), photos: 3 });
    await other(`/api/v1/photos/${photos[1]?.id}?permanent=true`, { method: "DELETE" });
    expect(await totals()).toEqual({ bytes: sum([bytes[0] as Uint8Array, bytes[2] as Uint8Array]), photos: 2 });
  });
});

describe("after the dust has settled", () => {
  it("poll equals recount for every user", async () => {
    for (const [n, { id }] of platform.stack.users.entries()) {
      const call = platform.as(n);
      for (
        let waited = 0;
        waited < 60 &&
        ((await (await call("/api/v1/photos?status=processing")).json()) as { items: [] }).items.length > 0;
        waited++
      )
        await new Promise((resolve) => setTimeout(resolve, 250));
      const { expected, received, thumbnail } = (await (await call("/api/v1/progress")).json()) as ProgressSnapshot;
      const recount = await recountProgress(platform.stack.db, id, null);
      expect({ expected, received, thumbnail }).toEqual({
        expected: recount.expected,
        received: recount.received,
        thumbnail: recount.thumbnail,
      });
    }
  });
});
