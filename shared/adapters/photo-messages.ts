// Messages we publish ourselves, in the envelope of contracts/messages.ts.
import { type ImageNews, MESSAGE_MAJOR, type PhotoThumbnailed, type VersionWanted } from "../contracts/messages.ts";
import type { PhotoKey } from "../db/photos/stage-statements.ts";

/** The photo a message is about, as the statements address it. */
export function photoOf(body: PhotoThumbnailed["body"]): PhotoKey {
  return { photoId: body.photoId, userId: body.ownerId, gen: body.gen };
}

const headerOf = <Type extends string>(type: Type, messageId: string, now: number) => ({
  message_type: type,
  version: `${MESSAGE_MAJOR}.0.0`,
  message_id: messageId,
  occurred_at: new Date(now).toISOString(),
  attempt: 1,
});

/** The message that starts the index stage. */
export function photoThumbnailed(photo: PhotoKey, messageId: string, now: number): PhotoThumbnailed {
  return {
    header: headerOf("PHOTO_THUMBNAILED", messageId, now),
    body: { photoId: photo.photoId, ownerId: photo.userId, gen: photo.gen } as PhotoThumbnailed["body"],
    destination: "index",
  };
}

/** The message that has a version made. */
export function versionWanted(
  version: { readonly id: string; readonly userId: string },
  messageId: string,
  now: number,
): VersionWanted {
  return {
    header: headerOf("VERSION_WANTED", messageId, now),
    body: { versionId: version.id, ownerId: version.userId } as VersionWanted["body"],
    destination: "transform",
  };
}

export type NewsType = ImageNews["header"]["message_type"];
type NewsOf<Type> = Extract<ImageNews, { header: { message_type: Type } }>;
/** Ids as rows have them. */
export type NewsBody<Type extends NewsType> = Record<keyof NewsOf<Type>["body"], string>;

/** One of the seeds' three messages. */
export function imageNews<Type extends NewsType>(
  type: Type,
  body: NewsBody<Type>,
  messageId: string,
  now: number,
): ImageNews {
  return { header: headerOf(type, messageId, now), body, destination: "news" } as unknown as ImageNews;
}
