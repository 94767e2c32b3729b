// A vault without cryptography, which has threads of its own and no place in a schedule: what it seals names the key it is
// under, so that a judge can tell which vectors a destroyed key has taken with it. The key object's life is the real one's.
import type { FaceVault, VaultOwner } from "../../shared/adapters/face-vault.ts";
import { faceVectorsKey } from "../../shared/adapters/objects.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @param newKey bytes nobody has had before */
export async function fakeVault(bucket: R2Bucket, owner: VaultOwner, newKey: () => string): Promise<FaceVault> {
  const name = faceVectorsKey(owner);
  if ((await bucket.get(name)) === null)
    await bucket.put(name, encoder.encode(newKey()), { onlyIf: { etagDoesNotMatch: "*" } });
  const object = await bucket.get(name);
  if (object === null) throw new Error("injected: the key was destroyed between two looks");
  const key = decoder.decode(await object.arrayBuffer());
  return {
    async seal({ faceId, modelId }, vector) {
      return sealedText(key, faceId, modelId, vector);
    },
    async open() {
      throw new Error("no simulated process opens a vector");
    },
  };
}

/** What `vector` looks like in the database, sealed under a key with these bytes. */
export function sealedText(key: string, faceId: string, modelId: string, vector: Float32Array): string {
  return `${key}|${faceId}|${modelId}|${[...vector].join(",")}`;
}
