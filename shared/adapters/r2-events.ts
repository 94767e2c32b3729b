// R2 event notifications: one pure mapping from the body production publishes to IMAGE_UPLOADED, and that body for a
// message of our own (Retry and the sweep speak to the thumbnailer as R2 does).
import { ImageUploaded, type R2Event } from "../contracts/messages.ts";
import { ORIGINALS_PREFIX, ownerOfKey } from "./objects.ts";

const CREATE_ACTIONS: ReadonlySet<R2Event["action"]> = new Set(["PutObject", "CopyObject", "CompleteMultipartUpload"]);

/** The upload an event is about; null for deletes and for keys that are not an original's. */
export function toImageUploaded(event: R2Event): ImageUploaded | null {
  if (!CREATE_ACTIONS.has(event.action) || !event.object.key.startsWith(ORIGINALS_PREFIX)) return null;
  const owner = ownerOfKey(event.object.key);
  if (owner === null) return null;
  return ImageUploaded.parse({
    header: {
      message_type: "IMAGE_UPLOADED",
      version: "1.0.0",
      // R2 gives its events no id; key and eTag name the same upload whenever it is announced again.
      message_id: `${event.object.key}@${event.object.eTag ?? ""}`,
      occurred_at: event.eventTime,
      attempt: 1,
    },
    body: { photoId: owner.photoId, ownerId: owner.userId, gen: owner.gen },
    destination: "thumbnail",
  });
}

/** The body production publishes after a put. */
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
