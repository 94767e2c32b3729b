// WebP renditions through the front door: made by the thumbnailer when they are first asked for, and gone with their photo.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Photo } from "../../shared/contracts/photos.ts";
import { pngPhoto } from "../../tests/fixtures/png-photo.ts";
import {
  type Caller,
  createBatch,
  manifestFile,
  openTestPlatform,
  postForm,
  type TestPlatform,
  untilEnded,
} from "../../tests/fixtures/test-platform.ts";

let platform: TestPlatform;
let owner: Caller;

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  owner = platform.as(0);
});
afterAll(() => platform.close());

let seed = 0;
async function upload(widthPx = 1400, heightPx = 900): Promise<Photo> {
  seed++;
  const posted = (await (await postForm(owner, `${seed}.png`, pngPhoto(widthPx, heightPx, seed))).json()) as Photo;
  return await untilEnded(owner, posted.id);
}

const path = (photo: Photo, name: string) => `/api/v1/photos/${photo.id}/renditions/${name}`;

async function storedNames(photo: Photo): Promise<(string | undefined)[]> {
  const { objects } = await platform.stack.bucket.list({
    prefix: `derived/${platform.stack.users[0]?.id}/${photo.id}/`,
  });
  return objects.map(({ key }) => key.split("/").at(-1));
}

const problem = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { code: string; retryable: boolean }),
});

/** Sides from the frame header of a plain lossy WebP (RFC 6386 §9.1). */
function webpSize(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes.subarray(0, 16));
  if (!/^RIFF....WEBPVP8 $/s.test(text)) return text;
  const view = new DataView(bytes.buffer);
  return `${view.getUint16(26, true)}x${view.getUint16(28, true)}`;
}

describe("a WebP rendition", () => {
  it("is made by the first request, stored, and served to the next ones as any rendition is", async () => {
    const photo = await upload();
    expect(await storedNames(photo)).toEqual(["w1280.jpg", "w160.jpg", "w320.jpg", "w640.jpg"]);
    for (const [width, size] of [
      ["w320", "320x206"],
      ["w1280", "1280x823"],
    ] as const) {
      const url = photo.renditions[width]?.webp ?? "";
      const first = await owner(url);
      const bytes = new Uint8Array(await first.arrayBuffer());
      expect([first.status, first.headers.get("content-type")]).toEqual([200, "image/webp"]);
      expect(first.headers.get("cache-control")).toContain("immutable");
      expect(first.headers.get("x-content-type-options")).toBe("nosniff");
      expect(webpSize(bytes)).toBe(size);

      const second = await owner(url);
      expect(new Uint8Array(await second.arrayBuffer())).toEqual(bytes);
      const etag = first.headers.get("etag") ?? "";
      expect(second.headers.get("etag")).toBe(etag);
      expect((await owner(url, { headers: { "if-none-match": etag } })).status).toBe(304);
      const part = await owner(url, { headers: { range: "bytes=0-3" } });
      expect([part.status, await part.text()]).toEqual([206, "RIFF"]);
    }
    expect((await owner(path(photo, "w320.webp"))).headers.get("cache-control")).toBe("private, no-cache");
    expect(await storedNames(photo)).toEqual([
      "w1280.jpg",
      "w1280.webp",
      "w160.jpg",
      "w320.jpg",
      "w320.webp",
      "w640.jpg",
    ]);
  });

  it("is the same for many who ask at once", async () => {
    const photo = await upload();
    const responses = await Promise.all(Array.from({ length: 8 }, () => owner(path(photo, "w1280.webp"))));
    expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(responses.map((response) => response.headers.get("etag"))).size).toBe(1);
    await Promise.all(responses.map((response) => response.arrayBuffer()));
  });

  it("comes in two widths, to its owner, of photos that are not too tall", async () => {
    const photo = await upload(700, 5000);
    expect(photo.renditions.w1280).toEqual({ jpg: expect.stringContaining("w1280.jpg") });
    expect(photo.renditions.w640).toEqual({ jpg: expect.stringContaining("w640.jpg") });
    for (const name of ["w1280.webp", "w160.webp", "w640.webp", "w320.webpx", "w320.png"])
      expect(await problem(await owner(path(photo, name)))).toMatchObject({ status: 404, code: "not-found" });
    expect((await platform.as(1)(path(photo, "w320.webp"))).status).toBe(404);
    expect((await platform.anonymous(path(photo, "w320.webp"))).status).toBe(401);
    const response = await owner(path(photo, "w320.webp"));
    expect(webpSize(new Uint8Array(await response.arrayBuffer()))).toBe("179x1280");
  });

  it("waits for the thumbnails", async () => {
    const { files } = await createBatch(owner, "announced", [manifestFile("a.png", pngPhoto(40, 30, 99))]);
    const [file] = files;
    const photoId = file !== undefined && "photoId" in file ? file.photoId : "";
    expect(await problem(await owner(`/api/v1/photos/${photoId}/renditions/w320.webp`))).toMatchObject({
      status: 409,
      code: "not-ready",
      retryable: true,
    });
  });

  it("leaves with the photo, and is not made of one in the trash", async () => {
    const photo = await upload();
    expect((await owner(path(photo, "w320.webp"))).status).toBe(200);
    expect((await owner(`/api/v1/photos/${photo.id}`, { method: "DELETE" })).status).toBe(204);
    for (const name of ["w320.webp", "w1280.webp"]) expect((await owner(path(photo, name))).status).toBe(404);
    expect((await owner(`/api/v1/photos/${photo.id}?permanent=true`, { method: "DELETE" })).status).toBe(204);
    expect(await storedNames(photo)).toEqual([]);
  });

  it("asks for patience when storage does not give its source, and comes when it does again", async () => {
    const photo = await upload();
    const user = platform.stack.users[0]?.id;
    const { bucket } = platform.stack;
    const key = `originals/${user}/${photo.id}/1`;
    const original = await (await bucket.get(key))?.arrayBuffer();
    await bucket.delete(key);
    const refused = await owner(path(photo, "w1280.webp"));
    expect(refused.headers.get("retry-after")).toBe("2");
    expect(await problem(refused)).toMatchObject({ status: 503, code: "storage-unavailable", retryable: true });
    expect((await owner(path(photo, "w1280.jpg"))).status).toBe(200);
    await bucket.put(key, original ?? "");
    expect((await owner(path(photo, "w1280.webp"))).status).toBe(200);
  });
});
