// The people index's bindings.

export interface PeopleEnv {
  readonly BUCKET: R2Bucket;
  readonly DB: D1Database;
  /** Opens the keys of users; a secret of the installation. */
  readonly FACE_SECRET: string;
  /** What the operator presets: ask, on or off. Absent is ask. */
  readonly FACE_RECOGNITION?: string;
  /** Read by local builds only. */
  readonly LOCAL_FAULTS?: string;
}
