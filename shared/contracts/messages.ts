// What travels through queues: the R2 notification body exactly as production publishes it, and our own envelope.
import { z } from "zod";
import { Generation, PhotoId, UserId } from "./ids.ts";

/** R2 event notification. Size and eTag are absent on deletes; copySource only with CopyObject. */
export const R2Event = z.object({
  account: z.string(),
  action: z.enum(["PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject", "LifecycleDeletion"]),
  bucket: z.string(),
  object: z.object({ key: z.string().max(1024), size: z.int().min(0).optional(), eTag: z.string().optional() }),
  eventTime: z.string(),
  copySource: z.object({ bucket: z.string(), object: z.string() }).optional(),
});
export type R2Event = z.infer<typeof R2Event>;

/** The only major version we accept; a message of another one goes to the dead-letter queue. */
export const MESSAGE_MAJOR = 1;

const header = <T extends string>(type: T) =>
  z.object({
    message_type: z.literal(type),
    version: z.string().regex(/^\d+\.\d+\.\d+$/, "must be a semantic version"),
    message_id: z.string(),
    occurred_at: z.string(),
    attempt: z.int().min(1),
  });

const AnyVersion = z.object({ header: z.object({ version: z.string() }) });

/** True for a message of our envelope in another major version, whatever its body looks like. */
export function isForeignMajor(body: unknown): boolean {
  const parsed = AnyVersion.safeParse(body);
  return parsed.success && !parsed.data.header.version.startsWith(`${MESSAGE_MAJOR}.`);
}

const photoBody = z.object({ photoId: PhotoId, ownerId: UserId, gen: Generation });

export const ImageUploaded = z.object({
  header: header("IMAGE_UPLOADED"),
  body: photoBody,
  destination: z.literal("thumbnail"),
});
export type ImageUploaded = z.infer<typeof ImageUploaded>;

export const PhotoThumbnailed = z.object({
  header: header("PHOTO_THUMBNAILED"),
  body: photoBody,
  destination: z.literal("index"),
});
export type PhotoThumbnailed = z.infer<typeof PhotoThumbnailed>;
