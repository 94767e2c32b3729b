// What is read, written and left behind when somebody asks for a render; rows, statements and codecs are real.
import sharp from "sharp";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { originalKey, renditionKey } from "../../shared/adapters/objects.ts";
import { nodeRenderCodecs } from "../../tests/fixtures/node-render-codecs.ts";
import { photo, type StoredPhoto, storedPhoto } from "../../tests/fixtures/stored-photo.ts";
import type { RenderCodecs } from "./render-codecs.ts";
import { renderPhoto } from "./render-photo.ts";
import type { RenderTransform } from "./render-state.ts";

const KEY = `derived/${photo.userId}/${photo.photoId}/1/t-test.jpg`;
let codecs: RenderCodecs;
let world: StoredPhoto;

const plain = async (background: string, width: number, height: number) =>
  await sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();

beforeAll(async () => {
  codecs = await nodeRenderCodecs();
}, 60_000);

beforeEach(async () => {
  world = await storedPhoto();
  world.insertUser();
  world.insertPhoto({ width: 1600, height: 1200 });
  // Another colour each, so that the result tells where it came from.
  await world.bucket.put(originalKey(photo), await plain("#f00", 1600, 1200));
  for (const width of [160, 320, 640, 1280])
    await world.bucket.put(renditionKey(photo, width), await plain("#00f", width, (width * 3) / 4));
});

/** The fake keeps bodies as bytes: here they are streams, as R2's are. */
function streamingBucket(beforePut: () => void): R2Bucket {
  const { bucket } = world;
  return {
    get: async (key: string) => {
      const object = await bucket.get(key);
      return object && { size: object.size, body: new Blob([bytesOf(object)]).stream() };
    },
    put: async (...[key, value, options]: Parameters<R2Bucket["put"]>) => {
      beforePut();
      return await bucket.put(key, value as Uint8Array<ArrayBuffer>, options);
    },
    delete: (keys: string[]) => bucket.delete(keys),
  } as unknown as R2Bucket;
}

const bytesOf = (object: R2ObjectBody | null) => object?.body as unknown as Uint8Array<ArrayBuffer>;

const render = (transform: RenderTransform, key: string | null = KEY, beforePut = () => {}) =>
  renderPhoto(
    { db: world.db, bucket: streamingBucket(beforePut), codecs },
    { ...photo, transform, focus: [], redact: [], key },
  );

async function colourOf(bytes: Uint8Array | undefined): Promise<string> {
  const [red = 0, , blue = 0] = await sharp(bytes).raw().toBuffer();
  return red > blue ? "original" : "rendition";
}

describe("a render", () => {
  it("is kept under its key, of the type and size it is told to have", async () => {
    const outcome = await render({ format: "webp", width: 300 });
    const kept = await world.bucket.get(KEY);
    const bytes = bytesOf(kept);
    expect(outcome).toEqual({
      kind: "stored",
      widthPx: 300,
      heightPx: 225,
      sizeBytes: bytes.length,
      contentType: "image/webp",
    });
    expect(kept?.httpMetadata?.contentType).toBe("image/webp");
    expect(await colourOf(bytes)).toBe("rendition");
  });

  it("without a key is handed back, and kept nowhere", async () => {
    const outcome = await render({ format: "jpg", width: 1000 }, null);
    expect(outcome).toMatchObject({ kind: "made", widthPx: 1000, heightPx: 750, contentType: "image/jpeg" });
    expect(await colourOf(outcome.kind === "made" ? outcome.bytes : undefined)).toBe("original");
    expect(await world.bucket.get(KEY)).toBeNull();
  });

  it("is made of a rendition where the original cannot be read", async () => {
    await world.bucket.put(originalKey(photo), new TextEncoder().encode("not a picture"));
    const outcome = await render({ format: "jpg", width: 1000 }, null);
    expect(await colourOf(outcome.kind === "made" ? outcome.bytes : undefined)).toBe("rendition");
  });

  it.each([
    ["was removed for good", { lifecycle: "deleted", purged_at: 1 }],
    ["is of a later generation", { gen: 2 }],
  ])("of a photo that %s is nowhere", async (_, facts) => {
    world.insertPhoto({ width: 1600, height: 1200, ...facts });
    expect(await render({ format: "jpg", width: 100 })).toEqual({ kind: "gone" });
    expect(await world.bucket.get(KEY)).toBeNull();
  });

  it("of a photo that was removed meanwhile leaves nothing behind", async () => {
    const remove = () => world.run(`UPDATE photos SET purged_at = 1`);
    expect(await render({ format: "jpg", width: 100 }, KEY, remove)).toEqual({ kind: "gone" });
    expect(await world.bucket.get(KEY)).toBeNull();
  });

  it("that nothing can be made of is told, and may be tried again where the bytes are only missing", async () => {
    expect(await render({ format: "jpg", width: 4000, height: 4097, fit: "squeeze" })).toMatchObject({
      kind: "unmakeable",
      reason: "too-large",
    });
    await world.bucket.delete([originalKey(photo), renditionKey(photo, 1280)]);
    await expect(render({ format: "jpg", width: 1000 })).rejects.toThrow("is not in storage");
  });
});
