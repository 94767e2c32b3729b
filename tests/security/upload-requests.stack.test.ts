// Uploads that lie about their length, their name or who they are. Bombs, broken pictures and the plainer lies are tested where
// upload-list.test.ts says.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { originalKey } from "../../shared/adapters/objects.ts";
import type { Problem } from "../../shared/contracts/errors.ts";
import { FILENAME_MAX_CHARS } from "../../shared/contracts/limits.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import { rawRequest } from "../client/raw-request.ts";
import { pngPhoto } from "../fixtures/png-photo.ts";
import {
  type Caller,
  contentDigest,
  createBatch,
  manifestFile,
  openTestPlatform,
  postForm,
  putOriginal,
  sha256Of,
  type TestPlatform,
  untilEnded,
} from "../fixtures/test-platform.ts";

let platform: TestPlatform;
let owner: Caller;
let ownerId = "";
let seed = 0;

beforeAll(async () => {
  platform = await openTestPlatform();
  owner = platform.as(0);
  ownerId = platform.stack.users[0]?.id ?? "";
});
afterAll(() => platform.close());

const newPhoto = () => pngPhoto(64, 48, ++seed);
async function announced(name: string, bytes: Uint8Array, more = {}): Promise<string> {
  const answer = (await createBatch(owner, randomUUID(), [manifestFile(name, bytes, more)])).files[0];
  if (answer?.action !== "put") throw new Error(JSON.stringify(answer));
  return answer.photoId;
}
const codeOf = async (response: Response): Promise<string> => ((await response.json()) as Problem).code;
const storedBytes = async (photoId: string): Promise<Uint8Array | null> => {
  const object = await platform.stack.bucket.get(originalKey({ userId: ownerId, photoId, gen: 1 }));
  return object === null ? null : new Uint8Array(await object.arrayBuffer());
};
const rawPut = (photoId: string, headers: readonly string[], body: Uint8Array, hangUp = false) =>
  rawRequest(platform.stack.url, {
    head: [
      `PUT /api/v1/photos/${photoId}/original HTTP/1.1`,
      `Authorization: Bearer ${platform.stack.users[0]?.apiKey}`,
      ...headers,
    ],
    body,
    hangUp,
  });

describe("a length that lies", () => {
  it("by too little stores what was announced and not a byte of what follows, nor takes that for a request", async () => {
    const bytes = newPhoto();
    const photoId = await announced("short.png", bytes);
    const smuggled = Buffer.from("DELETE /api/v1/photos/x HTTP/1.1\r\nHost: x\r\n\r\n");
    const { status } = await rawPut(
      photoId,
      [`Content-Length: ${bytes.byteLength}`, `Content-Digest: ${contentDigest(bytes)}`, "Connection: close"],
      Buffer.concat([bytes, smuggled]),
    );
    expect(status).toBe(201);
    expect(sha256Of((await storedBytes(photoId)) ?? new Uint8Array())).toBe(sha256Of(bytes));
  });

  it("by too much is refused before a byte is taken", async () => {
    const bytes = newPhoto();
    const photoId = await announced("long.png", bytes);
    const headers = [`Content-Length: ${bytes.byteLength + 1000}`, `Content-Digest: ${contentDigest(bytes)}`];
    const { status, text } = await rawPut(photoId, headers, bytes, true);
    expect([0, 409]).toContain(status);
    if (status === 409) expect((JSON.parse(text) as Problem).code).toBe("size-mismatch");
    expect(await storedBytes(photoId)).toBeNull();
  });

  it("twice, or beside a chunked body, stores nothing but what was announced", async () => {
    const bytes = newPhoto();
    const chunked = Buffer.concat([
      Buffer.from(`${bytes.byteLength.toString(16)}\r\n`),
      bytes,
      Buffer.from("\r\n0\r\n\r\n"),
    ]);
    const photoId = await announced("both.png", bytes);
    const digest = `Content-Digest: ${contentDigest(bytes)}`;
    const length = `Content-Length: ${bytes.byteLength}`;
    const answers = [
      await rawPut(photoId, [length, "Transfer-Encoding: chunked", digest], chunked, true),
      await rawPut(photoId, [length, `Content-Length: ${bytes.byteLength + 1}`, digest], bytes, true),
    ];
    for (const { status } of answers)
      expect(status === 0 || (status >= 400 && status < 500), String(status)).toBe(true);
    expect(await storedBytes(photoId)).toBeNull();
    expect((await putOriginal(owner, photoId, bytes)).status).toBe(201);
  });
});

