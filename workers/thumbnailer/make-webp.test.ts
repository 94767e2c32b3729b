// What is read, written and left behind when somebody asks for a WebP; the codec is a fake, rows and statements are real.
import { beforeEach, describe, expect, it } from "vitest";
import { originalKey, renditionKey, webpKey } from "../../shared/adapters/objects.ts";
import type { ImageCodecs } from "../../shared/codecs/index.ts";
import type { WebpWidth } from "../../shared/contracts/limits.ts";
import { purgePhoto } from "../../shared/db/photos/upload-statements.ts";
import { NOW, photo, type StoredPhoto, storedPhoto } from "../../tests/fixtures/stored-photo.ts";
import { type MakeWebpDeps, makeWebp } from "./make-webp.ts";

let world: StoredPhoto;
let deps: MakeWebpDeps;
/** What the codec was given, in order. */
let sources: string[];
let whileMaking: () => Promise<void>;

beforeEach(async () => {
  world = await storedPhoto();
  sources = [];
  whileMaking = async () => {};
  const codecs: Pick<ImageCodecs, "makeWebp"> = {
    async makeWebp(source, widthPx) {
      const text = new TextDecoder().decode((await source.open()) as unknown as Uint8Array);
      sources.push(text);
      await whileMaking();
      if (text === "undecodable") return { kind: "skipped", reason: "unsupported", facts: null, detail: "12-bit" };
      return {
        kind: "done",
        pixelWidth: widthPx,
        pixelHeight: 1,
        bytes: new TextEncoder().encode(`webp of ${text}`),
      };
    },
  };
  deps = { db: world.db, bucket: world.bucket, codecs };
});

const make = (widthPx: WebpWidth, gen = 1) => makeWebp(deps, { ...photo, gen, widthPx });
const stored = (widthPx: WebpWidth) => world.textOf(webpKey(photo, widthPx));

describe("the source", () => {
  it("is the JPEG where shrinking hides its losses, the original where they would show", async () => {
    expect(await make(320)).toEqual({ kind: "stored" });
    expect(await make(1280)).toEqual({ kind: "stored" });
    expect([stored(320), stored(1280)]).toEqual(["webp of jpeg", "webp of original"]);
    world.insertPhoto({ width: 400, height: 300 });
    expect(await make(320)).toEqual({ kind: "stored" });
    expect(stored(320)).toBe("webp of original");
  });

  it("is the JPEG where only a library could read the original", async () => {
    world.insertPhoto({ mime: "image/avif" });
    await make(1280);
    expect(sources).toEqual(["jpeg"]);
  });

  it("is the JPEG after an original that no codec reads, and nothing after that", async () => {
    await world.put(originalKey(photo), "undecodable");
    expect(await make(1280)).toEqual({ kind: "stored" });
    expect(sources).toEqual(["undecodable", "jpeg"]);
    await world.put(renditionKey(photo, 1280), "undecodable");
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
    world.insertPhoto(facts);
    expect(await make(320)).toEqual({ kind: "gone" });
    expect(sources).toEqual([]);
    expect(stored(320)).toBeNull();
  });

  it("because it was removed for good meanwhile leaves no WebP", async () => {
    whileMaking = async () => {
      await purgePhoto(deps.db, photo.photoId, photo.userId, NOW);
    };
    expect(await make(1280)).toEqual({ kind: "gone" });
    expect(sources).toEqual(["original"]);
    expect(stored(1280)).toBeNull();
  });

  it("because its row was forgotten meanwhile leaves no WebP", async () => {
    whileMaking = async () => {
      world.run(`DELETE FROM photos`);
    };
    expect(await make(320)).toEqual({ kind: "gone" });
    expect(stored(320)).toBeNull();
  });
});
