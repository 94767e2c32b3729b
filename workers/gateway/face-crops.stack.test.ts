// Pictures of faces through the front door: cut by the thumbnailer when they are first asked for, gone with what they show.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Photo } from "../../shared/contracts/photos.ts";
import { pngPhoto } from "../../tests/fixtures/png-photo.ts";
import {
  type Caller,
  openTestPlatform,
  postForm,
  type TestPlatform,
  untilEnded,
} from "../../tests/fixtures/test-platform.ts";

let platform: TestPlatform;
let owner: Caller;
let userId: string;
let seed = 0;
let photo: Photo;
let faceId: string;

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  owner = platform.as(0);
  userId = platform.stack.users[0]?.id ?? "";
});
afterAll(() => platform.close());

/** Weights are not there, so the face is put into the database by hand. */
beforeEach(async () => {
  seed++;
  const posted = (await (await postForm(owner, `${seed}.png`, pngPhoto(1600, 900, seed))).json()) as Photo;
  photo = await untilEnded(owner, posted.id);
  faceId = `00000000-0000-7000-8000-${String(seed).padStart(12, "0")}`;
  await platform.stack.db
    .prepare(
      `INSERT INTO faces (id, user_id, photo_id, gen, model_id, box_x, box_y, box_width, box_height, landmarks, score, quality, created_at)
       VALUES (?1, ?2, ?3, 1, 'model', 0.4, 0.3, 0.2, 0.4, '[]', 0.9, 0.5, 0)`,
    )
    .bind(faceId, userId, photo.id)
    .run();
});

const path = () => `/api/v1/faces/${faceId}/crop.jpg`;
const storedCrops = async () =>
  (await platform.stack.bucket.list({ prefix: `crops/${userId}/${photo.id}/` })).objects.map(({ key }) => key);

describe("a face crop", () => {
  it("is cut by the first request, stored, and kept by no browser", async () => {
    expect(await storedCrops()).toEqual([]);
    const first = await owner(path());
    expect([first.status, first.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect(first.headers.get("cache-control")).toBe("private, no-store");
    expect(first.headers.get("x-content-type-options")).toBe("nosniff");
    const bytes = new Uint8Array(await first.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    expect(await storedCrops()).toEqual([`crops/${userId}/${photo.id}/1/${faceId}.jpg`]);
    const second = await owner(path(), { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
    expect(second.status).toBe(304);
  });

  it("is its owner's alone", async () => {
    expect((await platform.as(1)(path())).status).toBe(404);
    expect((await platform.anonymous(path())).status).toBe(401);
    expect(await storedCrops()).toEqual([]);
    expect((await owner(`/api/v1/faces/00000000-0000-7000-8000-ffffffffffff/crop.jpg`)).status).toBe(404);
    expect((await owner(`/api/v1/faces/..%2f..%2foriginals/crop.jpg`)).status).toBe(400);
  });

  it("is one cut for many who ask at once", async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, () => owner(path())));
    expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(responses.map((response) => response.headers.get("etag"))).size).toBe(1);
    await Promise.all(responses.map((response) => response.arrayBuffer()));
  });

  it("is not shown, nor is any face, from the moment of a withdrawal, whenever it is deleted", async () => {
    const facesIn = async () =>
      ((await (await owner(`/api/v1/photos/${photo.id}/faces`)).json()) as { items: unknown[] }).items;
    const say = (consent: string) =>
      platform.stack.db.prepare(`UPDATE users SET face_consent = ?1 WHERE id = ?2`).bind(consent, userId).run();
    expect((await owner(path())).status).toBe(200);
    expect(await facesIn()).toHaveLength(1);
    await say("withdrawn");
    try {
      expect((await owner(path())).status).toBe(404);
      expect(await facesIn()).toEqual([]);
    } finally {
      await say("granted");
    }
  });

  it("is not shown of a photo in the trash, and leaves with it", async () => {
    expect((await owner(path())).status).toBe(200);
    await owner(`/api/v1/photos/${photo.id}`, { method: "DELETE" });
    expect((await owner(path())).status).toBe(404);
    await owner(`/api/v1/photos/${photo.id}?permanent=true`, { method: "DELETE" });
    expect(await storedCrops()).toEqual([]);
  });
});
