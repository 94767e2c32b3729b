// What clients should not send, and some will: every case has its status, code and fix, and leaves nothing behind.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ORIGINALS_PREFIX } from "../../shared/adapters/objects.ts";
import { type ErrorCode, PROBLEM_BY_CODE, Problem } from "../../shared/contracts/errors.ts";
import { MANIFEST_MAX_BYTES, MANIFEST_MAX_FILES, MULTIPART_MAX_BYTES } from "../../shared/contracts/limits.ts";
import { BASE_JPEG } from "../client/base-jpeg.ts";
import { distinctCopy } from "../client/distinct-photos.ts";
import { rawRequest } from "../client/raw-request.ts";
import { pngOf } from "../fixtures/png-photo.ts";
import {
  type Caller,
  contentDigest,
  createBatch,
  manifestFile,
  openTestPlatform,
  postForm,
  putOriginal,
  type TestPlatform,
  untilEnded,
} from "../fixtures/test-platform.ts";

let platform: TestPlatform;
let owner: Caller;
let stranger: Caller;
let copies = 0;

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  owner = platform.as(0);
  stranger = platform.as(1);
});
afterAll(() => platform.close());

const newPhoto = () => distinctCopy(BASE_JPEG, `bad input ${copies++}`);
const jsonPost = (call: Caller, path: string, body: string) =>
  call(path, { method: "POST", headers: { "content-type": "application/json" }, body });

/** The id of a photo announced by the owner; without a digest unless `more` names one. */
async function announced(bytes: Uint8Array, more: Record<string, unknown> = {}): Promise<string> {
  const file = { ...manifestFile("bad.jpg", bytes, { type: "image/jpeg" }), sha256: undefined, ...more };
  const [answer] = (await createBatch(owner, randomUUID(), [file as never])).files;
  if (answer?.action !== "put") throw new Error(`not announced: ${JSON.stringify(answer)}`);
  return answer.photoId;
}

/** What is stored, past the API: objects, and rows that say that there are bytes. */
async function stored(): Promise<{ objects: number; rows: number }> {
  const { objects } = await platform.stack.bucket.list({ prefix: ORIGINALS_PREFIX });
  const row = await platform.stack.db
    .prepare(`SELECT count(*) AS n FROM photos WHERE lifecycle = 'stored'`)
    .first<{ n: number }>();
  return { objects: objects.length, rows: row?.n ?? 0 };
}

async function answerOf(response: Response): Promise<{ status: number; contentType: string; text: string }> {
  return {
    status: response.status,
    contentType: response.headers.get("content-type") ?? "",
    text: await response.text(),
  };
}

/** A PUT over a bare socket, as the owner, with headers of our own making. */
async function rawPut(photoId: string, headers: readonly string[], body: Uint8Array, hangUp = false) {
  const head = [
    `PUT /api/v1/photos/${photoId}/original HTTP/1.1`,
    `Authorization: Bearer ${platform.stack.users[0]?.apiKey}`,
    ...headers,
  ];
  return await rawRequest(platform.stack.url, { head, body, hangUp });
}

