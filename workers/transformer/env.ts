// The transformer's bindings.

export interface TransformerEnv {
  readonly BUCKET: R2Bucket;
  readonly DB: D1Database;
  readonly IMAGE_NEWS: Queue<unknown>;
  /** Read by local builds only. */
  readonly LOCAL_FAULTS?: string;
}
