// What is read, written and left behind when somebody looks at a face; the codec is a fake, rows and statements are real.
import { beforeEach, describe, expect, it } from "vitest";
import { faceCropKey, originalKey, renditionKey } from "../../shared/adapters/objects.ts";
import type { ImageCodecs } from "../../shared/codecs/index.ts";
import { faceId, photo, type StoredPhoto, storedPhoto } from "../../tests/fixtures/stored-photo.ts";
import { type CutFaceDeps, cutFace } from "./cut-face.ts";

let world: StoredPhoto;
let deps: CutFaceDeps;
/** What the codec was given, in order. */
let sources: string[];
let whileCutting: () => void;

beforeEach(async () => {
  world = await storedPhoto();
  world.insertUser();
  world.insertFace();
  sources = [];
  whileCutting = () => {};
  const codecs: Pick<ImageCodecs, "cutFace"> = {
    async cutFace(source) {
      const text = new TextDecoder().decode((await source.open()) as unknown as Uint8Array);
      sources.push(text);
      whileCutting();
      if (text === "undecodable") return { kind: "failed", reason: "corrupt", detail: "cut short" };
      return { kind: "done", sidePx: 256, bytes: new TextEncoder().encode(`face in ${text}`) };
    },
  };
  deps = { db: world.db, bucket: world.bucket, codecs };
});

const cut = (more: Partial<typeof photo> = {}) => cutFace(deps, { ...photo, faceId, ...more });
const stored = () => world.textOf(faceCropKey(photo, faceId));

describe("the source of a face crop", () => {
  it("is the rendition for a large face, the original for a small one", async () => {
    expect(await cut()).toEqual({ kind: "stored" });
    expect(stored()).toBe("face in jpeg");
    world.insertFace({ box_width: 0.03, box_height: 0.05 });
    expect(await cut()).toEqual({ kind: "stored" });
    expect(stored()).toBe("face in original");
  });

  it("is the rendition where only a library could read the original, or where it has no more pixels", async () => {
    world.insertFace({ box_width: 0.03 });
    world.insertPhoto({ mime: "image/avif" });
    await cut();
    world.insertPhoto({ width: 900, height: 600 });
    await cut();
    expect(sources).toEqual(["jpeg", "jpeg"]);
  });

  it("is the rendition after an original that no codec reads, and nothing after that", async () => {
    world.insertFace({ box_width: 0.03 });
    await world.put(originalKey(photo), "undecodable");
    expect(await cut()).toEqual({ kind: "stored" });
    expect(sources).toEqual(["undecodable", "jpeg"]);
    await world.put(renditionKey(photo, 1280), "undecodable");
    expect(await cut()).toEqual({ kind: "unmakeable", detail: "failed corrupt: cut short" });
  });

  it("may be missing for now, which is nobody's answer", async () => {
    await deps.bucket.delete(renditionKey(photo, 1280));
    await expect(cut()).rejects.toThrow("is not in storage");
    expect(stored()).toBeNull();
  });
});

describe("a face that is not there", () => {
  it.each([
    ["whose photo was removed for good", () => world.insertPhoto({ lifecycle: "deleted", purged_at: 1 })],
    ["whose photo is of a later generation", () => world.insertPhoto({ gen: 2 })],
    ["of somebody else", () => world.insertFace({ user_id: "00000000-0000-7000-8000-000000000009" })],
    ["of another photo", () => world.insertFace({ photo_id: "00000000-0000-7000-8000-000000000009" })],
    ["whose owner has withdrawn", () => world.insertUser({ face_consent: "withdrawn" })],
    ["that the built-in default only pretended", () => world.insertFace({ score: 0 })],
    ["that was deleted", () => world.run(`DELETE FROM faces`)],
  ])("%s is neither read nor written", async (_, change) => {
    change();
    expect(await cut()).toEqual({ kind: "gone" });
    expect(sources).toEqual([]);
    expect(stored()).toBeNull();
  });

  it.each([
    ["was deleted", `DELETE FROM faces`],
    ["belongs to somebody who withdrew", `UPDATE users SET face_consent = 'withdrawn'`],
    ["lost its photo", `UPDATE photos SET purged_at = 1`],
  ])("because it %s meanwhile leaves no crop", async (_, sql) => {
    whileCutting = () => world.run(sql);
    expect(await cut()).toEqual({ kind: "gone" });
    expect(sources).toEqual(["jpeg"]);
    expect(stored()).toBeNull();
  });
});