const jpegHeader = (widthPx: number, heightPx: number): Uint8Array<ArrayBuffer> => {
  const bytes = newPhoto();
  const frame = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xc0]));
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(frame + 5, heightPx);
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(frame + 7, widthPx);
  return bytes;
};
const put = async (bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  answerOf(await putOriginal(owner, await announced(bytes), bytes, headers));
const form = async (name: string, bytes: Uint8Array<ArrayBuffer>) => answerOf(await postForm(owner, name, bytes));
const html = new Uint8Array(Buffer.from("<!doctype html><script>alert(1)</script>".padEnd(400, " ")));
const manifestOf = (files: unknown[]): string =>
  JSON.stringify({ clientBatchId: randomUUID(), expected: files.length, files });

type Case = readonly [
  name: string,
  code: ErrorCode,
  send: () => Promise<{ status: number; contentType: string; text: string }>,
];

const CASES: readonly Case[] = [
  ["a digest of other bytes", "digest-mismatch", () => put(newPhoto(), { "content-digest": contentDigest(html) })],
  [
    "a digest other than the manifest's",
    "idempotency-conflict",
    async () => {
      const bytes = newPhoto();
      const other = manifestFile("x.jpg", newPhoto()).sha256;
      return answerOf(await putOriginal(owner, await announced(bytes, { sha256: other }), bytes));
    },
  ],
  ["a digest that is no base64", "invalid-request", () => put(newPhoto(), { "content-digest": "sha-256=:%%%:" })],
  ["a digest of 3 bytes", "invalid-request", () => put(newPhoto(), { "content-digest": "sha-256=:AAAA:" })],
  [
    "no digest at all",
    "digest-required",
    async () => {
      const bytes = newPhoto();
      return rawPut(await announced(bytes), [`Content-Length: ${bytes.byteLength}`], bytes);
    },
  ],
  [
    "a chunked body without a length",
    "length-required",
    async () => {
      const bytes = newPhoto();
      const chunked = Buffer.concat([
        Buffer.from(`${bytes.byteLength.toString(16)}\r\n`),
        bytes,
        Buffer.from("\r\n0\r\n\r\n"),
      ]);
      return rawPut(
        await announced(bytes),
        ["Transfer-Encoding: chunked", `Content-Digest: ${contentDigest(bytes)}`],
        chunked,
      );
    },
  ],
  [
    "a Content-Length of a terabyte",
    "file-too-large",
    async () => {
      const bytes = newPhoto();
      return rawPut(
        await announced(bytes),
        ["Content-Length: 1099511627776", `Content-Digest: ${contentDigest(bytes)}`],
        bytes,
      );
    },
  ],
  [
    "fewer bytes than announced",
    "size-mismatch",
    async () => {
      const bytes = newPhoto();
      const less = bytes.slice(0, 100);
      return answerOf(await putOriginal(owner, await announced(bytes), less));
    },
  ],
  [
    "an empty body",
    "empty-file",
    async () => {
      const bytes = newPhoto();
      return rawPut(
        await announced(bytes),
        ["Content-Length: 0", `Content-Digest: ${contentDigest(bytes)}`],
        html.slice(0, 0),
      );
    },
  ],
  ["an empty file in a form", "empty-file", () => form("empty.jpg", new Uint8Array(0))],
  ["HTML that calls itself a JPEG", "unsupported-type", () => put(html)],
  ["HTML in a form", "unsupported-type", () => form("page.jpg", html)],
  ["a PNG header of 200 megapixels", "too-many-pixels", () => put(pngOf(20_000, 10_000, html))],
  ["a PNG header of 200 megapixels in a form", "too-many-pixels", () => form("bomb.png", pngOf(20_000, 10_000, html))],
  ["a JPEG header of 200 megapixels", "too-many-pixels", () => put(jpegHeader(20_000, 10_000))],
  ["a PNG header of 2³¹ squared pixels", "too-many-pixels", () => put(pngOf(2 ** 31 - 1, 2 ** 31 - 1, html))],
  [
    "other bytes under the same Idempotency-Key",
    "idempotency-conflict",
    async () => {
      const key = { "idempotency-key": randomUUID() };
      const first = await postForm(owner, "first.jpg", newPhoto(), key);
      if (first.status !== 201) throw new Error(`the first upload answered ${first.status}`);
      return answerOf(await postForm(owner, "second.jpg", newPhoto(), key));
    },
  ],
  [
    "the id of another user's photo",
    "not-found",
    async () => {
      const bytes = newPhoto();
      return answerOf(await putOriginal(stranger, await announced(bytes), bytes));
    },
  ],
  [
    "an id nobody has",
    "not-found",
    async () => answerOf(await putOriginal(owner, "0192f000-0000-7000-8000-000000000000", newPhoto())),
  ],
  [
    "an id that is none",
    "invalid-request",
    async () => answerOf(await putOriginal(owner, "..%2f..%2fetc", newPhoto())),
  ],
  [
    "a manifest of 501 files",
    "too-many-files",
    async () => {
      const files = Array.from({ length: MANIFEST_MAX_FILES + 1 }, (_, i) => ({ name: `${i}.jpg`, size: 1 }));
      return answerOf(await jsonPost(owner, "/api/v1/batches", manifestOf(files)));
    },
  ],
  [
    "a manifest above 1 MiB",
    "too-many-files",
    async () =>
      answerOf(
        await jsonPost(owner, "/api/v1/batches", manifestOf([{ name: "x".repeat(MANIFEST_MAX_BYTES), size: 1 }])),
      ),
  ],
  [
    "a manifest that is no JSON",
    "invalid-request",
    async () => answerOf(await jsonPost(owner, "/api/v1/batches", `{"files":[`)),
  ],
  [
    "a manifest that is an array",
    "invalid-request",
    async () => answerOf(await jsonPost(owner, "/api/v1/batches", "[]")),
  ],
  [
    "a manifest that is null",
    "invalid-request",
    async () => answerOf(await jsonPost(owner, "/api/v1/batches", "null")),
  ],
  [
    "a manifest nested 20,000 deep",
    "invalid-request",
    async () => answerOf(await jsonPost(owner, "/api/v1/batches", `${"[".repeat(20_000)}${"]".repeat(20_000)}`)),
  ],
  [
    "a negative size",
    "invalid-request",
    async () => answerOf(await jsonPost(owner, "/api/v1/batches", manifestOf([{ name: "x.jpg", size: -1 }]))),
  ],
  ["a cursor of our own making", "invalid-cursor", async () => answerOf(await owner("/api/v1/photos?cursor=%00%ff"))],
  ["a page of 100,000", "invalid-request", async () => answerOf(await owner("/api/v1/photos?limit=100000"))],
  ["a long-poll of a day", "invalid-request", async () => answerOf(await owner("/api/v1/progress?wait=86400"))],
  [
    "a method that the path does not have",
    "method-not-allowed",
    async () => answerOf(await owner("/api/v1/photos", { method: "PUT" })),
  ],
  ["JSON where a form belongs", "invalid-request", async () => answerOf(await jsonPost(owner, "/api/v1/photos", "{}"))],
  [
    "a form without a file",
    "invalid-request",
    async () => {
      const fields = new FormData();
      fields.set("photo", "not a file");
      return answerOf(await owner("/api/v1/photos", { method: "POST", body: fields }));
    },
  ],
  [
    "a form that never ends its part",
    "invalid-request",
    async () =>
      answerOf(
        await owner("/api/v1/photos", {
          method: "POST",
          headers: { "content-type": "multipart/form-data; boundary=x" },
          body: '--x\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nabc',
        }),
      ),
  ],
  [
    "a form above its limit",
    "file-too-large",
    () => {
      const head = [
        "POST /api/v1/photos HTTP/1.1",
        `Authorization: Bearer ${platform.stack.users[0]?.apiKey}`,
        "Content-Type: multipart/form-data; boundary=x",
        `Content-Length: ${MULTIPART_MAX_BYTES + 1}`,
      ];
      return rawRequest(platform.stack.url, { head, body: html });
    },
  ],
  ["no key", "unauthenticated", async () => answerOf(await platform.anonymous("/api/v1/photos"))],
];

describe("what should not be sent", () => {
  it.each(CASES)("%s is refused as %s, and nothing is stored", async (name, code, send) => {
    const before = await stored();
    const { status, contentType, text } = await send();
    expect([status, contentType], text).toEqual([PROBLEM_BY_CODE[code].status, "application/problem+json"]);
    const problem = Problem.parse(JSON.parse(text));
    expect(problem.code).toBe(code);
    expect(problem.fix).toBe(PROBLEM_BY_CODE[code].fix);
    expect(problem.trace_id.length).toBeGreaterThanOrEqual(8);
    // One case needs an honest upload first.
    const honest = name.includes("Idempotency-Key") ? 1 : 0;
    expect(await stored()).toEqual({ objects: before.objects + honest, rows: before.rows + honest });
  });

  it("is an entry of a manifest that is refused alone, with its own problem", async () => {
    const { files } = await createBatch(owner, randomUUID(), [
      manifestFile("empty.jpg", new Uint8Array(0)),
      { name: "notes.txt", size: 5, type: "text/plain", mtime: 1 },
      { name: "huge.jpg", size: 100_000_001, type: "image/jpeg", mtime: 1 },
      manifestFile("good.jpg", newPhoto(), { type: "image/jpeg" }),
    ]);
    expect(files.map((answer) => (answer.action === "rejected" ? answer.problem.code : answer.action))).toEqual([
      "empty-file",
      "unsupported-type",
      "file-too-large",
      "put",
    ]);
  });
});

describe("a connection", () => {
  it("that ends in the middle of a body stores nothing, and the same photo can be sent afterwards", async () => {
    const bytes = distinctCopy(BASE_JPEG, "y".repeat(60_000));
    const id = await announced(bytes);
    const before = await stored();
    const headers = [`Content-Length: ${bytes.byteLength}`, `Content-Digest: ${contentDigest(bytes)}`];
    const cut = await rawPut(id, headers, bytes.subarray(0, 30_000), true);
    expect([0, 400]).toContain(cut.status);
    if (cut.status === 400) expect(Problem.parse(JSON.parse(cut.text)).code).toBe("body-truncated");
    expect(await stored()).toEqual(before);
    expect((await putOriginal(owner, id, bytes)).status).toBe(201);
  });

  it.each(["-1", "1e3", "12, 13", "0x10"])(
    "with Content-Length %j is refused before it reaches a photo",
    async (length) => {
      const bytes = newPhoto();
      const before = await stored();
      const headers = [`Content-Length: ${length}`, `Content-Digest: ${contentDigest(bytes)}`];
      const { status } = await rawPut(await announced(bytes), headers, bytes, true);
      expect(status === 0 || (status >= 400 && status < 500), String(status)).toBe(true);
      expect(await stored()).toEqual(before);
    },
  );
});

describe("a damaged photo", () => {
  it("with an honest digest is kept as it is, and its thumbnail fails as corrupt", async () => {
    const whole = newPhoto();
    const half = whole.slice(0, 250); // inside the tables, before any pixel
    const id = await announced(half);
    expect((await putOriginal(owner, id, half)).status).toBe(201);
    const ended = await untilEnded(owner, id);
    expect([ended.status, ended.stages.thumbnail.reason]).toEqual(["failed", "corrupt"]);
    const kept = new Uint8Array(await (await owner(`/api/v1/photos/${id}/original`)).arrayBuffer());
    expect(Buffer.from(kept).equals(Buffer.from(half))).toBe(true);
  });

  it("leaves the platform healthy and the next photo done", async () => {
    const response = await postForm(owner, "next.jpg", newPhoto());
    expect(response.status).toBe(201);
    const { id } = (await response.json()) as { id: string };
    expect((await untilEnded(owner, id)).status).toBe("done");
  });
});
