// The library and its media through the front door: listing, changing, trash, renditions, originals, faces, layout.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Photo, PhotoPage } from "../../shared/contracts/photos.ts";
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
let other: Caller;
const photos: Photo[] = [];
const NAME = 'Fjord "ÅØ" ; \r\n<script>.png';

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  owner = platform.as(0);
  other = platform.as(1);
  for (let i = 0; i < 5; i++) {
    const posted = (await (
      await postForm(owner, i === 0 ? NAME : `p${i}.png`, pngPhoto(400 + i, 300, i))
    ).json()) as Photo;
    photos.push(await untilEnded(owner, posted.id));
  }
});
afterAll(() => platform.close());

const first = () => photos[0] as Photo;
const page = async (query: string): Promise<PhotoPage> =>
  (await (await owner(`/api/v1/photos${query}`)).json()) as PhotoPage;
const problem = async (response: Response) => ({
  status: response.status,
  type: response.headers.get("content-type"),
  code: ((await response.json()) as { code: string }).code,
});

describe("listing", () => {
  it("is newest first and pages without overlap or gap", async () => {
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const next: PhotoPage = await page(`?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...next.items.map(({ id }) => id));
      cursor = next.cursor;
    }
    expect(seen).toEqual(photos.map(({ id }) => id).reverse());
  });

  it("filters by status and by batch", async () => {
    expect((await page("?status=done")).items).toHaveLength(5);
    expect((await page("?status=failed")).items).toHaveLength(0);
    expect((await page("?batch=unknown")).items).toHaveLength(0);
  });

  it("refuses a cursor it never gave out, and a limit out of range", async () => {
    expect(await problem(await owner("/api/v1/photos?cursor=nonsense"))).toEqual({
      status: 400,
      type: "application/problem+json",
      code: "invalid-cursor",
    });
    expect(await problem(await owner("/api/v1/photos?limit=201"))).toMatchObject({
      status: 400,
      code: "invalid-request",
    });
  });

  it("packs the layout into two bytes a photo, newest first", async () => {
    const response = await owner("/api/v1/photos/layout");
    const ratios = new Uint16Array(await response.arrayBuffer());
    expect([...ratios]).toEqual(
      [...photos].reverse().map(({ width, height }) => Math.round(((width ?? 1) / (height ?? 1)) * 1000)),
    );
  });
});

describe("changing", () => {
  it("renames, redates and favours, bumping rev", async () => {
    const response = await owner(`/api/v1/photos/${photos[1]?.id}`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ filename: "new.png", favourite: true, takenAt: null }),
    });
    expect(await response.json()).toMatchObject({
      filename: "new.png",
      favourite: true,
      takenAt: null,
      rev: (photos[1]?.rev ?? 0) + 1,
    });
  });

  it("lists every invalid field", async () => {
    const response = await owner(`/api/v1/photos/${first().id}`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ filename: "", takenAt: "yesterday", colour: "red" }),
    });
    const body = (await response.json()) as { code: string; errors: { pointer: string }[] };
    expect(response.status).toBe(400);
    expect(body.errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(["/filename", "/takenAt"]));
  });
});

describe("trash", () => {
  it("hides, lists, restores and removes for good", async () => {
    const { id } = photos[4] as Photo;
    expect((await owner(`/api/v1/photos/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await owner(`/api/v1/photos/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await page("")).items.map((item) => item.id)).not.toContain(id);
    expect((await page("?deleted=true")).items.map((item) => item.id)).toEqual([id]);
    expect((await owner(`/api/v1/photos/${id}/renditions/w160.jpg`)).status).toBe(404);
    expect(((await (await owner(`/api/v1/photos/${id}/restore`, { method: "POST" })).json()) as Photo).status).toBe(
      "done",
    );
    expect((await owner(`/api/v1/photos/${id}?permanent=true`, { method: "DELETE" })).status).toBe(204);
    expect((await owner(`/api/v1/photos/${id}`)).status).toBe(404);
    const left = await platform.stack.bucket.list({ prefix: `originals/${platform.stack.users[0]?.id}/${id}/` });
    const derived = await platform.stack.bucket.list({ prefix: `derived/${platform.stack.users[0]?.id}/${id}/` });
    expect([...left.objects, ...derived.objects]).toEqual([]);
    expect(
      await platform.stack.db.prepare(`SELECT count(*) AS n FROM faces WHERE photo_id = ?`).bind(id).first("n"),
    ).toBe(0);
    expect(await problem(await owner(`/api/v1/photos/${id}/restore`, { method: "POST" }))).toMatchObject({
      status: 410,
      code: "photo-deleted",
    });
  });

  it("retry of a photo that has not failed is a conflict", async () => {
    expect(await problem(await owner(`/api/v1/photos/${first().id}/retry`, { method: "POST" }))).toMatchObject({
      status: 409,
      code: "not-retryable-state",
    });
  });
});

describe("renditions", () => {
  it("come in four widths, never enlarged, immutable by generation", async () => {
    for (const [name, width] of [
      ["w160", 160],
      ["w320", 320],
      ["w640", 400],
      ["w1280", 400],
    ] as const) {
      const response = await owner(`/api/v1/photos/${first().id}/renditions/${name}.jpg?g=1`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(response.headers.get("content-type")).toBe("image/jpeg");
      expect(response.headers.get("cache-control")).toContain("immutable");
      expect(jpegWidth(bytes)).toBe(width);
    }
    expect((await owner(`/api/v1/photos/${first().id}/renditions/w160.jpg`)).headers.get("cache-control")).toBe(
      "private, no-cache",
    );
  });

  it("answer 304 to their ETag and 404 to names that do not exist", async () => {
    const path = `/api/v1/photos/${first().id}/renditions/w320.jpg`;
    const etag = (await owner(path)).headers.get("etag") ?? "";
    const again = await owner(path, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    expect((await owner(path, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    expect((await owner(`/api/v1/photos/${first().id}/renditions/w999.jpg`)).status).toBe(404);
  });
});

describe("the original", () => {
  const path = () => `/api/v1/photos/${first().id}/original`;

  it("leaves as an attachment that no browser will run", async () => {
    const response = await owner(path());
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
    const disposition = response.headers.get("content-disposition") ?? "";
    expect(disposition).toMatch(/^attachment; filename="[^"]*"; filename\*=UTF-8''/);
    expect(disposition).not.toMatch(/[\r\n]|<script>"/);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(pngPhoto(400, 300, 0));
  });

  it.each([
    ["bytes=0-9", 206, "bytes 0-9/", 10],
    ["bytes=10-", 206, "bytes 10-", null],
    ["bytes=-5", 206, "bytes ", 5],
    ["bytes=0-999999999", 206, "bytes 0-", null],
    ["bytes=0-1,3-4", 200, null, null],
    ["items=0-1", 200, null, null],
    ["bytes=5-2", 200, null, null],
    ["bytes=99999999-", 416, "bytes */", null],
  ])("answers Range: %s with %i", async (range, status, contentRange, length) => {
    const whole = pngPhoto(400, 300, 0);
    const response = await owner(path(), { headers: { range } });
    const body = new Uint8Array(await response.arrayBuffer());
    expect(response.status).toBe(status);
    if (contentRange !== null) expect(response.headers.get("content-range")).toContain(contentRange);
    if (length !== null) expect(body.byteLength).toBe(length);
    if (status === 206) {
      const [, start = "0", end = "0"] = /bytes (\d+)-(\d+)/.exec(response.headers.get("content-range") ?? "") ?? [];
      expect(body).toEqual(whole.slice(Number(start), Number(end) + 1));
    }
  });

  it("honours If-Range and HEAD", async () => {
    const head = await owner(path(), { method: "HEAD" });
    const etag = head.headers.get("etag") ?? "";
    expect([head.status, head.headers.get("content-length"), (await head.arrayBuffer()).byteLength]).toEqual([
      200,
      String(first().bytes),
      0,
    ]);
    expect((await owner(path(), { headers: { range: "bytes=0-1", "if-range": etag } })).status).toBe(206);
    expect((await owner(path(), { headers: { range: "bytes=0-1", "if-range": '"stale"' } })).status).toBe(200);
  });
});

describe("another user", () => {
  it.each([
    ["GET", ""],
    ["PATCH", ""],
    ["DELETE", ""],
    ["DELETE", "?permanent=true"],
    ["GET", "/original"],
    ["PUT", "/original"],
    ["GET", "/renditions/w160.jpg"],
    ["GET", "/faces"],
    ["POST", "/retry"],
    ["POST", "/restore"],
  ])("%s %s finds nothing", async (method, path) => {
    const body =
      method === "PATCH" ? JSON.stringify({ favourite: true }) : method === "PUT" ? new Uint8Array([1]) : null;
    const response = await other(`/api/v1/photos/${first().id}${path}`, {
      method,
      body,
      headers: { "content-type": "application/json" },
    });
    expect(await problem(response)).toMatchObject({ status: 404, code: "not-found" });
    expect((await owner(`/api/v1/photos/${first().id}`)).status).toBe(200);
  });
});

it("faces never carry a vector, and say whether recognition is installed", async () => {
  const body = await (await owner(`/api/v1/photos/${first().id}/faces`)).text();
  expect(JSON.parse(body)).toEqual({ items: [], recognition: false });
  expect(body).not.toContain("embedding");
});

/** Width from the frame header of a baseline JPEG. */
function jpegWidth(bytes: Uint8Array): number {
  for (let pos = 2; pos + 9 < bytes.length; ) {
    const marker = bytes[pos + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xc2) return ((bytes[pos + 7] ?? 0) << 8) | (bytes[pos + 8] ?? 0);
    pos += 2 + (((bytes[pos + 2] ?? 0) << 8) | (bytes[pos + 3] ?? 0));
  }
  return 0;
}
