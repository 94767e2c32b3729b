// What is read, written and left behind when somebody asks for a WebP; the codec is a fake, rows and statements are real.
import { beforeEach, describe, expect, it } from "vitest";
import { migrationFiles } from "../../local/local-state.ts";
import { originalKey, renditionKey, webpKey } from "../../shared/adapters/objects.ts";
import type { ImageCodecs } from "../../shared/codecs/index.ts";
import type { PhotoId, UserId } from "../../shared/contracts/ids.ts";
import type { WebpWidth } from "../../shared/contracts/limits.ts";
import { purgePhoto } from "../../shared/db/photos/upload-statements.ts";
import { FakeDatabase } from "../../tests/simulation/fake-d1.ts";
import { FakeBucket } from "../../tests/simulation/fake-r2.ts";
import type { Call } from "../../tests/simulation/scheduler.ts";
import { type MakeWebpDeps, makeWebp } from "./make-webp.ts";

const userId = "00000000-0000-7000-8000-000000000001" as UserId;
const photoId = "00000000-0000-7000-8000-000000000002" as PhotoId;
const photo = { userId, photoId, gen: 1 };
const NOW = 1_800_000_000_000;
const atOnce: Call = async (_kind, _label, execute) => execute();
const bytesOf = (text: string) => new TextEncoder().encode(text);

let database: FakeDatabase;
let bucket: FakeBucket;
let deps: MakeWebpDeps;
/** What the codec was given, in order. */
let sources: string[];
let whileMaking: () => Promise<void>;

beforeEach(async () => {
  database = new FakeDatabase(migrationFiles().flatMap(({ statements }) => statements));
  bucket = new FakeBucket(
    () => NOW,
    (asked) => asked,
  );
  sources = [];
  whileMaking = async () => {};
  const codecs: Pick<ImageCodecs, "makeWebp"> = {
    async makeWebp(source, widthPx) {
      const text = new TextDecoder().decode((await source.open()) as unknown as Uint8Array);
      sources.push(text);
      await whileMaking();
      if (text === "undecodable") return { kind: "skipped", reason: "unsupported", facts: null, detail: "12-bit" };
      return { kind: "done", pixelWidth: widthPx, pixelHeight: 1, bytes: bytesOf(`webp of ${text}`) };
    },
  };
  deps = { db: database.binding(atOnce), bucket: bucket.binding(atOnce), codecs };
  await deps.bucket.put(originalKey(photo), bytesOf("original"));
  await deps.bucket.put(renditionKey(photo, 1280), bytesOf("jpeg"));
  insertPhoto({});
});

function insertPhoto(facts: Record<string, string | number>): void {
  const columns: Record<string, string | number> = {
    id: photoId,
    user_id: userId,
    lifecycle: "stored",
    upload_key: "a",
    filename: "a.jpg",
    mime: "image/jpeg",
    bytes: 8,
    width: 4000,
    height: 3000,
    thumbnail_state: "done",
    created_at: NOW,
    changed_at: NOW,
    ...facts,
  };
  const names = Object.keys(columns);
  const places = names.map((_, i) => `?${i + 1}`);
  const sql = `INSERT OR REPLACE INTO photos (${names.join(", ")}) VALUES (${places.join(", ")})`;
  database.single(sql, Object.values(columns), (statement, params) => statement.run(...params));
}

const make = (widthPx: WebpWidth, gen = 1) => makeWebp(deps, { userId, photoId, gen, widthPx });
const stored = (widthPx: WebpWidth) => {
  const object = bucket.objects.get(webpKey(photo, widthPx));
  return object === undefined ? null : new TextDecoder().decode(object.bytes);
};

describe("the source", () => {
  it("is the JPEG where shrinking hides its losses, the original where they would show", async () => {
    expect(await make(320)).toEqual({ kind: "stored" });
    expect(await make(1280)).toEqual({ kind: "stored" });
    expect([stored(320), stored(1280)]).toEqual(["webp of jpeg", "webp of original"]);
    insertPhoto({ width: 400, height: 300 });
    expect(await make(320)).toEqual({ kind: "stored" });
    expect(stored(320)).toBe("webp of original");
  });

  it("is the JPEG where only a library could read the original", async () => {
    insertPhoto({ mime: "image/avif" });
    await make(1280);
    expect(sources).toEqual(["jpeg"]);
  });

  it("is the JPEG after an original that no codec reads, and nothing after that", async () => {
    await deps.bucket.put(originalKey(photo), bytesOf("undecodable"));
    expect(await make(1280)).toEqual({ kind: "stored" });
    expect(sources).toEqual(["undecodable", "jpeg"]);
    await deps.bucket.put(renditionKey(photo, 1280), bytesOf("undecodable"));
    expect(await make(320)).toMatchObject({ kind: "unmakeable", detail: "skipped unsupported: 12-bit" });
    expect(stored(320)).toBeNull();
  });

  it("may be missing for now, which is nobody's answer", async () => {
    await deps.bucket.delete(renditionKey(photo, 1280));
    await expect(make(320)).rejects.toThrow("is not in storage");
    expect(stored(320)).toBeNull();
  });
});

describe("a photo that is not there", () => {
  it.each([
    ["in the trash", { lifecycle: "deleted" }],
    ["without thumbnails yet", { thumbnail_state: "running" }],
    ["of a later generation", { gen: 2 }],
    ["of somebody else", { user_id: "00000000-0000-7000-8000-000000000009" }],
  ])("%s is neither read nor written", async (_, facts) => {
    insertPhoto(facts);
    expect(await make(320)).toEqual({ kind: "gone" });
    expect(sources).toEqual([]);
    expect(stored(320)).toBeNull();
  });

  it("because it was removed for good meanwhile leaves no WebP", async () => {
    whileMaking = async () => {
      await purgePhoto(deps.db, photoId, userId, NOW);
    };
    expect(await make(1280)).toEqual({ kind: "gone" });
    expect(sources).toEqual(["original"]);
    expect(stored(1280)).toBeNull();
  });

  it("because its row was forgotten meanwhile leaves no WebP", async () => {
    whileMaking = async () => {
      database.single(`DELETE FROM photos`, [], (statement) => statement.run());
    };
    expect(await make(320)).toEqual({ kind: "gone" });
    expect(stored(320)).toBeNull();
  });
});
