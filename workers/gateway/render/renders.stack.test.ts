// Pictures in any form through the front door: made once, kept, cached, in parts, signed for anybody, and gone at once.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretOf } from "../../../local/local-state.ts";
import {
  ARCHIVE_MAX_RENDERS,
  ATTEMPT_LIMITS,
  RENDER_CACHED_MAX_BYTES,
  URL_KEYS_MAX_PER_USER,
} from "../../../shared/contracts/limits.ts";
import type { Link, UrlKey, UrlKeyList } from "../../../shared/contracts/links.ts";
import type { Photo } from "../../../shared/contracts/photos.ts";
import type { RenderInfo } from "../../../shared/contracts/renders.ts";
import { pngPhoto } from "../../../tests/fixtures/png-photo.ts";
import { readZip } from "../../../tests/fixtures/read-zip.ts";
import {
  type Caller,
  createBatch,
  manifestFile,
  openTestPlatform,
  postForm,
  sha256Of,
  type TestPlatform,
  untilEnded,
} from "../../../tests/fixtures/test-platform.ts";
import { identityVault } from "../identity/identity-vault.ts";
import type { AttemptCounterRpc } from "../limits/attempt-namespace.ts";

let platform: TestPlatform;
let owner: Caller;
let other: Caller;
let photos: Photo[];

/** Sizes (px) of the photos, one per test that asks for one of its own. */
const SIZES = [...Array.from({ length: 21 }, () => [400, 300] as const), [600, 400] as const];

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  owner = platform.as(0);
  other = platform.as(1);
  photos = await Promise.all(
    SIZES.map(async ([widthPx, heightPx], i) => {
      const posted = await postForm(owner, `photo ${i}.png`, pngPhoto(widthPx, heightPx, i));
      return await untilEnded(owner, ((await posted.json()) as Photo).id);
    }),
  );
});
afterAll(() => platform.close());

/** One that no other test has touched. */
function takePhoto(widthPx = 400): Photo {
  const photo = photos.find(({ width }) => width === widthPx);
  if (photo === undefined) throw new Error("not enough photos were uploaded");
  photos = photos.filter((one) => one !== photo);
  return photo;
}

async function storedRenders(photo: Photo): Promise<string[]> {
  const prefix = `derived/${platform.stack.users[0]?.id}/${photo.id}/1/t-`;
  return (await platform.stack.bucket.list({ prefix })).objects.map(({ key }) => key);
}

/** The owner's count of renders. */
async function renderCounter(): Promise<{ counter: AttemptCounterRpc; name: string }> {
  const vault = identityVault(secretOf(platform.stateDir, "identity-secret"));
  const name = await vault.derive("limit-name", `render:account:${platform.stack.users[0]?.id}`);
  const namespace = await platform.stack.miniflare.getDurableObjectNamespace("ATTEMPTS", "heliograph-gateway");
  return { name, counter: namespace.get(namespace.idFromName(name)) as unknown as AttemptCounterRpc };
}

async function code(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as { code: string }).code];
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

async function link(photo: Photo, wanted: object = {}): Promise<Link> {
  const response = await owner(`/api/v1/photos/${photo.id}/links`, json({ ops: "w_96", file: "x.jpg", ...wanted }));
  expect(response.status).toBe(201);
  return (await response.json()) as Link;
}

