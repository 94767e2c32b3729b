// The people index's bindings.
import type { HubNamespace } from "../../shared/adapters/progress.ts";

export interface PeopleEnv {
  readonly BUCKET: R2Bucket;
  readonly DB: D1Database;
  /** Photos that lose their faces are reported like any other change. */
  readonly PROGRESS: HubNamespace;
  /** Opens the keys of users; a secret of the installation. */
  readonly FACE_SECRET: string;
  /** What the operator presets: ask, on or off. Absent is ask. */
  readonly FACE_RECOGNITION?: string;
  /** Read by local builds only. */
  readonly LOCAL_FAULTS?: string;
}
