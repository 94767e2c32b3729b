// R2 event notifications: the one mapping from the body production publishes, and that body for a message of our own.

import type { R2Event } from "../contracts/messages.ts";
import type { PhotoKey } from "../db/photos/stage-statements.ts";
import { ORIGINALS_PREFIX, ownerOfKey } from "./objects.ts";

const CREATE_ACTIONS: ReadonlySet<R2Event["action"]> = new Set(["PutObject", "CopyObject", "CompleteMultipartUpload"]);

/** The photo an event is about; null for deletes and for keys that are not an original's. */
export function uploadedPhoto(event: R2Event): PhotoKey | null {
  if (!CREATE_ACTIONS.has(event.action) || !event.object.key.startsWith(ORIGINALS_PREFIX)) return null;
  return ownerOfKey(event.object.key);
}

/** The body production publishes after a put; also how the sweep and Retry put a photo back into the queue. */
export function putObjectEvent(
  bucketName: string,
  object: { key: string; size: number; etag: string },
  now: number,
  account: string,
): R2Event {
  return {
    account,
    action: "PutObject",
    bucket: bucketName,
    object: { key: object.key, size: object.size, eTag: object.etag },
    eventTime: new Date(now).toISOString(),
  };
}
