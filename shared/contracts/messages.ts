// What travels through queues: the R2 notification body exactly as production publishes it, and our own envelope.
import { z } from "zod";
import { Generation, PhotoId, UserId, VersionId } from "./ids.ts";

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

/** A version is to be made; its row says of what and how. */
export const VersionWanted = z.object({
  header: header("VERSION_WANTED"),
  body: z.object({ versionId: VersionId, ownerId: UserId }),
  destination: z.literal("transform"),
});
export type VersionWanted = z.infer<typeof VersionWanted>;

/** Paths are relative to the installation's origin: a consumer knows where it is reached, a producer in a queue does not. */
const newsBody = { uuid: PhotoId, ownerId: UserId };

/** The seeds' three messages. At least once each; a receiver goes by uuid and, of a dither, by its address. */
export const ImageNews = z.union([
  z.object({
    header: header("IMAGE_UPLOADED"),
    body: z.object({ ...newsBody, url: z.string(), filename: z.string() }),
    destination: z.literal("news"),
  }),
  z.object({ header: header("IMAGE_DELETED"), body: z.object(newsBody), destination: z.literal("news") }),
  z.object({
    header: header("DITHER_UPLOADED"),
    body: z.object({ ...newsBody, url_dither: z.string() }),
    destination: z.literal("news"),
  }),
]);
export type ImageNews = z.infer<typeof ImageNews>;
