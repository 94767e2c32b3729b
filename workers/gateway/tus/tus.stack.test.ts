// Resumable uploads through the front door of a real platform: cases written from the text of tus 1.0.0, and what a broken
// connection, a second writer and another account meet.
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { Upload } from "tus-js-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  originalKey,
  sha256Of as sha256OfObject,
  uploadPieceKey,
  uploadPiecesPrefix,
} from "../../../shared/adapters/objects.ts";
import {
  FILE_MAX_BYTES,
  HEADER_PREFIX_BYTES,
  TUS_METADATA_MAX_CHARS,
  TUS_MIN_BYTES,
  TUS_PART_BYTES,
} from "../../../shared/contracts/limits.ts";
import { rawRequest } from "../../../tests/client/raw-request.ts";
import { uploadPhotos } from "../../../tests/client/upload-photos.ts";
import { pngPhoto } from "../../../tests/fixtures/png-photo.ts";
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
} from "../../../tests/fixtures/test-platform.ts";

let platform: TestPlatform;
let owner: Caller;
let other: Caller;

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  owner = platform.as(0);
  other = platform.as(1);
});
afterAll(() => platform.close());

const PATH = "/uploads/tus";
const OFFSET_TYPE = { "content-type": "application/offset+octet-stream" };
const base64 = (text: string) => Buffer.from(text).toString("base64");

let seed = 900;
/** A picture with a tail, so that it is as large as it is wanted: viewers and decoders ignore what follows the end. */
function photoOf(sizeBytes: number): Uint8Array<ArrayBuffer> {
  seed += 1;
  const picture = pngPhoto(64, 48, seed);
  const bytes = new Uint8Array(Math.max(sizeBytes, picture.byteLength));
  for (let at = picture.byteLength; at < bytes.byteLength; at += 4096) bytes[at] = at / 4096 + seed;
  bytes.set(picture);
  return bytes;
}

interface TusInit {
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly as?: Caller;
}

const tus = (method: string, path: string, { headers = {}, body, as = owner }: TusInit = {}): Promise<Response> =>
  as(path, { method, headers: { "tus-resumable": "1.0.0", ...headers }, ...(body === undefined ? {} : { body }) });

async function create(sizeBytes: number, more: Record<string, string> = {}): Promise<string> {
  const response = await tus("POST", PATH, { headers: { "upload-length": String(sizeBytes), ...more } });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return response.headers.get("location") ?? "";
}

