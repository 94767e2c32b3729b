// R2 event notifications: the mapping every consumer uses, and the local bridge that stands in for R2 itself.
// The bridge exists only in builds made with LOCAL_R2_EVENTS defined true; a deployed bundle does not contain it.
import type { PhotoKey } from "../db/photos/stage-statements.ts";
import type { R2Event } from "../contracts/messages.ts";
import { ORIGINALS_PREFIX, ownerOfKey } from "./objects.ts";

const CREATE_ACTIONS: ReadonlySet<R2Event["action"]> = new Set(["PutObject", "CopyObject", "CompleteMultipartUpload"]);

/** The photo an event is about; null for deletes and for keys that are not an original's. */
export function uploadedPhoto(event: R2Event): PhotoKey | null {
  if (!CREATE_ACTIONS.has(event.action) || !event.object.key.startsWith(ORIGINALS_PREFIX)) return null;
  return ownerOfKey(event.object.key);
}

/** The body production publishes after a put; also how the sweep and Retry put a photo back into the queue. */
export function putObjectEvent(bucketName: string, object: { key: string; size: number; etag: string }, now: number, account: string): R2Event {
  return {
    account,
    action: "PutObject",
    bucket: bucketName,
    object: { key: object.key, size: object.size, eTag: object.etag },
    eventTime: new Date(now).toISOString(),
  };
}

/** Local only: a bucket whose puts and deletes under `originals/` publish what R2 would. */
export function withR2Events(bucket: R2Bucket, bucketName: string, send: (event: R2Event) => Promise<void>, now: () => number): R2Bucket {
  const event = (action: R2Event["action"], object: R2Event["object"]): R2Event => ({ account: "local", action, bucket: bucketName, object, eventTime: new Date(now()).toISOString() });
  const put = async (...args: Parameters<R2Bucket["put"]>): Promise<R2Object | null> => {
    const object = await bucket.put(...args);
    if (object?.key.startsWith(ORIGINALS_PREFIX)) await send(event("PutObject", { key: object.key, size: object.size, eTag: object.etag }));
    return object;
  };
  return new Proxy(bucket, {
    get(target, property) {
      if (property === "put") return put;
      const value: unknown = Reflect.get(target, property);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