describe("a file name", () => {
  it.each([
    ["that turns its direction", "invoice\u202Egpj.exe"],
    ["with line ends", "a\r\nSet-Cookie: hg=1\r\n\r\n<script>.png"],
    ["with NUL", "a\u0000.png"],
    ["with quotes and semicolons", 'a"; filename="b.html'],
    ["that climbs", "../../../../etc/passwd"],
    ["of half a character", "\uD800.png"],
    ["of 255 characters and more", `${"n".repeat(FILENAME_MAX_CHARS - 4)}.png`],
  ])("%s is a name and nothing else: in the answer, in the download, in storage", async (_, name) => {
    const bytes = newPhoto();
    const photoId = await announced(name, bytes);
    expect((await putOriginal(owner, photoId, bytes)).status).toBe(201);
    const download = await owner(`/api/v1/photos/${photoId}/original`);
    expect(download.status).toBe(200);
    const disposition = download.headers.get("content-disposition") ?? "";
    expect(disposition).toMatch(
      /^attachment; filename="[\x20-\x21\x23-\x7e]{1,150}"; filename\*=UTF-8''[\w!#$&+.^`|~%-]+$/,
    );
    expect(disposition).not.toMatch(/%2F|%5C|\//i);
    expect(download.headers.get("set-cookie")).toBeNull();
    expect(download.headers.get("content-type")).toBe("image/png");
    expect(download.headers.get("x-content-type-options")).toBe("nosniff");
    expect(download.headers.get("content-security-policy")).toContain("sandbox");
    expect(sha256Of(new Uint8Array(await download.arrayBuffer()))).toBe(sha256Of(bytes));
    // Its key is of our own making, whatever it is called.
    expect(await storedBytes(photoId)).not.toBeNull();
    const photo = (await (await owner(`/api/v1/photos/${photoId}`)).json()) as Photo;
    if (name.isWellFormed()) expect(photo.filename).toBe(name);
    else expect(photo.filename.isWellFormed()).toBe(true);
  });

  it("of more characters than we keep is refused in a manifest and cut in a form", async () => {
    const bytes = newPhoto();
    const long = "n".repeat(FILENAME_MAX_CHARS + 1);
    const response = await owner("/api/v1/batches", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ clientBatchId: "long", expected: 1, files: [manifestFile(long, bytes)] }),
    });
    expect([response.status, await codeOf(response)]).toEqual([400, "invalid-request"]);
    const photo = (await (await postForm(owner, long, bytes)).json()) as Photo;
    expect(photo.filename).toBe(long.slice(0, FILENAME_MAX_CHARS));
  });
});

describe("the same name for other bytes", () => {
  it("is refused for a photo that was announced without a digest and has its bytes", async () => {
    const [bytes, other] = [newPhoto(), newPhoto()];
    const size = Math.max(bytes.byteLength, other.byteLength);
    const [first, second] = [bytes, other].map((part) => pad(part, size));
    if (first === undefined || second === undefined) throw new Error("unreachable");
    const photoId = await announced("a.png", first, { sha256: undefined });
    expect((await putOriginal(owner, photoId, first)).status).toBe(201);
    const again = await putOriginal(owner, photoId, second);
    expect([again.status, await codeOf(again)]).toEqual([409, "idempotency-conflict"]);
    expect(sha256Of((await storedBytes(photoId)) ?? new Uint8Array())).toBe(sha256Of(first));
  });

  it("sent twenty times at once under one Idempotency-Key stores one of them", async () => {
    const key = randomUUID();
    const photos = Array.from({ length: 20 }, () => newPhoto());
    const answers = await Promise.all(
      photos.map((bytes) => postForm(owner, "same.png", bytes, { "idempotency-key": key })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    const codes = await Promise.all(answers.filter(({ status }) => status === 409).map(codeOf));
    expect(new Set(codes)).toEqual(new Set(["idempotency-conflict"]));
  });
});

describe("a picture that is something else as well", () => {
  it("is shown as pictures made anew, and given back as a download that runs nowhere", async () => {
    const tail = Buffer.from("PK\u0003\u0004<script>alert('polyglot')</script>");
    const bytes = new Uint8Array(Buffer.concat([newPhoto(), tail]));
    const photo = await untilEnded(owner, ((await (await postForm(owner, "p.png", bytes)).json()) as Photo).id);
    expect(photo.stages.thumbnail.state).toBe("done");
    const rendition = await owner(`/api/v1/photos/${photo.id}/renditions/w160.jpg`);
    expect(rendition.headers.get("content-type")).toBe("image/jpeg");
    expect(Buffer.from(await rendition.arrayBuffer()).includes("polyglot")).toBe(false);
    const original = await owner(`/api/v1/photos/${photo.id}/original`);
    expect(original.headers.get("content-disposition")).toMatch(/^attachment/);
    expect(original.headers.get("x-content-type-options")).toBe("nosniff");
    expect(Buffer.from(await original.arrayBuffer()).includes("polyglot")).toBe(true);
  });
});

/** Longer, and the same picture: what follows its end is not looked at. */
function pad(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(size);
  padded.set(bytes);
  return padded;
}