const patch = (url: string, offset: number, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  tus("PATCH", url, { headers: { ...OFFSET_TYPE, "upload-offset": String(offset), ...headers }, body });

async function offsetOf(url: string): Promise<number> {
  const head = await tus("HEAD", url);
  if (head.status !== 200) throw new Error(`HEAD ${head.status}`);
  return Number(head.headers.get("upload-offset"));
}

async function codeOf(response: Response): Promise<[number, string | undefined]> {
  const text = await response.text();
  return [response.status, text === "" ? undefined : (JSON.parse(text) as { code: string }).code];
}

const idOf = (url: string): string => url.split("/").at(-1) ?? "";

async function originalOf(photoId: string, user = 0): Promise<R2ObjectBody> {
  const userId = platform.stack.users[user]?.id ?? "";
  const object = await platform.stack.bucket.get(originalKey({ userId, photoId, gen: 1 }));
  if (object === null) throw new Error(`no original of ${photoId}`);
  return object;
}

async function piecesOf(photoId: string): Promise<string[]> {
  const userId = platform.stack.users[0]?.id ?? "";
  const { objects } = await platform.stack.bucket.list({ prefix: uploadPiecesPrefix({ userId, photoId, gen: 1 }) });
  return objects.map(({ key }) => key);
}

async function expectStored(photoId: string, bytes: Uint8Array): Promise<void> {
  const object = await originalOf(photoId);
  expect(sha256OfObject(object)).toBe(sha256Of(bytes));
  expect(sha256Of(new Uint8Array(await object.arrayBuffer()))).toBe(sha256Of(bytes));
  expect(await piecesOf(photoId)).toEqual([]);
}

describe("the protocol's own words", () => {
  it("OPTIONS names versions, extensions, the largest upload and checksum algorithms", async () => {
    const response = await tus("OPTIONS", PATH, { headers: { "tus-resumable": "" } });
    expect(response.status).toBe(204);
    expect(response.headers.get("tus-version")).toBe("1.0.0");
    expect(response.headers.get("tus-max-size")).toBe(String(FILE_MAX_BYTES));
    expect(response.headers.get("tus-checksum-algorithm")?.split(",")).toContain("sha1");
    expect(response.headers.get("tus-extension")?.split(",").sort()).toEqual(
      ["checksum", "creation", "creation-with-upload", "expiration", "termination"].sort(),
    );
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("a file in one creation: 201 with a place, HEAD with its length, PATCH to its end, and the photo is there", async () => {
    const bytes = photoOf(0);
    const metadata = `filename ${base64("Strand ä.png")},filetype ${base64("image/png")},flag`;
    const created = await tus("POST", "/api/v1/uploads/tus", {
      headers: { "upload-length": String(bytes.byteLength), "upload-metadata": metadata },
    });
    expect(created.status).toBe(201);
    expect(created.headers.get("tus-resumable")).toBe("1.0.0");
    expect(Date.parse(created.headers.get("upload-expires") ?? "")).toBeGreaterThan(Date.now());
    const url = created.headers.get("location") ?? "";
    expect(url).toMatch(/^\/api\/v1\/uploads\/tus\/[0-9a-f-]{36}$/);

    const head = await tus("HEAD", url);
    expect(head.status).toBe(200);
    expect(head.headers.get("upload-offset")).toBe("0");
    expect(head.headers.get("upload-length")).toBe(String(bytes.byteLength));
    expect(head.headers.get("upload-metadata")).toBe(metadata);
    expect(head.headers.get("cache-control")).toBe("no-store");

    const sent = await patch(url, 0, bytes);
    expect(sent.status).toBe(204);
    expect(sent.headers.get("upload-offset")).toBe(String(bytes.byteLength));
    expect(sent.headers.get("content-location")).toBe(`/api/v1/photos/${idOf(url)}`);
    await expectStored(idOf(url), bytes);
    // An answer that was lost is given again.
    expect(await offsetOf(url)).toBe(bytes.byteLength);
    const photo = await untilEnded(owner, idOf(url));
    expect(photo).toMatchObject({ filename: "Strand ä.png", sha256: sha256Of(bytes), bytes: bytes.byteLength });
    expect(photo.stages.thumbnail.state).toBe("done");
  });

  it("creation with upload takes the bytes along", async () => {
    const bytes = photoOf(0);
    const response = await tus("POST", PATH, {
      headers: { ...OFFSET_TYPE, "upload-length": String(bytes.byteLength) },
      body: bytes,
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("upload-offset")).toBe(String(bytes.byteLength));
    await expectStored(idOf(response.headers.get("location") ?? ""), bytes);
  });

  it("POST with X-HTTP-Method-Override is PATCH; GET cannot become anything", async () => {
    const bytes = photoOf(0);
    const url = await create(bytes.byteLength);
    const override = { ...OFFSET_TYPE, "upload-offset": "0", "x-http-method-override": "PATCH" };
    expect(await codeOf(await tus("GET", url, { headers: { "x-http-method-override": "DELETE" } }))).toEqual([
      405,
      "method-not-allowed",
    ]);
    expect((await tus("POST", url, { headers: override, body: bytes })).status).toBe(204);
    await expectStored(idOf(url), bytes);
  });

  const checksums = [
    ["sha1", "right", 204],
    ["sha256", "right", 204],
    ["md5", "right", 204],
    ["sha1", "wrong", 460],
    ["sha256", "wrong", 460],
  ] as const;
  it.each(checksums)(
    "Upload-Checksum %s that is %s: %i, and what does not fit leaves no trace",
    async (algorithm, is, status) => {
      const bytes = photoOf(0);
      const url = await create(bytes.byteLength);
      const digest = createHash(algorithm)
        .update(is === "right" ? bytes : "other bytes")
        .digest("base64");
      const response = await patch(url, 0, bytes, { "upload-checksum": `${algorithm} ${digest}` });
      expect(response.status).toBe(status);
      expect(response.headers.get("tus-resumable")).toBe("1.0.0");
      if (status === 204) return expectStored(idOf(url), bytes);
      expect((await codeOf(response))[1]).toBe("checksum-mismatch");
      expect(await offsetOf(url)).toBe(0);
      expect(await piecesOf(idOf(url))).toEqual([]);
      expect((await patch(url, 0, bytes)).status).toBe(204);
    },
  );

  it("DELETE ends an upload and frees its room; afterwards it is gone", async () => {
    const bytes = photoOf(TUS_PART_BYTES + 100);
    const url = await create(bytes.byteLength);
    expect((await patch(url, 0, bytes.subarray(0, TUS_PART_BYTES))).status).toBe(204);
    expect(await piecesOf(idOf(url))).toHaveLength(1);
    expect((await tus("DELETE", url)).status).toBe(204);
    expect(await piecesOf(idOf(url))).toEqual([]);
    expect((await tus("HEAD", url)).status).toBe(410);
    expect(await codeOf(await patch(url, TUS_PART_BYTES, bytes.subarray(TUS_PART_BYTES)))).toEqual([
      410,
      "upload-expired",
    ]);
  });

  it("a photo cannot be ended by its upload", async () => {
    const bytes = photoOf(0);
    const url = await create(bytes.byteLength);
    await patch(url, 0, bytes);
    expect(await codeOf(await tus("DELETE", url))).toEqual([400, "invalid-request"]);
    await expectStored(idOf(url), bytes);
  });

  /** [what, method, headers, status, code]; `:url` is an upload of 1000 bytes. */
  const refusals: [string, string, Record<string, string | null>, number, string][] = [
    ["no version", "POST", { "tus-resumable": null }, 412, "tus-version"],
    ["another version", "PATCH", { "tus-resumable": "0.2.2" }, 412, "tus-version"],
    ["no length", "POST", {}, 400, "invalid-request"],
    ["a negative length", "POST", { "upload-length": "-1" }, 400, "invalid-request"],
    ["a length that is no number", "POST", { "upload-length": "1e3" }, 400, "invalid-request"],
    ["an empty file", "POST", { "upload-length": "0" }, 400, "empty-file"],
    ["a length above the limit", "POST", { "upload-length": String(FILE_MAX_BYTES + 1) }, 413, "file-too-large"],
    ["a length beyond all numbers", "POST", { "upload-length": "9007199254740993" }, 400, "invalid-request"],
    ["a length to be told later", "POST", { "upload-defer-length": "1" }, 400, "invalid-request"],
    ["parts to be joined", "POST", { "upload-length": "9", "upload-concat": "partial" }, 400, "invalid-request"],
    [
      "metadata that are none",
      "POST",
      { "upload-length": "9", "upload-metadata": "filename !!" },
      400,
      "invalid-request",
    ],
    [
      "the same key twice",
      "POST",
      { "upload-length": "9", "upload-metadata": "a YQ==,a YQ==" },
      400,
      "invalid-request",
    ],
    [
      "metadata without end",
      "POST",
      { "upload-length": "9", "upload-metadata": `a ${"YWFh".repeat(TUS_METADATA_MAX_CHARS / 4)}` },
      400,
      "invalid-request",
    ],
    [
      "a SHA-256 that is none",
      "POST",
      { "upload-length": "9", "upload-metadata": `sha256 ${base64("../../x")}` },
      400,
      "invalid-request",
    ],
    [
      "a type we do not read",
      "POST",
      { "upload-length": "9", "upload-metadata": `filetype ${base64("text/html")}` },
      415,
      "unsupported-type",
    ],
    ["no offset", "PATCH", OFFSET_TYPE, 400, "invalid-request"],
    ["an offset that is no number", "PATCH", { ...OFFSET_TYPE, "upload-offset": "abc" }, 400, "invalid-request"],
    ["a negative offset", "PATCH", { ...OFFSET_TYPE, "upload-offset": "-5" }, 400, "invalid-request"],
    ["another offset", "PATCH", { ...OFFSET_TYPE, "upload-offset": "5" }, 409, "offset-conflict"],
    ["another content type", "PATCH", { "content-type": "image/png", "upload-offset": "0" }, 400, "invalid-request"],
    ["no content type", "PATCH", { "upload-offset": "0" }, 400, "invalid-request"],
    [
      "a checksum nobody computes",
      "PATCH",
      { ...OFFSET_TYPE, "upload-offset": "0", "upload-checksum": "crc32 AAAA" },
      400,
      "invalid-request",
    ],
    [
      "a checksum of the wrong length",
      "PATCH",
      { ...OFFSET_TYPE, "upload-offset": "0", "upload-checksum": "sha1 AAAA" },
      400,
      "invalid-request",
    ],
    [
      "a piece that is not the last and not 8 MiB",
      "PATCH",
      { ...OFFSET_TYPE, "upload-offset": "0" },
      409,
      "part-size-unequal",
    ],
    ["a method of others", "PUT", {}, 405, "method-not-allowed"],
    ["reading", "GET", {}, 405, "method-not-allowed"],
  ];
  it.each(refusals)("refuses %s", async (_what, method, given, status, code) => {
    const url = method === "POST" ? PATH : await create(1000);
    const headers = Object.fromEntries(
      Object.entries({ "tus-resumable": "1.0.0", ...given }).filter(
        (entry): entry is [string, string] => entry[1] !== null,
      ),
    );
    const body = method === "PATCH" ? { body: new Uint8Array(10) } : {};
    const response = await owner(url, { method, headers, ...body });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await codeOf(response)).toEqual([status, code]);
    if (code === "tus-version") expect(response.headers.get("tus-version")).toBe("1.0.0");
    if (method !== "POST") expect(await offsetOf(url)).toBe(0);
  });

  it("refuses more bytes than the length, and a body without a length", async () => {
    const url = await create(1000);
    expect(await codeOf(await patch(url, 0, new Uint8Array(1001)))).toEqual([413, "file-too-large"]);
    const chunked = await rawRequest(platform.stack.url, {
      head: [
        `PATCH ${url} HTTP/1.1`,
        `Authorization: Bearer ${platform.stack.users[0]?.apiKey}`,
        "Tus-Resumable: 1.0.0",
        "Content-Type: application/offset+octet-stream",
        "Upload-Offset: 0",
        "Transfer-Encoding: chunked",
      ],
      body: new TextEncoder().encode("4\r\nabcd\r\n0\r\n\r\n"),
    });
    expect(chunked.status).toBe(411);
    expect(await offsetOf(url)).toBe(0);
  });
});

describe("bytes that are no photo of this account", () => {
  it("are refused by their first bytes, before the rest travels, and their room is free", async () => {
    const url = await create(TUS_PART_BYTES * 2);
    const refused = slowPatch(url, 0, new Uint8Array(TUS_PART_BYTES));
    await refused.sendUntil(HEADER_PREFIX_BYTES);
    expect(await refused.status()).toBe(415);
    expect(await piecesOf(idOf(url))).toEqual([]);
    expect((await tus("HEAD", url)).status).toBe(410);
  });

  it("that are in the library already: the photo that has them answers, and nothing is kept twice", async () => {
    const bytes = photoOf(0);
    const { id } = (await (await postForm(owner, "first.png", bytes)).json()) as { id: string };
    const url = await create(bytes.byteLength);
    const sent = await patch(url, 0, bytes);
    expect([sent.status, sent.headers.get("content-location")]).toEqual([204, `/api/v1/photos/${id}`]);
    expect(await offsetOf(url)).toBe(bytes.byteLength);
    await expect(originalOf(idOf(url))).rejects.toThrow("no original");
    // Who names the digest is told before a byte travels.
    const named = await tus("POST", PATH, {
      headers: {
        "upload-length": String(bytes.byteLength),
        "upload-metadata": `sha256 ${base64(sha256Of(bytes))}`,
      },
    });
    expect(named.headers.get("location")).toBe(`${PATH}/${id}`);
    expect(await offsetOf(`${PATH}/${id}`)).toBe(bytes.byteLength);
  });

  it("that are not those announced are refused at the end, and the right ones are still taken", async () => {
    const [right, wrong] = [photoOf(2000), photoOf(2000)];
    const url = await create(right.byteLength, { "upload-metadata": `sha256 ${base64(sha256Of(right))}` });
    expect(await codeOf(await patch(url, 0, wrong))).toEqual([422, "digest-mismatch"]);
    expect(await offsetOf(url)).toBe(0);
    expect((await patch(url, 0, right)).status).toBe(204);
    await expectStored(idOf(url), right);
  });

  it("another account's upload is not there for anybody else", async () => {
    const bytes = photoOf(0);
    const url = await create(bytes.byteLength);
    for (const method of ["HEAD", "DELETE"]) expect((await tus(method, url, { as: other })).status).toBe(404);
    const stolen = await tus("PATCH", url, {
      as: other,
      headers: { ...OFFSET_TYPE, "upload-offset": "0" },
      body: bytes,
    });
    expect(await codeOf(stolen)).toEqual([404, "not-found"]);
    expect((await platform.anonymous(url, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } })).status).toBe(401);
    for (const id of ["nothing", "..%2f..%2fx", `${idOf(url)}x`, "%00", "a/b"])
      expect((await tus("HEAD", `${PATH}/${id}`)).status, id).toBe(404);
    expect(await offsetOf(url)).toBe(0);
  });
});

/** A PATCH that says it will send `bytes`, and sends them when it is told to. */
function slowPatch(url: string, offset: number, bytes: Uint8Array) {
  const { hostname, port } = new URL(platform.stack.url);
  const socket = connect({ host: hostname, port: Number(port) });
  const answered = new Promise<string>((resolve) => {
    socket.once("data", (data) => resolve(data.toString("latin1")));
    socket.once("close", () => resolve(""));
    socket.once("error", () => resolve(""));
  });
  const head = [
    `PATCH ${url} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${platform.stack.users[0]?.apiKey}`,
    "Tus-Resumable: 1.0.0",
    "Content-Type: application/offset+octet-stream",
    `Upload-Offset: ${offset}`,
    `Content-Length: ${bytes.byteLength}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  let sent = 0;
  return {
    /** Sends on up to this byte of the body; resolves when the other side has taken it. */
    sendUntil(end: number): Promise<void> {
      const portion = bytes.subarray(sent, end);
      sent = end;
      return new Promise((resolve) => socket.write(portion, () => resolve()));
    },
    async status(): Promise<number> {
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(await answered)?.[1] ?? 0);
      socket.destroy();
      return status;
    },
    cut: () => socket.destroy(),
  };
}

/** A writer whose connection broke is noticed at once, or its lease ends: until then others are told to wait. */
async function patchWhenFree(url: string, offset: number, body: Uint8Array<ArrayBuffer>): Promise<Response> {
  for (;;) {
    const response = await patch(url, offset, body);
    if (response.status !== 423) return response;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe("a file that does not come in one go", () => {
  it("loses nothing but the piece that was on its way when the connection broke", async () => {
    const bytes = photoOf(TUS_PART_BYTES + 4_000_000);
    const url = await create(bytes.byteLength);
    const broken = slowPatch(url, 0, bytes);
    await broken.sendUntil(TUS_PART_BYTES + 3_000_000);
    await expect.poll(() => offsetOf(url), { timeout: 20_000 }).toBe(TUS_PART_BYTES);
    broken.cut();
    expect((await patchWhenFree(url, TUS_PART_BYTES, bytes.subarray(TUS_PART_BYTES))).status).toBe(204);
    await expectStored(idOf(url), bytes);
  });

  it("has one writer at a time; the second is told to wait, and the first goes on", async () => {
    const bytes = photoOf(TUS_PART_BYTES + 5000);
    const url = await create(bytes.byteLength);
    const first = slowPatch(url, 0, bytes);
    await first.sendUntil(TUS_PART_BYTES + 1000);
    await expect.poll(() => offsetOf(url), { timeout: 20_000 }).toBe(TUS_PART_BYTES);
    expect(await codeOf(await patch(url, TUS_PART_BYTES, bytes.subarray(TUS_PART_BYTES)))).toEqual([
      423,
      "upload-locked",
    ]);
    expect(await codeOf(await tus("DELETE", url))).toEqual([423, "upload-locked"]);
    await first.sendUntil(bytes.byteLength);
    expect(await first.status()).toBe(204);
    await expectStored(idOf(url), bytes);
  });

  it("stands where pieces were counted, whatever else a writer that was killed left in storage", async () => {
    const bytes = photoOf(TUS_PART_BYTES + 5000);
    const url = await create(bytes.byteLength);
    const [userId, photoId] = [platform.stack.users[0]?.id ?? "", idOf(url)];
    // Stored, and the process was gone before the upload's object heard of it.
    await platform.stack.bucket.put(
      uploadPieceKey({ userId, photoId, gen: 1 }, 0, "killed"),
      new Uint8Array(TUS_PART_BYTES),
    );
    expect(await offsetOf(url)).toBe(0);
    expect((await patch(url, 0, bytes.subarray(0, TUS_PART_BYTES))).status).toBe(204);
    expect(await codeOf(await patch(url, 0, bytes.subarray(0, TUS_PART_BYTES)))).toEqual([409, "offset-conflict"]);
    expect((await patch(url, TUS_PART_BYTES, bytes.subarray(TUS_PART_BYTES))).status).toBe(204);
    await expectStored(photoId, bytes);
  });

  it("is what tus-js-client sends, stops, and goes on with in another page", async () => {
    const bytes = photoOf(TUS_PART_BYTES + 5000);
    const offsets: number[] = [];
    const send = (options: { endpoint?: string; uploadUrl?: string }, stopAt: number | null): Promise<string> =>
      new Promise((resolve, reject) => {
        const upload = new Upload(Buffer.from(bytes), {
          ...options,
          chunkSize: TUS_PART_BYTES,
          retryDelays: [0, 100, 500],
          metadata: { filename: "large.png", filetype: "image/png" },
          headers: { authorization: `Bearer ${platform.stack.users[0]?.apiKey}` },
          onBeforeRequest: (request) => {
            if (request.getMethod() === "PATCH") offsets.push(Number(request.getHeader("Upload-Offset")));
          },
          onChunkComplete: (_size, accepted) => {
            if (accepted !== stopAt) return;
            void upload.abort();
            resolve(upload.url ?? "");
          },
          onSuccess: () => resolve(upload.url ?? ""),
          onError: reject,
        });
        upload.start();
      });
    const url = await send({ endpoint: `${platform.stack.url}${PATH}` }, TUS_PART_BYTES);
    expect(await offsetOf(new URL(url).pathname)).toBe(TUS_PART_BYTES);
    await send({ uploadUrl: url }, null);
    expect(offsets).toEqual([0, TUS_PART_BYTES]);
    await expectStored(idOf(url), bytes);
    // Once more: the first question is answered with "all of it".
    await send({ uploadUrl: url }, null);
    expect(offsets).toHaveLength(2);
  });

  it("is announced by a manifest like any other: large ones get a place to resume, which a plain PUT may replace", async () => {
    const [large, small] = [photoOf(TUS_MIN_BYTES), photoOf(0)];
    const files = [manifestFile("large.png", large), manifestFile("small.png", small)];
    const { files: answers } = await createBatch(owner, "large and small", files);
    expect(answers.map(({ action }) => action)).toEqual(["tus", "put"]);
    const url = answers[0]?.action === "tus" ? answers[0].url : "";
    expect(await offsetOf(url)).toBe(0);
    expect((await patch(url, 0, large.subarray(0, TUS_PART_BYTES))).status).toBe(204);
    // The same manifest in another page: the same place, and what has come is not sent again.
    expect((await createBatch(owner, "large and small", files)).files).toEqual(answers);
    expect(await offsetOf(url)).toBe(TUS_PART_BYTES);
    expect((await putOriginal(owner, idOf(url), large)).status).toBe(201);
    expect(await offsetOf(url)).toBe(large.byteLength);
    expect(await codeOf(await patch(url, TUS_PART_BYTES, large.subarray(TUS_PART_BYTES)))).toEqual([
      409,
      "offset-conflict",
    ]);
    expect(sha256OfObject(await originalOf(idOf(url)))).toBe(sha256Of(large));
  });

  it("takes no byte that no room is held for, and gives room back with what it held", async () => {
    const userId = platform.stack.users[1]?.id ?? "";
    const room = async () =>
      platform.stack.db
        .prepare(`SELECT reserved_bytes AS reserved, storage_bytes AS stored FROM users WHERE id = ?`)
        .bind(userId)
        .first<{ reserved: number; stored: number }>();
    const before = await room();
    const limit = (before?.stored ?? 0) + (before?.reserved ?? 0) + 2 * TUS_PART_BYTES;
    await platform.stack.db.prepare(`UPDATE users SET quota_bytes = ? WHERE id = ?`).bind(limit, userId).run();
    const announce = (bytes: number) => tus("POST", PATH, { as: other, headers: { "upload-length": String(bytes) } });
    const first = await announce(2 * TUS_PART_BYTES);
    expect(first.status).toBe(201);
    expect((await room())?.reserved).toBe((before?.reserved ?? 0) + 2 * TUS_PART_BYTES);
    expect(await codeOf(await announce(1))).toEqual([413, "quota-exceeded"]);
    expect((await tus("DELETE", first.headers.get("location") ?? "", { as: other })).status).toBe(204);
    expect(await room()).toEqual(before);
    expect((await announce(1)).status).toBe(201);
  });
});

it("in bad weather every file arrives whole", async () => {
  const stormy = await openTestPlatform({
    faults: { storageError: 0.1, databaseError: 0.05, ambiguousCommit: 0.05 },
  });
  try {
    const account = { url: stormy.stack.url, apiKey: stormy.stack.users[0]?.apiKey ?? "" };
    const patience = { deadline: Date.now() + 90_000, random: Math.random };
    const files = Array.from({ length: 3 }, () => photoOf(TUS_MIN_BYTES));
    const source = {
      count: files.length,
      at: (i: number) => ({ name: `${i}.png`, type: "image/png", bytes: files[i] ?? new Uint8Array(0) }),
    };
    const ledger = await uploadPhotos({ account, source, clientBatchId: "storm", concurrency: 3, patience });
    expect(ledger.refused).toEqual([]);
    expect([...ledger.acknowledged.values()].map(({ sha256 }) => sha256).sort()).toEqual(files.map(sha256Of).sort());
    for (const { photoId, sha256 } of ledger.acknowledged.values()) {
      const userId = stormy.stack.users[0]?.id ?? "";
      const object = await stormy.stack.bucket.get(originalKey({ userId, photoId, gen: 1 }));
      expect(sha256Of(new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer(0)))).toBe(sha256);
    }
  } finally {
    await stormy.close();
  }
});
