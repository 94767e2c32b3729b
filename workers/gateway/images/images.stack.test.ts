// The seeds' routes and versions on a real platform: pictures in by every way, dithers made by the queue, the sweep behind them.
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureSeedGuest } from "../../../local/local-state.ts";
import { originalKey } from "../../../shared/adapters/objects.ts";
import type { Photo } from "../../../shared/contracts/photos.ts";
import type { Version } from "../../../shared/contracts/versions.ts";
import { pngPhoto } from "../../../tests/fixtures/png-photo.ts";
import {
  openSmallInternet,
  PICTURE,
  PICTURE_HOST,
  type SmallInternet,
} from "../../../tests/fixtures/small-internet.ts";
import {
  type Caller,
  openTestPlatform,
  postForm,
  sha256Of,
  type TestPlatform,
  untilEnded,
} from "../../../tests/fixtures/test-platform.ts";

const NOBODYS_ID = "01900000-0000-7000-8000-000000000000";

let platform: TestPlatform;
let net: SmallInternet;
let owner: Caller;
let other: Caller;

beforeAll(async () => {
  net = await openSmallInternet();
  platform = await openTestPlatform({
    users: 2,
    gatewayVariables: { SEED_GUEST: "on" },
    importerVariables: {
      DNS_RESOLVER: net.resolver,
      IMPORT_TEST_HOSTS: JSON.stringify({ [PICTURE_HOST]: net.origin }),
    },
  });
  await ensureSeedGuest(platform.stack.db, Date.now());
  owner = platform.as(0);
  other = platform.as(1);
});
afterAll(async () => {
  await platform?.close();
  await net?.close();
});

let seed = 1000;
const newPicture = () => pngPhoto(48, 32, ++seed);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

async function createImg(call: Caller, type: string, data: unknown, headers: Record<string, string> = {}) {
  const response = await call("/api/v1/img", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ type, data }),
  });
  const body = (await response.json()) as { id?: string; code?: string };
  return { status: response.status, id: body.id ?? "", code: body.code };
}

async function bytesOf(call: Caller, id: string): Promise<Uint8Array> {
  return await (await call(`/api/v1/photos/${id}/original`)).bytes();
}

