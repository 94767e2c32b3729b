// What the people index's verbs need, built from the environment. Ports only: no verb reads `env`.
import { type FaceVault, openVault, type VaultOwner } from "../../shared/adapters/face-vault.ts";
import { withFaults } from "../../shared/adapters/local-faults.ts";
import { type ProgressReporter, progressReporter } from "../../shared/adapters/progress.ts";
import { FaceRecognitionDefault } from "../../shared/contracts/consent.ts";
import { databaseFor } from "../../shared/db/database-for.ts";
import type { PeopleEnv } from "./env.ts";

export interface PeopleDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly progress: ProgressReporter;
  readonly preset: FaceRecognitionDefault;
  /** Null when the user has no key of this epoch. */
  readonly openVault: (owner: VaultOwner) => Promise<FaceVault | null>;
  readonly now: () => number;
}

export function peopleDeps(env: PeopleEnv): PeopleDeps {
  const faults = HELIOGRAPH_LOCAL_BUILD ? withFaults(env.LOCAL_FAULTS) : null;
  const db = databaseFor(env, "");
  const bucket = faults?.bucket(env.BUCKET) ?? env.BUCKET;
  return {
    db: faults?.database(db) ?? db,
    bucket,
    progress: progressReporter(env.PROGRESS),
    preset: FaceRecognitionDefault.default("ask").parse(env.FACE_RECOGNITION),
    openVault: (owner) => openVault(bucket, env.FACE_SECRET ?? "", owner),
    now: () => Date.now(),
  };
}
