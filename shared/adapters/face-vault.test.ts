import { describe, expect, it } from "vitest";
import { destroyVaults, ensureVault, openVault } from "./face-vault.ts";

const SECRET = "an installation's secret of at least 32 characters";
const OWNER = { userId: "018f0000-0000-7000-8000-000000000001", epoch: 1 };
const NAME = { faceId: "018f0000-0000-7000-8000-00000000000f", modelId: "model-a" };
const VECTOR = Float32Array.from({ length: 128 }, (_, i) => Math.fround(Math.sin(i)));

/** The three calls a vault makes, on a map. */
function bucketOf(objects = new Map<string, Uint8Array>()): R2Bucket {
  return {
    async get(key: string) {
      const bytes = objects.get(key);
      return bytes === undefined ? null : { arrayBuffer: async () => bytes.slice().buffer };
    },
    async put(key: string, bytes: Uint8Array, options: { onlyIf?: unknown }) {
      if (options.onlyIf !== undefined && objects.has(key)) return null;
      objects.set(key, bytes.slice());
      return {};
    },
    async delete(keys: string[]) {
      for (const key of keys) objects.delete(key);
    },
    async list({ prefix }: { prefix: string }) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      return { truncated: false, objects: keys.map((key) => ({ key })) };
    },
  } as unknown as R2Bucket;
}

describe("the face vault", () => {
  it("opens exactly what it sealed, and never seals twice alike", async () => {
    const vault = await ensureVault(bucketOf(), SECRET, OWNER);
    const sealed = await vault.seal(NAME, VECTOR);
    expect(await vault.open(NAME, sealed)).toEqual(VECTOR);
    expect(await vault.seal(NAME, VECTOR)).not.toBe(sealed);
  });

  it("keeps no number of a vector readable in what is stored", async () => {
    const vault = await ensureVault(bucketOf(), SECRET, OWNER);
    const stored = Buffer.from(await vault.seal(NAME, VECTOR), "base64").toString("hex");
    const bare = Buffer.from(VECTOR.buffer).toString("hex");
    for (let start = 0; start + 16 <= bare.length; start += 8)
      expect(stored).not.toContain(bare.slice(start, start + 16));
  });

  it("opens under no other face, model, epoch, user or secret", async () => {
    const bucket = bucketOf();
    const vault = await ensureVault(bucket, SECRET, OWNER);
    const sealed = await vault.seal(NAME, VECTOR);
    await expect(vault.open({ ...NAME, faceId: "another" }, sealed)).rejects.toThrow("does not open");
    await expect(vault.open({ ...NAME, modelId: "model-b" }, sealed)).rejects.toThrow("does not open");
    const later = await ensureVault(bucket, SECRET, { ...OWNER, epoch: 2 });
    await expect(later.open(NAME, sealed)).rejects.toThrow("does not open");
    const other = await ensureVault(bucket, SECRET, { ...OWNER, userId: "018f0000-0000-7000-8000-000000000002" });
    await expect(other.open(NAME, sealed)).rejects.toThrow("does not open");
    await expect(openVault(bucket, `${SECRET}!`, OWNER)).rejects.toThrow("does not open this user's face data");
  });

  it("refuses damaged, cut and empty bytes", async () => {
    const vault = await ensureVault(bucketOf(), SECRET, OWNER);
    const sealed = await vault.seal(NAME, VECTOR);
    for (const bad of [
      "",
      "AQ==",
      sealed.slice(0, 40),
      `AgAA${sealed.slice(4)}`,
      "not base64!",
      `${sealed.slice(0, -8)}AAAAAAA=`,
    ])
      await expect(vault.open(NAME, bad), bad.slice(0, 12)).rejects.toThrow("does not open");
  });

  it("agrees on one key when two begin at once", async () => {
    const bucket = bucketOf();
    const [first, second] = await Promise.all([ensureVault(bucket, SECRET, OWNER), ensureVault(bucket, SECRET, OWNER)]);
    expect(await second?.open(NAME, await first?.seal(NAME, VECTOR))).toEqual(VECTOR);
  });

  it("is gone once destroyed, whatever copies there are", async () => {
    const bucket = bucketOf();
    await ensureVault(bucket, SECRET, OWNER);
    await ensureVault(bucket, SECRET, { ...OWNER, epoch: 2 });
    await ensureVault(bucket, SECRET, { ...OWNER, epoch: 3 });
    expect(await destroyVaults(bucket, { ...OWNER, epoch: 2 })).toBe(2);
    expect(await openVault(bucket, SECRET, OWNER)).toBeNull();
    expect(await openVault(bucket, SECRET, { ...OWNER, epoch: 3 })).not.toBeNull();
    expect(await destroyVaults(bucket, { ...OWNER, epoch: 2 })).toBe(0);
  });

  it("refuses to begin without a real secret", async () => {
    await expect(ensureVault(bucketOf(), "short", OWNER)).rejects.toThrow("missing or too short");
  });
});