async function untilVersionEnds(call: Caller, id: string): Promise<Version> {
  for (let tries = 0; ; tries++) {
    const version = (await (await call(`/api/v1/versions/${id}`)).json()) as Version;
    if (version.status === "done" || version.status === "failed") return version;
    if (tries > 200) throw new Error(`still ${version.status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function newImage(call = owner): Promise<string> {
  const response = await postForm(call, "picture.png", newPicture());
  return ((await response.json()) as Photo).id;
}

describe("POST /api/v1/img", () => {
  it("takes a picture as base64, with and without a data: prefix, padding and line ends", async () => {
    const bytes = newPicture();
    const text = base64(bytes);
    const forms = [
      text,
      `data:image/png;base64,${text}`,
      text.replace(/=+$/, ""),
      text.replace(/.{76}/g, "$&\r\n"),
      text.replaceAll("+", "-").replaceAll("/", "_"),
      `data:image/png;base64,\n${text.replaceAll("+", "-").replaceAll("/", "_").replace(/.{76}/g, "$&\r\n")}\n`,
    ];
    const answers = [];
    for (const form of forms) answers.push(await createImg(owner, "base64", form));
    expect(answers.map(({ status }) => status)).toEqual(forms.map(() => 201));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await bytesOf(owner, answers[0]?.id ?? "")).toEqual(new Uint8Array(bytes));
  });

  it("fetches a picture from an address, through redirects", async () => {
    const where = encodeURIComponent("/picture.png");
    const { status, id } = await createImg(owner, "url", `https://${PICTURE_HOST}/to?where=${where}`);
    expect(status).toBe(201);
    expect(await bytesOf(owner, id)).toEqual(new Uint8Array(PICTURE));
    const photo = (await (await owner(`/api/v1/photos/${id}`)).json()) as Photo;
    expect(photo.filename).toBe("picture.png");
  });

  it("fetches what is too large to be held whole, once", async () => {
    // A picture with twenty million bytes behind it that no decoder asks for.
    const bytes = Buffer.concat([newPicture(), Buffer.alloc(20_000_000, 7)]);
    net.pages.set("/large.png", bytes);
    const first = await createImg(owner, "url", `https://${PICTURE_HOST}/large.png`);
    const again = await createImg(owner, "url", `https://${PICTURE_HOST}/large.png`, { "idempotency-key": "large" });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.id).toBe(first.id);
    const photo = (await (await owner(`/api/v1/photos/${first.id}`)).json()) as Photo;
    expect(photo).toMatchObject({ bytes: bytes.byteLength, sha256: sha256Of(bytes) });
    const left = await platform.stack.bucket.list({ prefix: `derived/${platform.stack.users[0]?.id}/` });
    expect(left.objects.filter(({ key }) => key.includes("/upload/"))).toEqual([]);

    net.pages.set("/other.png", Buffer.concat([newPicture(), Buffer.alloc(20_000_000, 7)]));
    expect(
      (await createImg(owner, "url", `https://${PICTURE_HOST}/other.png`, { "idempotency-key": "large" })).code,
    ).toBe("idempotency-conflict");

    net.pages.set("/large-liar.png", Buffer.alloc(20_000_000, 7));
    expect(await createImg(owner, "url", `https://${PICTURE_HOST}/large-liar.png`)).toMatchObject({
      status: 422,
      code: "import-failed",
    });
  });

  it.each([
    [422, "import-refused", "http://pictures.example/picture.png"],
    [422, "import-refused", "https://127.0.0.1/picture.png"],
    [422, "import-refused", "https://[::ffff:127.0.0.1]/"],
    [422, "import-refused", "https://somewhere.example/picture.png"],
    [422, "import-failed", `https://${PICTURE_HOST}/page.html`],
    [422, "import-failed", `https://${PICTURE_HOST}/liar.png`],
    [422, "import-failed", `https://${PICTURE_HOST}/missing.png`],
    [422, "import-failed", `https://${PICTURE_HOST}/bomb`],
    [422, "import-failed", `https://${PICTURE_HOST}/endless`],
    [422, "import-failed", `https://${PICTURE_HOST}/cut-short`],
  ])("answers %i %s for %s, and no more than that", async (status, code, address) => {
    expect(await createImg(other, "url", address)).toEqual({ status, code, id: "" });
  });

  it("sends nothing to this machine, whatever the address looks like", async () => {
    const before = net.asked.length;
    const port = new URL(net.origin).port;
    for (const host of ["127.0.0.1", "localhost", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "user@127.0.0.1"])
      for (const form of [`https://${host}:${port}/picture.png`, `http://${host}:${port}/picture.png`])
        expect((await createImg(platform.as(1), "url", form)).status).toBeGreaterThanOrEqual(400);
    expect(net.asked).toHaveLength(before);
  });

  it("lets an account fetch twenty addresses an hour", async () => {
    let answer = await createImg(other, "url", "https://127.0.0.1/");
    for (let tries = 0; tries < 25 && answer.status !== 429; tries++)
      answer = await createImg(other, "url", "https://127.0.0.1/");
    expect(answer).toMatchObject({ status: 429, code: "too-many-requests" });
  });

  it("copies a photo by its id: bytes of its own, that stay when the first one is gone for good", async () => {
    const bytes = newPicture();
    const first = await createImg(owner, "base64", base64(bytes));
    const copy = await createImg(owner, "uuid", first.id);
    expect(copy.status).toBe(201);
    expect(copy.id).not.toBe(first.id);
    await owner(`/api/v1/photos/${first.id}?permanent=true`, { method: "DELETE" });
    expect(await bytesOf(owner, copy.id)).toEqual(new Uint8Array(bytes));
    expect(await untilEnded(owner, copy.id)).toMatchObject({ status: "done", bytes: bytes.byteLength });
  });

  it("makes one copy of one Idempotency-Key, and another of another", async () => {
    const { id } = await createImg(owner, "base64", base64(newPicture()));
    const copies = [];
    for (const key of ["a", "a", "b"])
      copies.push((await createImg(owner, "uuid", id.toUpperCase(), { "idempotency-key": key })).id);
    expect(copies[0]).toBe(copies[1]);
    expect(new Set([id, ...copies]).size).toBe(3);
  });

  it.each([
    [404, "uuid", NOBODYS_ID],
    [400, "uuid", "../../etc/passwd"],
    [400, "uuid", ""],
    [400, "base64", "not base64!"],
    [400, "base64", "AAAAA"],
    [400, "base64", ""],
    [415, "base64", base64(Buffer.from("<svg onload=alert(1)>"))],
    [400, "base64", { toString: 1 }],
    [400, "file", "/etc/passwd"],
    [400, "url", "x".repeat(3000)],
  ])("answers %i for %s %j", async (status, type, data) => {
    expect((await createImg(owner, type, data)).status).toBe(status);
  });

  it("takes the body of a plain curl -d, which says that it is a form", async () => {
    const response = await owner("/api/v1/img", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: JSON.stringify({ type: "base64", data: base64(newPicture()) }),
    });
    expect(response.status).toBe(201);
  });

  it.each(["", "[]", "{", "type=base64&data=x", "null", '{"type":"base64"}'])(
    "answers 400 for the body %j",
    async (body) => {
      for (const headers of [{ "content-type": "application/json" }, { "content-type": "text/plain" }])
        expect((await owner("/api/v1/img", { method: "POST", headers, body })).status).toBe(400);
    },
  );

  it("copies nobody else's photo", async () => {
    const { id } = await createImg(owner, "base64", base64(newPicture()));
    expect((await createImg(other, "uuid", id)).status).toBe(404);
  });
});

