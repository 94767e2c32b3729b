// The thumbnailer's bindings.
import type { HubNamespace } from "../../shared/adapters/progress.ts";
import type { PhotoThumbnailed } from "../../shared/contracts/messages.ts";

export interface ThumbnailerEnv {
  readonly BUCKET: R2Bucket;
  readonly DB: D1Database;
  readonly PHOTO_INDEX: Queue<PhotoThumbnailed>;
  readonly PROGRESS: HubNamespace;
  /** Read by local builds only. */
  readonly LOCAL_FAULTS?: string;
}
