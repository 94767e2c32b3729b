// Reads pinned weights and lets nothing else through. It does not know where they are kept.
import { AppError } from "../contracts/errors.ts";
import type { ModelRecord } from "../contracts/models.ts";

/** Where weights are kept, by digest (in R2: `models/{sha256}.onnx`). Null: not installed. */
export interface WeightsStore {
  read(sha256: string): Promise<ArrayBuffer | null>;
}

/**
 * The bytes the record pins, or null when they are not installed.
 * @throws AppError "misconfigured" when other bytes lie in their place: running them would mean trusting them.
 */
export async function readVerifiedWeights(store: WeightsStore, record: ModelRecord): Promise<Uint8Array | null> {
  const weights = await store.read(record.sha256);
  if (weights === null) return null;
  const actual = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", weights)));
  if (actual !== record.sha256) {
    throw new AppError(
      "misconfigured",
      `The stored weights of ${record.name} are not the pinned ones; install the models again.`,
      {
        facts: { expected: record.sha256, actual, bytes: weights.byteLength },
      },
    );
  }
  return new Uint8Array(weights);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