describe("GET /api/v1/img", () => {
  it("answers at once with any number of filters", async () => {
    const { id } = await createImg(owner, "base64", base64(pngPhoto(300, 200, ++seed)));
    const response = await owner(`/api/v1/img/${id}.jpg?thumbnail=60&rotate=90`);
    expect(response.status, await response.clone().text()).toBe(200);
    expect(response.headers.get("content-type")).toBe("image/jpeg");
    expect([...(await response.bytes()).subarray(0, 2)]).toEqual([0xff, 0xd8]);
  });

  it.each([
    [400, "x.jpg"],
    [400, `${NOBODYS_ID}.svg`],
    [400, `${NOBODYS_ID}.jpg?rotate=45`],
    [400, `${NOBODYS_ID}.jpg?thumbnail=-1`],
    [400, `${NOBODYS_ID}.jpg?nonsense=1`],
    [404, `${NOBODYS_ID}.jpg`],
  ])("answers %i for %s", async (status, file) => {
    expect((await owner(`/api/v1/img/${file}`)).status).toBe(status);
  });
});

describe("the upload service", () => {
  it("takes, lists, tells and deletes a picture", async () => {
    const form = new FormData();
    form.set("image", new File([newPicture()], "a b.png"));
    const created = await owner("/images", { method: "POST", body: form });
    expect(created.status).toBe(201);
    const image = (await created.json()) as { uuid: string; url: string; filename: string };
    expect(image.filename).toBe("a b.png");
    expect(image.url).toBe(`${platform.stack.url}/api/v1/photos/${image.uuid}/original`);

    const page = (await (await owner("/images?limit=1")).json()) as { items: unknown[]; cursor: string | null };
    expect(page.items).toEqual([image]);
    expect(page.cursor).not.toBeNull();
    expect(await (await owner(`/images/${image.uuid}`)).json()).toEqual(image);
    expect((await other(`/images/${image.uuid}`)).status).toBe(404);

    expect((await owner(`/images/${image.uuid}`, { method: "DELETE" })).status).toBe(204);
    expect((await owner(`/images/${image.uuid}`, { method: "DELETE" })).status).toBe(204);
    expect((await owner(`/images/${image.uuid}`)).status).toBe(404);
    expect((await owner(`/images/${NOBODYS_ID}`, { method: "DELETE" })).status).toBe(404);
  });
});

