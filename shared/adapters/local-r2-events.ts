// The local stand-in for R2's event notifications, which local R2 does not send: the same body, to the same queue.
// A file of its own, so that a deployed bundle contains nothing of it (see local-build.d.ts).
import type { R2Event } from "../contracts/messages.ts";
import { ORIGINALS_PREFIX } from "./objects.ts";

/** A bucket whose puts under `originals/` publish what R2 would publish. */
export function withR2Events(
  bucket: R2Bucket,
  bucketName: string,
  send: (event: R2Event) => Promise<void>,
  now: () => number,
): R2Bucket {
  const event = (action: R2Event["action"], object: R2Event["object"]): R2Event => ({
    account: "local",
    action,
    bucket: bucketName,
    object,
    eventTime: new Date(now()).toISOString(),
  });
  const put = async (...args: Parameters<R2Bucket["put"]>): Promise<R2Object | null> => {
    const object = await bucket.put(...args);
    if (object?.key.startsWith(ORIGINALS_PREFIX))
      await send(event("PutObject", { key: object.key, size: object.size, eTag: object.etag }));
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
