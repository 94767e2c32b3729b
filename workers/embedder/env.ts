// The embedder's bindings.
import type { PeopleNamespace } from "../../shared/adapters/people-index.ts";
import type { HubNamespace } from "../../shared/adapters/progress.ts";

export interface EmbedderEnv {
  readonly BUCKET: R2Bucket;
  readonly DB: D1Database;
  readonly PROGRESS: HubNamespace;
  readonly PEOPLE: PeopleNamespace;
  /** Secret: what users' keys are wrapped with. */
  readonly FACE_SECRET: string;
  readonly FACE_RECOGNITION?: string;
  /** Read by local builds only. */
  readonly LOCAL_FAULTS?: string;
}