describe("the dithering service", () => {
  it("answers with a job, makes the picture, and lists it by kind=dither", async () => {
    const id = await newImage();
    const asked = await owner(`/images/${id}/1?alg=atkinson&strength=0.9`, { method: "POST" });
    expect(asked.status).toBe(202);
    const { job, status_url } = (await asked.json()) as { job: string; status_url: string };
    expect(status_url).toBe(`${platform.stack.url}/api/v1/versions/${job}`);
    const version = await untilVersionEnds(owner, job);
    expect(version).toMatchObject({ status: "done", kind: "dither", format: "png", width: 48, height: 32 });

    const one = (await (await owner(`/images/${id}?kind=dither`)).json()) as { url_dither: string };
    expect(one).toMatchObject({ uuid: id, job });
    const picture = await owner(new URL(one.url_dither).pathname);
    expect(picture.headers.get("content-type")).toBe("image/png");
    // It was there: nobody had to make it again.
    expect(picture.headers.get("cache-status")).not.toBe("heliograph; fwd=uri-miss");
    expect((await picture.bytes()).byteLength).toBe(version.bytes);
    const all = (await (await owner("/images?kind=dither")).json()) as { items: { job: string }[] };
    expect(all.items.map((item) => item.job)).toContain(job);
    expect(((await (await other("/images?kind=dither")).json()) as { items: unknown[] }).items).toEqual([]);
  });

  it.each([
    [400, "2"],
    [400, "1?alg=nonsense"],
    [400, "3?levels=1"],
    [400, "1?palette=a,w_4000"],
    [400, "4?strength=2"],
    [404, "1"],
  ])("answers %i for %s", async (status, rest) => {
    const id = status === 404 ? NOBODYS_ID : await newImage();
    expect((await owner(`/images/${id}/${rest}`, { method: "POST" })).status).toBe(status);
    if (status === 404) expect((await other(`/images/${await newImage()}/1`, { method: "POST" })).status).toBe(404);
  });
});

describe("the seeds' examples, from a terminal of this machine without a credential", () => {
  /** As curl asks: no header but those named. */
  const plain = (path: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
    new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
      const { method = "GET", headers = {}, body } = init;
      const asked = request(platform.stack.url + path, { method, headers: { accept: "*/*", ...headers } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }));
      });
      asked.on("error", reject);
      asked.end(body);
    });
  const json = { "content-type": "application/json" };

  it("act as an account of its own: in, out with filters, listed, dithered, deleted", async () => {
    const body = JSON.stringify({ type: "base64", data: base64(newPicture()) });
    const created = await plain("/api/v1/img", { method: "POST", headers: json, body });
    expect(created.status).toBe(201);
    const { id } = JSON.parse(created.body.toString()) as { id: string };
    const picture = await plain(`/api/v1/img/${id}.jpg?thumbnail=20&rotate=180`);
    expect(picture.status).toBe(200);
    expect(picture.body.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    const job = await plain(`/images/${id}/1`, { method: "POST" });
    expect(job.status).toBe(202);
    const { status_url } = JSON.parse(job.body.toString()) as { status_url: string };
    expect((await plain(new URL(status_url).pathname)).status).toBe(200);
    const listed = JSON.parse((await plain("/images")).body.toString()) as { items: { uuid: string; url: string }[] };
    expect(listed.items.map(({ uuid }) => uuid)).toEqual([id]);
    expect((await plain(new URL(listed.items[0]?.url ?? "").pathname)).status).toBe(200);
    expect((await owner(`/images/${id}`)).status).toBe(404);
    expect((await plain(`/images/${id}`, { method: "DELETE" })).status).toBe(204);
  });

  it.each([
    ["a key that is none", { authorization: "Bearer hg_nonsense_nonsense_nonsense" }],
    ["a cookie", { cookie: "a=b" }],
    ["an origin", { origin: "http://localhost" }],
    ["the languages a browser always names", { "accept-language": "en" }],
    ["what a browser says of a request", { "sec-fetch-site": "none" }],
    ["what a proxy says", { "x-forwarded-for": "127.0.0.1" }],
    ["another machine's address", { "cf-connecting-ip": "203.0.113.7" }],
  ])("are nobody's with %s", async (_, headers) => {
    expect((await plain("/images", { headers })).status).toBe(401);
  });

  it("are nobody's on any other route, or by another name of this machine", async () => {
    for (const path of ["/api/v1/photos", "/api/v1/auth/userinfo", "/api/v1/people", "/api/v1/url-keys"])
      expect((await plain(path)).status, path).toBe(401);
    expect((await plain("/images", { headers: { host: "rebound.example" } })).status).toBeGreaterThanOrEqual(400);
  });
});