describe("a render", () => {
  it("is made by the first request, kept, and comes from nearer to every next one", async () => {
    const photo = takePhoto();
    const path = `/i/${photo.id}/w_200/a.jpg`;
    const first = await owner(path);
    const bytes = await bytesOf(first);
    expect([first.status, first.headers.get("content-type"), [...bytes.subarray(0, 2)]]).toEqual([
      200,
      "image/jpeg",
      [0xff, 0xd8],
    ]);
    expect(first.headers.get("content-length")).toBe(String(bytes.length));
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    expect(first.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
    expect(await storedRenders(photo)).toHaveLength(1);
    const next = await owner(path);
    expect(await bytesOf(next)).toEqual(bytes);
    expect(next.headers.get("cache-status")).toMatch(/hit|stored/);
    await expect.poll(async () => (await owner(path)).headers.get("cache-status")).toBe("heliograph; hit");
    expect(next.headers.get("etag")).toBe(first.headers.get("etag"));
    expect((await owner(`${path}?g=1`)).headers.get("cache-control")).toContain("immutable");
    expect((await owner(`${path}?g=2`)).headers.get("cache-control")).toBe("private, no-cache");
  });

  it("is made once for fifty who ask at once, and not at all for an account that has had its share", async () => {
    const photo = takePhoto();
    const { counter, name } = await renderCounter();
    await counter.clear();
    // Room for one.
    const { most, withinMs } = ATTEMPT_LIMITS["render:account"];
    await Promise.all(Array.from({ length: most - 1 }, () => counter.count(most, withinMs, Date.now())));
    const herd = (path: string) => Promise.all(Array.from({ length: 50 }, () => owner(path)));
    const responses = await herd(`/i/${photo.id}/w_160/a.jpg`);
    expect([name, ...responses.map(({ status }) => status)]).toEqual([name, ...Array(50).fill(200)]);
    const bodies = await Promise.all(responses.map(bytesOf));
    expect(new Set(bodies.map((body) => Buffer.from(body).toString("base64"))).size).toBe(1);
    expect(await storedRenders(photo)).toHaveLength(1);

    for (const ops of ["w_161", "w_180"]) {
      const refused = await owner(`/i/${photo.id}/${ops}/a.jpg`);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await code(refused)).toEqual([429, "too-many-requests"]);
    }
    // Strangers' share is another: neither uses up the other's.
    expect((await platform.anonymous((await link(photo, { ops: "w_163" })).path)).status).toBe(200);
    // What there is costs nothing.
    expect((await owner(`/i/${photo.id}/w_160/a.jpg`)).status).toBe(200);
    await counter.clear();
  });

  it("answers conditional requests, HEAD and one range as RFC 9110 says, wherever its bytes are", async () => {
    const photo = takePhoto();
    // Of the sizes that are kept, and not.
    for (const ops of ["w_256", "w_257"]) {
      const path = `/i/${photo.id}/${ops}/a.jpg`;
      const get = (headers: Record<string, string>, method = "GET") => owner(path, { method, headers });
      const whole = await get({});
      const bytes = await bytesOf(whole);
      const size = bytes.length;
      const etag = whole.headers.get("etag") ?? "";
      const table: [Record<string, string>, number, string | null, Uint8Array | null][] = [
        [{ "if-none-match": etag }, 304, null, new Uint8Array()],
        [{ "if-none-match": `"x", W/${etag}` }, 304, null, new Uint8Array()],
        [{ "if-none-match": "*" }, 304, null, new Uint8Array()],
        [{ "if-none-match": '"x"' }, 200, null, bytes],
        [{ range: "bytes=0-0" }, 206, `bytes 0-0/${size}`, bytes.subarray(0, 1)],
        [{ range: "bytes=10-" }, 206, `bytes 10-${size - 1}/${size}`, bytes.subarray(10)],
        [{ range: "bytes=-7" }, 206, `bytes ${size - 7}-${size - 1}/${size}`, bytes.subarray(size - 7)],
        [{ range: `bytes=0-${size * 2}` }, 206, `bytes 0-${size - 1}/${size}`, bytes],
        [{ range: `bytes=${size}-` }, 416, `bytes */${size}`, null],
        [{ range: "bytes=-0" }, 416, `bytes */${size}`, null],
        [{ range: "bytes=5-2" }, 200, null, bytes],
        [{ range: "bytes=0-1,4-5" }, 200, null, bytes],
        [{ range: "items=0-1" }, 200, null, bytes],
        [{ range: "bytes=0-3", "if-range": etag }, 206, `bytes 0-3/${size}`, bytes.subarray(0, 4)],
        [{ range: "bytes=0-3", "if-range": '"x"' }, 200, null, bytes],
        [{ range: "bytes=0-3", "if-range": `W/${etag}` }, 200, null, bytes],
        [{ range: "bytes=0-3", "if-range": new Date().toUTCString() }, 200, null, bytes],
        [{ range: "bytes=0-3", "if-none-match": etag }, 304, null, new Uint8Array()],
      ];
      for (const [headers, status, contentRange, body] of table) {
        const response = await get(headers);
        const said = JSON.stringify([ops, headers]);
        expect([said, response.status, response.headers.get("content-range")]).toEqual([said, status, contentRange]);
        if (body === null) await response.arrayBuffer();
        else expect(await bytesOf(response)).toEqual(body);
        if (status !== 416) expect(response.headers.get("etag")).toBe(etag);
      }
      const head = await get({ range: "bytes=0-3" }, "HEAD");
      expect([head.status, head.headers.get("content-length"), (await bytesOf(head)).length]).toEqual([
        200,
        String(size),
        0,
      ]);
    }
    expect(await storedRenders(photo)).toHaveLength(1);
  });

  it("of any size arrives whole and in parts: larger ones by the cache, the largest from storage each time", async () => {
    const photo = takePhoto();
    for (const [ops, sizeBytes, next] of [
      ["w_144", 300_000, "heliograph; hit"],
      ["w_150", RENDER_CACHED_MAX_BYTES + 1, "heliograph; fwd=uri-miss; stored"],
    ] as const) {
      const path = `/i/${photo.id}/${ops}/a.jpg`;
      const before = await storedRenders(photo);
      // Made, and held nowhere nearer yet: what is put in its place is what is served.
      expect((await owner(path, { method: "HEAD" })).status).toBe(200);
      const key = (await storedRenders(photo)).find((one) => !before.includes(one)) ?? "";
      const bytes = Uint8Array.from({ length: sizeBytes }, (_, i) => i % 251);
      await platform.stack.bucket.put(key, bytes);
      expect(sha256Of(await bytesOf(await owner(path)))).toBe(sha256Of(bytes));
      await expect.poll(async () => (await owner(path)).headers.get("cache-status")).toBe(next);
      expect(sha256Of(await bytesOf(await owner(path)))).toBe(sha256Of(bytes));
      const part = await owner(path, { headers: { range: "bytes=250000-250009" } });
      expect([part.status, await bytesOf(part)]).toEqual([206, bytes.subarray(250_000, 250_010)]);
    }
  });

  it("has one address: others lead to it, with whatever they asked beside", async () => {
    const photo = takePhoto();
    const response = await owner(`/i/${photo.id}/q_80,w_100,h_100,dpr_1/a.jpeg?download=1`, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([
      301,
      `/i/${photo.id}/w_100,h_100,q_80/a.jpg?download=1`,
    ]);
    const download = await owner(response.headers.get("location") ?? "");
    expect(download.headers.get("content-disposition")).toContain('attachment; filename="a.jpg"');
    expect(await code(await owner(`/i/${photo.id}/widht_100/a.jpg`))).toEqual([400, "invalid-transform"]);
    expect(await code(await owner(`/i/${photo.id}/w_100/a.bmp`))).toEqual([400, "invalid-transform"]);
    expect(await code(await owner(`/i/nobody/w_100/a.jpg`))).toEqual([400, "invalid-request"]);
  });

  it("comes in what the caller takes where it says auto, each form under its own name", async () => {
    const photo = takePhoto();
    const ask = async (accept: string) => {
      const response = await owner(`/i/${photo.id}/w_200,bg_ffffff,f_auto/a.jpg?download=1`, { headers: { accept } });
      const { headers, status } = response;
      const bytes = await bytesOf(response);
      return { status, headers, starts: Buffer.from(bytes.subarray(0, 12)).toString("latin1") };
    };
    const etags = new Set<string | null>();
    for (const [accept, type, start, name] of [
      ["image/avif,image/webp,*/*;q=0.8", "image/avif", /ftypavif/, "a.avif"],
      ["image/webp,*/*;q=0.8", "image/webp", /^RIFF.{4}WEBP/s, "a.webp"],
      ["*/*", "image/jpeg", /^\xff\xd8\xff/, "a.jpg"],
    ] as const) {
      const { status, headers, starts } = await ask(accept);
      expect([accept, status, headers.get("content-type")]).toEqual([accept, 200, type]);
      expect(starts).toMatch(start);
      expect(headers.get("vary")).toBe("Cookie, Authorization, Accept");
      expect(headers.get("content-disposition")).toContain(`filename="${name}"`);
      etags.add(headers.get("etag"));
    }
    expect(etags.size).toBe(3);
    const { path } = await link(photo, { ops: "w_200,f_auto" });
    expect((await platform.anonymous(path, { headers: { accept: "image/webp" } })).headers.get("vary")).toBe("Accept");
  });

  it("asks for patience when it cannot be made just now, says so when it never can, and needs its watermark's photo", async () => {
    const [photo, mark] = [takePhoto(), takePhoto()];
    const user = platform.stack.users[0]?.id;
    const { bucket, db } = platform.stack;
    const key = `originals/${user}/${photo.id}/1`;
    const path = `/i/${photo.id}/w_384/a.jpg`;
    const original = await (await bucket.get(key))?.arrayBuffer();
    await bucket.delete(key);
    const later = await owner(path);
    expect(later.headers.get("retry-after")).toBe("2");
    expect(await code(later)).toEqual([503, "storage-unavailable"]);
    await bucket.put(key, original ?? "");
    expect((await owner(path)).status).toBe(200);

    const state = (value: string, { id } = photo) =>
      db.prepare(`UPDATE photos SET thumbnail_state = ?2 WHERE id = ?1`).bind(id, value).run();
    await state("running");
    expect(await code(await owner(path))).toEqual([409, "not-ready"]);
    await state("failed");
    expect(await code(await owner(path))).toEqual([422, "unrenderable"]);
    await state("done");
    expect(await code(await owner(`/i/${photo.id}/crop_500:0:10:10/a.jpg`))).toEqual([400, "invalid-transform"]);
    expect(await code(await owner(`/i/${photo.id}/w_4000,fit_contain/a.png`))).toEqual([400, "render-too-large"]);

    const marked = `/i/${photo.id}/w_200,wm_${mark.id}:southeast:0.5:0.25/a.jpg`;
    await state("running", mark);
    expect(await code(await owner(marked))).toEqual([409, "not-ready"]);
    await state("done", mark);
    expect((await owner(marked)).status).toBe(200);
    expect((await owner(`/api/v1/photos/${mark.id}`, { method: "DELETE" })).status).toBe(204);
    expect(await code(await owner(marked))).toEqual([404, "not-found"]);
  });

  it("can be asked about, and is not made for that", async () => {
    const photo = takePhoto(600);
    const info = (await (await owner(`/i/${photo.id}/w_300/info.json`)).json()) as RenderInfo;
    expect(info).toMatchObject({
      source: { widthPx: 600, heightPx: 400, contentType: "image/png" },
      result: { widthPx: 300, heightPx: 200 },
      isKept: true,
    });
    const path = `/i/${photo.id}/w_300/a.jpg`;
    const dry = async () => (await (await owner(`${path}?dry=1`)).json()) as RenderInfo;
    expect((await dry()).result).toEqual({
      widthPx: 300,
      heightPx: 200,
      format: "jpg",
      contentType: "image/jpeg",
      sizeBytes: null,
    });
    expect(await storedRenders(photo)).toEqual([]);
    const made = await bytesOf(await owner(path));
    expect((await dry()).result.sizeBytes).toBe(made.length);
  });

  it("is its owner's, of photos that are there and have been looked at", async () => {
    const photo = takePhoto();
    const path = `/i/${photo.id}/w_120/a.jpg`;
    expect(await code(await other(path))).toEqual([404, "not-found"]);
    expect(await code(await platform.anonymous(path))).toEqual([401, "unauthenticated"]);
    const { files } = await createBatch(owner, "announced", [manifestFile("a.png", pngPhoto(40, 30, 99))]);
    const announced = files[0] !== undefined && "photoId" in files[0] ? files[0].photoId : "";
    expect(await code(await owner(`/i/${announced}/w_120/a.jpg`))).toEqual([404, "not-found"]);
    expect((await owner(path)).status).toBe(200);
    expect((await owner(`/api/v1/photos/${photo.id}`, { method: "DELETE" })).status).toBe(204);
    expect(await code(await owner(path))).toEqual([404, "not-found"]);
    expect((await owner(`/api/v1/photos/${photo.id}?permanent=true`, { method: "DELETE" })).status).toBe(204);
    expect(await storedRenders(photo)).toEqual([]);
  });

  it("is each caller's own, with many callers and pictures at the same time", async () => {
    const [mine, gone] = [takePhoto(), takePhoto()];
    expect((await owner(`/api/v1/photos/${gone.id}`, { method: "DELETE" })).status).toBe(204);
    const { path: signed } = await link(mine);
    const forged = signed.replace("w_96", "w_97");
    const stranger: Caller = (path) =>
      fetch(platform.stack.url + path, { headers: { authorization: `Bearer hg_${"x".repeat(40)}` } });
    const table: [Caller, string, number][] = [
      [owner, `/i/${mine.id}/w_96/x.jpg`, 200],
      [other, `/i/${mine.id}/w_96/x.jpg`, 404],
      [stranger, `/i/${mine.id}/w_96/x.jpg`, 401],
      [owner, `/i/${gone.id}/w_96/x.jpg`, 404],
      [platform.anonymous, signed, 200],
      [platform.anonymous, forged, 403],
      [other, "/api/v1/photos", 200],
      [stranger, "/api/v1/photos", 401],
    ];
    const asked = Array.from({ length: 12 }, () => table).flat();
    const answers = await Promise.all(asked.map(async ([call, path]) => (await call(path)).status));
    expect(answers).toEqual(asked.map(([, , status]) => status));
  });

  it("that shows where faces are is kept nowhere; that hides them is not made while nobody knows where they are", async () => {
    const photo = takePhoto();
    const { db } = platform.stack;
    await db
      .prepare(
        `INSERT INTO faces (id, user_id, photo_id, gen, model_id, box_x, box_y, box_width, box_height, landmarks, score, quality, created_at)
         VALUES ('f', ?1, ?2, 1, 'm', 0.8, 0.1, 0.1, 0.1, '[]', 0.9, 0.9, 0)`,
      )
      .bind(platform.stack.users[0]?.id, photo.id)
      .run();
    const path = `/i/${photo.id}/w_120,h_120,fit_cover,g_face/a.jpg`;
    const towards = await owner(path);
    expect([towards.status, towards.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
    expect((await owner(path)).headers.get("cache-status")).toBe("heliograph; fwd=uri-miss");
    expect(await storedRenders(photo)).toEqual([]);
    const head = await owner(path, { method: "HEAD" });
    expect([head.status, head.headers.get("etag"), head.headers.get("cache-status")]).toEqual([
      200,
      towards.headers.get("etag"),
      null,
    ]);
    const hidden = `/i/${photo.id}/w_120,redact_faces:fill/a.jpg`;
    // This platform has no models: what looked at the photo sees no face in any.
    expect(await code(await owner(hidden))).toEqual([409, "recognition-off"]);
    const { path: shown } = await link(photo, { ops: "w_120,redact_faces:fill" });
    expect(await code(await platform.anonymous(shown))).toEqual([409, "recognition-off"]);
    await db.prepare(`UPDATE photos SET index_model_id = 'yunet-sface-0123' WHERE id = ?`).bind(photo.id).run();
    expect((await owner(hidden)).status).toBe(200);
    await db.prepare(`UPDATE photos SET index_state = 'pending' WHERE id = ?`).bind(photo.id).run();
    expect(await code(await owner(hidden))).toEqual([409, "not-ready"]);
    await db.prepare(`UPDATE photos SET index_state = 'done' WHERE id = ?`).bind(photo.id).run();
    await db.prepare(`UPDATE users SET face_consent = 'withdrawn'`).run();
    expect(await code(await owner(hidden))).toEqual([409, "recognition-off"]);
    const without = await owner(path);
    expect(without.status).toBe(200);
    expect(without.headers.get("etag")).not.toBe(towards.headers.get("etag"));
  });
});

describe("a signed address", () => {
  it("opens exactly what was signed, to anybody, for minutes at a time", async () => {
    const photo = takePhoto();
    const { url, path } = await link(photo, { ops: "h_90,w_90,fit_cover", file: "holiday é.jpg" });
    const response = await platform.anonymous(path);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "private, max-age=300"]);
    expect(response.headers.get("vary")).toBeNull();
    expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(new URL(url).pathname).toBe(path.split("?")[0]);
    expect((await platform.anonymous(path, { method: "HEAD" })).status).toBe(200);
    const etag = response.headers.get("etag") ?? "";
    expect((await platform.anonymous(path, { headers: { "if-none-match": etag } })).status).toBe(304);
    // What signs somebody in changes nothing about it, in either direction.
    expect((await other(path)).status).toBe(200);
    const info = await platform.anonymous(`${path}&dry=1`);
    expect(await info.json()).toEqual({
      photoId: photo.id,
      result: { widthPx: 90, heightPx: 90, format: "jpg", contentType: "image/jpeg", sizeBytes: null },
      canonical: path.split("?")[0],
      isKept: false,
    });
  });

  it("is refused with any part of it changed, before anything is looked up", async () => {
    const photo = takePhoto();
    const elsewhere = takePhoto();
    const { path } = await link(photo);
    const [route = "", query = ""] = path.split("?");
    const signed = new URLSearchParams(query);
    const changed = (change: (params: URLSearchParams) => void) => {
      const params = new URLSearchParams(signed);
      change(params);
      return `${route}?${params}`;
    };
    const sig = signed.get("sig") ?? "";
    const table = [
      `${route.replace("w_96", "w_97")}?${query}`,
      `${route.replace(photo.id, elsewhere.id)}?${query}`,
      `${route.replace("x.jpg", "y.jpg")}?${query}`,
      `${route.replace("/x.jpg", "/info.json")}?${query}`,
      `${route.replace("w_96/", "")}?${query}`,
      changed((params) => params.set("exp", String(Number(params.get("exp")) + 1))),
      changed((params) => params.set("k", "aaaaaaaa")),
      changed((params) => params.set("sig", sig.replace(/^0/, "1"))),
      changed((params) => params.set("sig", `${sig.slice(0, -2)}${sig.endsWith("A") ? "B" : "A"}${sig.slice(-1)}`)),
      changed((params) => params.set("sig", sig.slice(2))),
      changed((params) => params.set("sig", `${sig}A`)),
      changed((params) => params.set("sig", "")),
      changed((params) => params.delete("exp")),
      changed((params) => params.delete("k")),
      changed((params) => params.append("exp", "99999999999")),
      changed((params) => params.append("sig", sig)),
    ];
    for (const address of table)
      expect([address, ...(await code(await platform.anonymous(address)))]).toEqual([
        address,
        403,
        "signature-invalid",
      ]);
    // What no signature is made for asks for a credential.
    expect((await platform.anonymous(`/iiif/3/${photo.id}/info.json?${query}`)).status).toBe(401);
    // The owner's own word does not make a bad signature good.
    expect((await owner(table[0] ?? "")).status).toBe(403);
  });

  it("ends when its time is over, its photo's links or its key are ended, or its photo or owner goes", async () => {
    const photo = takePhoto();
    const open = async (path: string) => {
      const response = await platform.anonymous(path);
      return response.ok ? response.status : await code(response);
    };
    const brief = await link(photo, { expiresInSeconds: 1 });
    await expect.poll(() => open(brief.path), { timeout: 5000 }).toEqual([410, "link-expired"]);

    const first = await link(photo);
    expect(await open(first.path)).toBe(200);
    expect((await other(`/api/v1/photos/${photo.id}/links`, { method: "DELETE" })).status).toBe(404);
    expect((await owner(`/api/v1/photos/${photo.id}/links`, { method: "DELETE" })).status).toBe(204);
    expect(await open(first.path)).toEqual([404, "not-found"]);

    const second = await link(photo);
    const rotated = (await (await owner("/api/v1/url-keys/rotate", { method: "POST" })).json()) as UrlKey;
    const third = await link(photo);
    expect([second.keyId === rotated.id, third.keyId]).toEqual([false, rotated.id]);
    const keys = (await (await owner("/api/v1/url-keys")).json()) as UrlKeyList;
    expect(keys.items.map(({ id, state }) => [id, state])).toEqual([
      [rotated.id, "signing"],
      [second.keyId, "kept"],
    ]);
    expect([await open(second.path), await open(third.path)]).toEqual([200, 200]);
    expect((await other(`/api/v1/url-keys/${second.keyId}`, { method: "DELETE" })).status).toBe(404);
    expect((await owner(`/api/v1/url-keys/${second.keyId}`, { method: "DELETE" })).status).toBe(204);
    expect([await open(second.path), await open(third.path)]).toEqual([[404, "not-found"], 200]);

    await platform.stack.db
      .prepare(`UPDATE users SET status = 'disabled' WHERE id = ?`)
      .bind(platform.stack.users[0]?.id)
      .run();
    expect(await open(third.path)).toEqual([404, "not-found"]);
    await platform.stack.db.prepare(`UPDATE users SET status = 'active'`).run();
    expect(await open(third.path)).toBe(200);
    expect((await owner(`/api/v1/photos/${photo.id}`, { method: "DELETE" })).status).toBe(204);
    expect(await open(third.path)).toEqual([404, "not-found"]);
    expect((await owner(`/api/v1/photos/${photo.id}/restore`, { method: "POST" })).status).toBe(200);
    expect(await open(third.path)).toEqual([404, "not-found"]);
    expect(await open((await link(photo)).path)).toBe(200);
  });

  it("is signed with one of a few keys", async () => {
    const rotate = () => other("/api/v1/url-keys/rotate", { method: "POST" });
    for (let made = 0; made < URL_KEYS_MAX_PER_USER; made++) expect((await rotate()).status).toBe(201);
    expect(await code(await rotate())).toEqual([409, "limit-reached"]);
    const { items } = (await (await other("/api/v1/url-keys")).json()) as UrlKeyList;
    expect(items.map(({ state }) => state)).toEqual(["signing", ...Array(URL_KEYS_MAX_PER_USER - 1).fill("kept")]);
    expect((await other(`/api/v1/url-keys/${items[0]?.id}`, { method: "DELETE" })).status).toBe(204);
    expect((await rotate()).status).toBe(201);
  });

  it("is not signed for others' photos, nor for what cannot be made", async () => {
    const photo = takePhoto();
    const ask = (call: Caller, body: object) => call(`/api/v1/photos/${photo.id}/links`, json(body));
    expect(await code(await ask(other, {}))).toEqual([404, "not-found"]);
    expect(await code(await ask(owner, { ops: "w_0" }))).toEqual([400, "invalid-transform"]);
    expect(await code(await ask(owner, { file: "../x.jpg" }))).toEqual([400, "invalid-request"]);
    expect(await code(await ask(owner, { expiresInSeconds: 400 * 24 * 3600 }))).toEqual([400, "invalid-request"]);
  });
});

describe("an archive", () => {
  const compact = (id: string) => Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url");

  it("has the originals of a selection in its order, each name once, and says its length beforehand", async () => {
    const [first, second] = [takePhoto(), takePhoto()];
    const renamed = await owner(`/api/v1/photos/${second.id}`, {
      ...json({ filename: `../${first.filename}` }),
      method: "PATCH",
    });
    expect(renamed.status).toBe(200);
    const response = await owner("/api/v1/archive", json({ photoIds: [second.id, first.id] }));
    const zip = await bytesOf(response);
    expect(response.headers.get("content-type")).toBe("application/zip");
    expect(response.headers.get("content-length")).toBe(String(zip.length));
    const files = readZip(zip);
    expect([...files.keys()]).toEqual([first.filename, first.filename.replace(".png", " (2).png")]);
    expect([...files.values()].map(sha256Of)).toEqual([second.sha256, first.sha256]);

    const linked = await owner(`/api/v1/archive?ids=${compact(second.id)},${first.id}`);
    expect(await bytesOf(linked)).toEqual(zip);
    const head = await owner(`/api/v1/archive?ids=${first.id}`, { method: "HEAD" });
    expect([head.status, Number(head.headers.get("content-length")) > first.bytes]).toEqual([200, true]);

    const ops = "w_120,h_120,fit_cover";
    const pictures = await owner("/api/v1/archive", json({ photoIds: [first.id, second.id], ops, format: "jpg" }));
    const made = readZip(await bytesOf(pictures));
    expect([...made.keys()]).toEqual(
      [first.filename, first.filename].map((name, i) => name.replace(".png", i === 0 ? ".jpg" : " (2).jpg")),
    );
    expect([...made.values()][0]).toEqual(await bytesOf(await owner(`/i/${first.id}/${ops}/a.jpg`)));
  });

  it("does not begin where a photo is missing, is another's or cannot be made as asked, and says which", async () => {
    const [photo, lost] = [takePhoto(), takePhoto()];
    const ask = async (call: Caller, body: object): Promise<unknown[]> => {
      const response = await call("/api/v1/archive", json(body));
      const { code, errors } = (await response.json()) as { code: string; errors?: { pointer: string }[] };
      return [response.status, code, ...(errors ?? []).map(({ pointer }) => pointer)];
    };
    const nobody = "01920000-0000-7000-8000-000000000000";
    expect(await ask(owner, { photoIds: [photo.id, nobody] })).toEqual([404, "not-found", "/photoIds/1"]);
    expect(await ask(other, { photoIds: [photo.id] })).toEqual([404, "not-found", "/photoIds/0"]);
    await platform.stack.bucket.delete(`originals/${platform.stack.users[0]?.id}/${lost.id}/1`);
    expect(await ask(owner, { photoIds: [photo.id, lost.id] })).toEqual([404, "not-found", "/photoIds/1"]);
    expect(await ask(owner, { photoIds: [photo.id], ops: "w_123" })).toEqual([400, "invalid-transform", "/photoIds/0"]);
    expect((await ask(owner, { photoIds: [photo.id], ops: "w_0" })).slice(0, 2)).toEqual([400, "invalid-transform"]);
    expect((await ask(owner, { photoIds: [] })).slice(0, 2)).toEqual([400, "invalid-request"]);
    expect((await ask(owner, { photoIds: [photo.id, photo.id] })).slice(0, 2)).toEqual([400, "invalid-request"]);
    const many = Array.from({ length: 500 }, (_, i) => `01920000-0000-7000-8000-${String(i).padStart(12, "0")}`);
    expect((await ask(owner, { photoIds: many })).slice(0, 2)).toEqual([400, "invalid-request"]);
    expect(await ask(owner, { photoIds: many.slice(0, ARCHIVE_MAX_RENDERS + 1), format: "webp" })).toEqual([
      400,
      "invalid-request",
      "/photoIds",
    ]);
    expect((await owner(`/api/v1/archive?ids=${photo.id},`)).status).toBe(400);
    expect((await owner("/api/v1/archive")).status).toBe(400);
  });
});