describe("versions", () => {
  const want = async (call: Caller, id: string, ops: string, format = "jpg") =>
    await call(`/api/v1/photos/${id}/versions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ops, format }),
    });
  const rowsOf = async (id: string) =>
    (
      await platform.stack.db
        .prepare("SELECT count(*) AS n FROM versions WHERE photo_id = ?")
        .bind(id)
        .first<{ n: number }>()
    )?.n;

  it("are one for one picture, however it is written, and go with their picture", async () => {
    const id = await newImage();
    const first = (await (await want(owner, id, "h_20,w_17")).json()) as Version;
    const done = await untilVersionEnds(owner, first.id);
    expect(done).toMatchObject({ status: "done", kind: "transform", ops: "w_17,h_20" });
    const again = await want(owner, id, "w_17,h_20");
    expect(again.status).toBe(200);
    expect(((await again.json()) as Version).id).toBe(first.id);
    expect(await (await owner(`/api/v1/photos/${id}/versions`)).json()).toEqual({ items: [done] });

    const stored = async () =>
      (await platform.stack.bucket.list({ prefix: `derived/${platform.stack.users[0]?.id}/${id}/1/t-` })).objects
        .length;
    expect(await stored()).toBe(1);
    expect((await other(`/api/v1/versions/${first.id}`, { method: "DELETE" })).status).toBe(404);
    expect((await owner(`/api/v1/versions/${first.id}`)).status).toBe(200);
    expect((await owner(`/api/v1/versions/${first.id}`, { method: "DELETE" })).status).toBe(204);
    expect((await owner(`/api/v1/versions/${first.id}`)).status).toBe(404);
    expect(await stored()).toBe(0);
  });

  it.each([
    [400, "nonsense_1", "jpg"],
    [400, "w_100,h_100,fit_cover,g_face", "jpg"],
    [400, "redact_faces", "jpg"],
    [400, `wm_${NOBODYS_ID}`, "jpg"],
    [400, "w_100,f_auto", "jpg"],
    [400, "w_100", "svg"],
  ])("answer %i for %s as %s", async (status, ops, format) => {
    expect((await want(owner, await newImage(), ops, format)).status).toBe(status);
  });

  it("are made by the sweep's message when their own was lost, and fail when nobody can make them", async () => {
    const id = await newImage();
    await untilEnded(owner, id);
    const now = Date.now();
    const insert = async (versionId: string, attempts: number, ops: string) =>
      await platform.stack.db
        .prepare(
          `INSERT INTO versions (id, user_id, photo_id, gen, kind, ops, format, attempts, created_at, changed_at)
           VALUES (?1, ?2, ?3, 1, 'transform', ?5, 'jpg', ?4, ?6, 0)`,
        )
        .bind(versionId, platform.stack.users[0]?.id, id, attempts, ops, now)
        .run();
    await insert("01900000-0000-7000-8000-000000000001", 0, "w_20");
    await insert("01900000-0000-7000-8000-000000000002", 99, "w_21");
    await platform.stack.sweep(true);
    expect(await untilVersionEnds(owner, "01900000-0000-7000-8000-000000000001")).toMatchObject({ status: "done" });
    expect(await untilVersionEnds(owner, "01900000-0000-7000-8000-000000000002")).toMatchObject({
      status: "failed",
      reason: "attempts-exhausted",
    });
    // Asking again is another try.
    const again = (await (await want(owner, id, "w_21")).json()) as Version;
    expect(await untilVersionEnds(owner, again.id)).toMatchObject({ status: "done" });
  });

  it("fail with a reason where the photo cannot be drawn", async () => {
    const id = await newImage();
    await untilEnded(owner, id);
    const key = originalKey({ userId: platform.stack.users[0]?.id ?? "", photoId: id, gen: 1 });
    await platform.stack.bucket.put(key, new Uint8Array(100));
    const version = (await (await want(owner, id, "meta_keep,w_40")).json()) as Version;
    expect((await untilVersionEnds(owner, version.id)).status).toMatch(/^(?:done|failed)$/);
  });

  it("go with their photo, and are not told of while it is in the trash", async () => {
    const id = await newImage();
    const version = (await (await want(owner, id, "w_30")).json()) as Version;
    await untilVersionEnds(owner, version.id);
    await owner(`/api/v1/photos/${id}`, { method: "DELETE" });
    expect((await owner(`/api/v1/versions/${version.id}`)).status).toBe(404);
    expect((await owner(`/api/v1/photos/${id}/versions`)).status).toBe(404);
    await owner(`/api/v1/photos/${id}?permanent=true`, { method: "DELETE" });
    expect(await rowsOf(id)).toBe(0);
    expect(
      (await platform.stack.bucket.list({ prefix: `derived/${platform.stack.users[0]?.id}/${id}/` })).objects,
    ).toEqual([]);
  });
});
